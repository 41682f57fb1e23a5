import { expect, it } from 'vitest';
import { UnavailableError } from '../../../src/errors.ts';
import { startTracing } from '../../../src/telemetry/start-tracing.ts';
import { deliver } from '../../support/deliveries.ts';
import { memoryLog } from '../../support/log-lines.ts';
import { startOtlpReceiver } from '../../support/otlp-receiver.ts';
import { startReceiver } from './support.ts';

const ONE = '72d3162e-cc78-11e3-81ab-4c9367dc0958';
const TWO = '72d3162e-cc78-11e3-81ab-4c9367dc0959';

// Protects that what GitHub sends is traced from its first byte, and that nobody else can write into our traces.
it('a delivery that GitHub has signed begins a trace; others leave none', async () => {
  const otlp = await startOtlpReceiver();
  const memory = memoryLog();
  const tracing = await startTracing(otlp.settings(), { version: '1', roles: new Set(), log: memory.log });
  const handedOn: unknown[] = [];
  const away = { insert: () => Promise.reject(new UnavailableError('STORE_UNAVAILABLE', 'The store is away.')) };
  const up = await startReceiver({
    tracing,
    log: memory.log,
    onAccepted: (guid, _event, traceparent) => void handedOn.push([guid, traceparent]),
  });
  const down = await startReceiver({ tracing, log: memory.log, deliveries: away });
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  await deliver(up.port, { guid: ONE, event: 'push', headers: { traceparent } });
  await deliver(up.port, { guid: ONE, event: 'push' });
  await deliver(up.port, { guid: '72d3162e-cc78-11e3-81ab-4c9367dc0960', event: 'push', secret: 'another-secret-0123456789' });
  await deliver(down.port, { guid: TWO, event: 'push' });
  await tracing.stop();
  await otlp.close();
  expect(
    otlp.spans.map(({ name, kind, parentSpanId, failed, attributes }) => ({ name, kind, parentSpanId, failed, attributes })),
  ).toEqual([
    received(ONE, { 'http.response.status_code': 202, 'regreen.delivery.duplicate': false }),
    received(ONE, { 'http.response.status_code': 202, 'regreen.delivery.duplicate': true }),
    { ...received(TWO, { 'http.response.status_code': 503, 'error.type': 'STORE_UNAVAILABLE' }), failed: true },
  ]);
  const [first, , refused] = otlp.spans;
  expect(first?.traceId).not.toBe('a'.repeat(32));
  expect(handedOn).toEqual([[ONE, `00-${first?.traceId}-${first?.spanId}-01`]]);
  const lines = memory.lines().filter(({ correlationId }) => correlationId === ONE || correlationId === TWO);
  expect(lines.map(({ msg, trace_id }) => [msg, trace_id])).toEqual([
    ['delivery accepted', first?.traceId],
    ['delivery accepted', otlp.spans[1]?.traceId],
    ['delivery refused', refused?.traceId],
  ]);
});

function received(guid: string, more: Record<string, unknown>) {
  const route = '/api/github/webhooks';
  const attributes = {
    'http.request.method': 'POST',
    'http.route': route,
    'url.path': route,
    'regreen.delivery.guid': guid,
    'regreen.delivery.event': 'push',
    ...more,
  };
  return { name: `POST ${route}`, kind: 'server', parentSpanId: '', failed: false, attributes };
}
