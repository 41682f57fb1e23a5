import { describe, expect, it } from 'vitest';
import { createSendBuffer } from '../../../src/queue/send-buffer.ts';
import { memoryLog } from '../../support/log-lines.ts';

/** A queue that keeps what it was sent, and does before each statement what the test says. */
function recordingQueue(before: (call: number) => Promise<void> | void = () => undefined) {
  const statements: string[][] = [];
  return {
    statements,
    sent: () => statements.flat(),
    sendMany: async (_name: string, requests: readonly { correlationId?: string }[]) => {
      await before(statements.length);
      statements.push(requests.map((one) => one.correlationId ?? ''));
    },
  };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('deliveries on their way to the queue', () => {
  it('of one turn go in one statement, in their order', async () => {
    const queue = recordingQueue();
    const buffer = createSendBuffer(queue, memoryLog().log);
    for (const guid of ['a', 'b', 'c']) buffer.add(guid, 'push');
    await buffer.flush();
    expect(queue.statements).toEqual([['a', 'b', 'c']]);
  });

  it('go by themselves, without a flush', async () => {
    const queue = recordingQueue();
    createSendBuffer(queue, memoryLog().log).add('a', 'push');
    await turn();
    expect(queue.sent()).toEqual(['a']);
  });

  it('go in groups of at most 500', async () => {
    const queue = recordingQueue();
    const buffer = createSendBuffer(queue, memoryLog().log);
    for (let at = 0; at < 1_201; at++) buffer.add(String(at), 'push');
    await buffer.flush();
    expect(queue.statements.map((group) => group.length)).toEqual([500, 500, 201]);
    expect(new Set(queue.sent()).size).toBe(1_201);
  });

  it('that can not be sent while the database is away are tried again, in their order', async () => {
    const queue = recordingQueue();
    let refusals = 1;
    const { log, lines } = memoryLog();
    const sent = Promise.withResolvers<void>();
    const buffer = createSendBuffer(
      {
        sendMany: async (...parameters: Parameters<typeof queue.sendMany>) => {
          if (refusals-- > 0) throw new Error('connection refused');
          await queue.sendMany(...parameters);
          sent.resolve();
        },
      },
      log,
    );
    buffer.add('first', 'push');
    await turn();
    buffer.add('second', 'push');
    await sent.promise;
    expect(queue.statements).toEqual([['first', 'second']]);
    expect(lines()).toEqual([expect.objectContaining({ msg: 'deliveries could not be queued yet' })]);
  });

  it('that can not be sent at the end are left to the sweep, and hold up nobody', async () => {
    const queue = recordingQueue();
    let refusals = 1;
    const failingOnce = {
      sendMany: async (...parameters: Parameters<typeof queue.sendMany>) => {
        if (refusals-- > 0) throw new Error('connection refused');
        await queue.sendMany(...parameters);
      },
    };
    const { log, lines } = memoryLog();
    const buffer = createSendBuffer(failingOnce, log);
    buffer.add('lost', 'push');
    await buffer.flush();
    buffer.add('next', 'push');
    await buffer.flush();
    expect(queue.sent()).toEqual(['next']);
    expect(lines()).toEqual([expect.objectContaining({ msg: 'deliveries left to the sweep', deliveries: 1 })]);
  });

  it.each(Array.from({ length: 12 }, (_, microtasks) => microtasks))(
    'that come %i microtasks after a statement are not forgotten',
    async (microtasks) => {
      const queue = recordingQueue();
      const buffer = createSendBuffer(
        {
          sendMany: async (...parameters: Parameters<typeof queue.sendMany>) => {
            await queue.sendMany(...parameters);
            if (queue.statements.length > 1) return;
            let later = Promise.resolve();
            for (let at = 0; at < microtasks; at++) later = later.then(() => undefined);
            void later.then(() => buffer.add('late', 'push'));
          },
        },
        memoryLog().log,
      );
      buffer.add('first', 'push');
      for (let at = 0; at < 5; at++) await turn();
      expect(queue.sent()).toEqual(['first', 'late']);
    },
  );

  it('are all sent when the flush returns, also those that came while it ran', async () => {
    const queue = recordingQueue((call) => {
      if (call < 3) buffer.add(`while ${call}`, 'push');
    });
    const buffer = createSendBuffer(queue, memoryLog().log);
    buffer.add('first', 'push');
    await buffer.flush();
    expect(queue.sent()).toEqual(['first', 'while 0', 'while 1', 'while 2']);
  });

  it('that only the books hear share a job, a fixed number of them at most', async () => {
    const jobs: unknown[] = [];
    const buffer = createSendBuffer(
      { sendMany: async (_queue, requests) => void jobs.push(...requests.map(({ data }) => data)) },
      memoryLog().log,
    );
    const guids = Array.from({ length: 150 }, (_, at) => String(at));
    for (const guid of guids) buffer.add(guid, 'workflow_job');
    buffer.add('alone', 'workflow_run');
    await buffer.flush();
    expect(jobs).toEqual([
      { guids: guids.slice(0, 64) },
      { guids: guids.slice(64, 128) },
      { guid: 'alone' },
      { guids: guids.slice(128) },
    ]);
  });

  it('that wait for company go by themselves', async () => {
    const queue = recordingQueue();
    const sent = Promise.withResolvers<void>();
    const buffer = createSendBuffer(
      {
        sendMany: async (...parameters: Parameters<typeof queue.sendMany>) => {
          await queue.sendMany(...parameters);
          sent.resolve();
        },
      },
      memoryLog().log,
    );
    buffer.add('first', 'workflow_job');
    buffer.add('second', 'workflow_job');
    await sent.promise;
    expect(queue.statements).toEqual([['first']]);
  });
});
