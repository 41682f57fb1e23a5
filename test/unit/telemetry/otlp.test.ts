import * as stable from '@opentelemetry/semantic-conventions';
import * as incubating from '@opentelemetry/semantic-conventions/incubating';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TracingEnvironment } from '../../../src/config/tracing-variables.ts';
import { RegreenError } from '../../../src/errors.ts';
import {
  agentSpan,
  deliverySpan,
  gitHubSpan,
  jobSpan,
  outgoingSpan,
  requestSpan,
  sendSpan,
  stepSpan,
} from '../../../src/telemetry/spans.ts';
import { startTracing } from '../../../src/telemetry/start-tracing.ts';
import { currentSpan, NO_TRACING, type SpanPlan, type Tracing } from '../../../src/telemetry/tracing.ts';
import { memoryLog } from '../../support/log-lines.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../../support/otlp-receiver.ts';
import { ancestors, theSpan } from '../../support/span-tree.ts';

let receiver: OtlpReceiver;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.close());

function start(changes: Partial<TracingEnvironment> = {}, memory = memoryLog()): Promise<Tracing> {
  return startTracing(receiver.settings(changes), { version: '1.2.3', roles: new Set(['worker']), log: memory.log });
}

const plan =
  (name: string, more: Partial<SpanPlan> = {}) =>
  (): SpanPlan => ({ name, kind: 'internal', attributes: {}, ...more });
const named = (name: string) => theSpan(receiver.spans, name, (span) => span.name === name);

describe('spans', () => {
  it('lie in each other, also where work waits, and arrive with the stop at the latest', async () => {
    const tracing = await start();
    await tracing.span(plan('outer'), async (outer) => {
      await Promise.all(
        ['a', 'b'].map((name) =>
          tracing.span(plan(name), async (span) => {
            await new Promise((resolve) => setImmediate(resolve));
            expect(currentSpan()?.spanId).toBe(span?.spanId);
          }),
        ),
      );
      expect(currentSpan()?.spanId).toBe(outer?.spanId);
    });
    expect(currentSpan()).toBeUndefined();
    await tracing.stop();
    for (const name of ['a', 'b']) expect(ancestors(receiver.spans, named(name))).toEqual([named('outer')]);
    expect(named('outer').resource).toMatchObject({
      'service.name': 'regreen',
      'service.version': '1.2.3',
      'regreen.process.roles': ['worker'],
    });
  });

  it('are carried by a traceparent, as parent or as link', async () => {
    const tracing = await start();
    const carried = await tracing.span(plan('first'), async (span) => span?.traceparent ?? '');
    expect(carried).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    await tracing.span(plan('child', { parent: carried }), async () => undefined);
    await tracing.span(plan('linked', { parent: null, links: [carried, 'not one', ''] }), async () => undefined);
    await tracing.span(plan('hostile', { parent: `${carried}; drop table` }), async () => undefined);
    await tracing.stop();
    const first = named('first');
    expect(named('child')).toMatchObject({ traceId: first.traceId, parentSpanId: first.spanId });
    expect(named('linked')).toMatchObject({ parentSpanId: '', links: [{ traceId: first.traceId, spanId: first.spanId }] });
    expect(named('hostile')).toMatchObject({ parentSpanId: '' });
    expect(new Set([first, named('linked'), named('hostile')].map(({ traceId }) => traceId)).size).toBe(3);
  });

  it('that failed say why by a code, tell of an error once, and never what others have written', async () => {
    const tracing = await start();
    const refused = new RegreenError('The store is away.', { code: 'STORE_UNAVAILABLE', type: 'unavailable', status: 503 });
    const theirs = Object.assign(new Error('400 {"body": "of theirs"}'), { status: 400, name: 'HttpError' });
    const around = new Error('it failed', { cause: theirs });
    const failing = (name: string, error: Error) => tracing.span(plan(name), () => Promise.reject(error));
    await expect(tracing.span(plan('outer'), () => failing('inner', refused))).rejects.toBe(refused);
    await expect(failing('theirs', theirs)).rejects.toBe(theirs);
    await expect(failing('around', around)).rejects.toBe(around);
    await tracing.stop();
    expect(named('inner')).toMatchObject({
      failed: true,
      attributes: { 'error.type': 'STORE_UNAVAILABLE' },
      events: [
        { name: 'exception', attributes: { 'exception.type': 'RegreenError', 'exception.message': 'The store is away.' } },
      ],
    });
    expect(named('outer')).toMatchObject({ failed: true, attributes: { 'error.type': 'STORE_UNAVAILABLE' }, events: [] });
    expect(named('theirs')).toMatchObject({
      attributes: { 'error.type': '400' },
      events: [{ attributes: { 'exception.type': 'HttpError' } }],
    });
    expect(named('around').events).toEqual([]);
    expect(Buffer.concat(receiver.bodies).toString('latin1')).not.toContain('of theirs');
  });

  it('are bounded in what they say', async () => {
    const tracing = await start();
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`regreen.many.${at}`, at]));
    await tracing.span(
      plan('long', { attributes: { 'vcs.ref.head.name': 'x'.repeat(100_000), ...many } }),
      async () => undefined,
    );
    await tracing.stop();
    expect(String(named('long').attributes['vcs.ref.head.name'])).toHaveLength(256);
    expect(Object.keys(named('long').attributes)).toHaveLength(48);
  });

  it('of a trace that is not kept are not sent, wherever it goes', async () => {
    const tracing = await start({ sampler: 'parentbased_traceidratio', ratio: 0 });
    const carried = await tracing.span(plan('left out'), async (span) => span?.traceparent ?? '');
    await tracing.stop();
    const other = await start();
    await other.span(plan('beyond the queue', { parent: carried }), async () => undefined);
    await other.stop();
    expect(carried).toMatch(/-00$/);
    expect(receiver.spans).toEqual([]);
  });

  it('are named in the log lines of their work', async () => {
    const memory = memoryLog();
    const tracing = await start({}, memory);
    await tracing.span(plan('logs'), async () => memory.log.info('inside'));
    memory.log.info('outside');
    await tracing.stop();
    const { traceId, spanId } = named('logs');
    expect(memory.lines()[0]).toMatchObject({ msg: 'inside', trace_id: traceId, span_id: spanId });
    expect(memory.lines()[1]).not.toHaveProperty('trace_id');
  });
});

