import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTracing } from '../../../src/telemetry/start-tracing.ts';
import { currentSpan } from '../../../src/telemetry/tracing.ts';
import { memoryLog } from '../../support/log-lines.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../../support/otlp-receiver.ts';
import { theSpan } from '../../support/span-tree.ts';
import { AUTHORIZED, routerUnderTest, triggerRequest, VALID_TRIGGER } from './router-under-test.ts';

const NAMED = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
const headers = { ...AUTHORIZED, traceparent: `00-${NAMED.traceId}-${NAMED.spanId}-01` };
/** As the server hands a request of that sender on. */
const from = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress } } });

let receiver: OtlpReceiver;
let lines: Record<string, unknown>[];
const seen: (string | undefined)[] = [];

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  const tracing = await startTracing(receiver.settings(), { version: '1', roles: new Set(), log: memoryLog().log });
  const under = routerUnderTest({
    tracing,
    trustedProxies: ['10.0.0.0/8'],
    triggerDiagnosis: async () => {
      seen.push(currentSpan()?.traceparent);
      return { kind: 'queued', taskId: 'task', runId: 7, attempt: 1 };
    },
    incidents: null as never,
  });
  await under.router.request('/api/v1/triggers', triggerRequest(VALID_TRIGGER, headers), from('192.0.2.7'));
  await under.router.request('/some/path/of/the/client', { headers }, from('::ffff:10.1.2.3'));
  await under.router.request('/api/v1/incidents/7b3ad0f5-3fd6-4b3c-8a8f-0d9f0f3c2a11', { headers }, from('10.1.2.3'));
  await under.request('/ping');
  await tracing.stop();
  lines = under.lines();
});
afterAll(() => receiver.close());

// Protects that what the API sets going is found from its request, and that strangers can't write into our traces.
it('a request is a span by its route, and what it sets going lies in it', () => {
  const trigger = theSpan(receiver.spans, 'the trigger', ({ name }) => name === 'POST /api/v1/triggers');
  expect(trigger).toMatchObject({
    kind: 'server',
    attributes: { 'http.request.method': 'POST', 'http.route': '/api/v1/triggers', 'http.response.status_code': 202 },
  });
  expect(seen).toEqual([`00-${trigger.traceId}-${trigger.spanId}-01`]);
  expect(lines.find(({ route }) => route === '/api/v1/triggers')).toMatchObject({ trace_id: trigger.traceId });
});

it('the trace that a stranger names is not joined; that of our proxy is', () => {
  const [trigger, unmatched, failed, ...more] = receiver.spans;
  expect(trigger).toMatchObject({ parentSpanId: '' });
  expect(trigger?.traceId).not.toBe(NAMED.traceId);
  expect(unmatched).toMatchObject({ name: 'GET', traceId: NAMED.traceId, parentSpanId: NAMED.spanId });
  expect(unmatched?.attributes).not.toHaveProperty('http.route');
  expect(failed).toMatchObject({ name: 'GET /api/v1/incidents/:id', parentSpanId: NAMED.spanId, failed: true });
  // Probes are asked every few seconds.
  expect(more).toEqual([]);
});
