import { describe, expect, it } from 'vitest';
import { deliverTogether, type TogetherRoute } from '../../../src/queue/deliver-together.ts';
import type { ReceivedDelivery } from '../../../src/store/deliveries/deliveries.ts';
import { memoryLog } from '../../support/log-lines.ts';

/** A store that holds these as received, and a queue, both of which remember what they are told. */
function route(received: readonly string[], write: TogetherRoute['write']) {
  const told = { done: [] as string[], alone: [] as string[] };
  const parts: TogetherRoute = {
    deliveries: {
      readReceived: async (guids) => guids.filter((guid) => received.includes(guid)).map(delivery),
      finishReceived: async (guids) => void told.done.push(...guids),
    },
    queue: { sendMany: async (_queue, requests) => void told.alone.push(...requests.map(({ key }) => key ?? '')) },
    write,
  };
  return { told, parts };
}

function delivery(guid: string): ReceivedDelivery {
  return { guid, event: 'workflow_job', body: Buffer.from('{}'), receivedAt: new Date(0) };
}

/** Protects that no delivery is lost or held up because others are worked with it. */
describe('deliveries that are worked together', () => {
  it('are done when they are written', async () => {
    const { told, parts } = route(['a', 'b'], async (deliveries) => deliveries.map(({ guid }) => guid));
    await deliverTogether(parts, ['a', 'b'], memoryLog());
    expect(told).toEqual({ done: ['a', 'b'], alone: [] });
  });

  it('go their own way where they could not be written, or were not there to be taken', async () => {
    const { told, parts } = route(['good', 'odd'], async () => ['good']);
    await deliverTogether(parts, ['good', 'odd', 'claimed'], memoryLog());
    expect(told).toEqual({ done: ['good'], alone: ['odd', 'claimed'] });
  });

  it('all go their own way when one of them spoils the statement', async () => {
    const { log, lines } = memoryLog();
    const { told, parts } = route(['a', 'b'], async () => {
      throw new Error('invalid byte sequence');
    });
    await deliverTogether(parts, ['a', 'b'], { log });
    expect(told).toEqual({ done: [], alone: ['a', 'b'] });
    expect(lines()).toEqual([expect.objectContaining({ deliveries: 2, err: expect.anything() })]);
  });

  it('are tried again together when not even the queue can be told', async () => {
    const { told, parts } = route(['a'], async () => {
      throw new Error('connection refused');
    });
    parts.queue.sendMany = async () => {
      throw new Error('connection refused');
    };
    await expect(deliverTogether(parts, ['a'], memoryLog())).rejects.toThrow('connection refused');
    expect(told.done).toEqual([]);
  });
});