describe('a receiver', () => {
  it("that refuses is told of once, in nobody's name, and disturbs no work and no stop", async () => {
    receiver.answer(400);
    const memory = memoryLog();
    const tracing = await start({}, memory);
    for (let at = 0; at < 1_200; at++) expect(await tracing.span(plan('lost'), async () => at)).toBe(at);
    await tracing.stop();
    expect(receiver.requests.length).toBeGreaterThan(1);
    expect(memory.lines()).toEqual([
      expect.objectContaining({ level: 40, msg: 'traces could not be sent', spans: expect.any(Number) }),
    ]);
    expect(memory.lines()[0]).not.toHaveProperty('trace_id');
  });

  it('that is away holds up the stop for a few seconds only', async () => {
    const tracing = await start({ url: 'http://127.0.0.1:9/v1/traces' });
    await tracing.span(plan('lost'), async () => undefined);
    const startedAt = performance.now();
    await tracing.stop();
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });
});

describe('without an address', () => {
  it('nothing is made: a span is nothing, and work goes on as if there were none', async () => {
    const tracing = await startTracing(null, { version: '1', roles: new Set(), log: memoryLog().log });
    expect(tracing).toBe(NO_TRACING);
    const planned: string[] = [];
    const answer = await tracing.span(
      () => {
        planned.push('asked');
        return plan('never')();
      },
      async (span) => [span, currentSpan()],
    );
    expect([answer, planned]).toEqual([[null, undefined], []]);
  });
});

describe('names of attributes', () => {
  const facts = { queue: 'analysis', id: 'j', attempt: 1, crashes: 1, correlationId: 'g', waitedMs: 0, trace: {} };
  const payload = {
    kind: 'fix',
    guid: 'g',
    guids: ['g'],
    repositoryId: 1,
    installationId: 1,
    runId: 1,
    number: 1,
    branch: 'b',
    headSha: 's',
  };
  const request = {
    method: 'GET',
    template: '/',
    host: 'h',
    port: 1,
    resendCount: 1,
    owner: 'o',
    repository: 'r',
    waitedMs: 0,
    parent: '',
  };
  const plans = [
    deliverySpan({ guid: 'g', event: 'push', route: '/', startedAt: 0 }),
    jobSpan({ ...facts, payload }),
    sendSpan('analysis', 2),
    outgoingSpan('POST', 'https://hooks.example.com/secret'),
    gitHubSpan(request),
    agentSpan('anthropic', 'm'),
    requestSpan('GET', null),
    stepSpan('run fixer', { 'regreen.fixer': 'prettier' }),
  ];
  const known = new Set<unknown>(Object.values({ ...stable, ...incubating }));

  it("are OpenTelemetry's, or begin with our own", () => {
    const names = plans.flatMap(({ attributes }) => Object.keys(attributes)).filter((name) => !name.startsWith('regreen.'));
    expect(names.length).toBeGreaterThan(20);
    expect([...new Set(names)].filter((name) => !known.has(name))).toEqual([]);
  });
});
