import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UNFORMATTED_FILES } from '../../../src/demo/shop.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../../support/otlp-receiver.ts';
import { ancestors, theSpan, wayTo } from '../../support/span-tree.ts';
import { createWorld, type World } from '../../support/world.ts';

/** Protects that one delivery is one trace, from its receipt over every job to every request to GitHub, and what traces may say. */
describe('the traces of a build that is healed', () => {
  let receiver: OtlpReceiver;
  let world: World;
  let spans: ReceivedSpan[];
  /** The delivery that told of the red run. */
  let red: ReceivedSpan;
  let ofRed: ReceivedSpan[];

  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    world = await createWorld({ tracing: receiver.settings({ headers: { authorization: 'Bearer of-the-receiver' } }) });
    const repository = await world.createRepository();
    await world.sandbox.people.push({ repository, branch: 'discount', actor: world.mona, files: UNFORMATTED_FILES });
    await world.sandbox.people.openPullRequest({ repository, actor: world.mona, head: 'discount', title: 'Add discounts' });
    await world.settled();
    // The stop sends what is left.
    await world.regreen.stop();
    spans = receiver.spans;
    const analysis = theSpan(spans, 'an analysis', ({ name }) => name === 'process analysis');
    red = ancestors(spans, analysis).at(-1) ?? analysis;
    ofRed = spans.filter(({ traceId }) => traceId === red.traceId);
  });

  afterAll(async () => {
    await world.close();
    await receiver.close();
  });

  it('begin with the receipt of each delivery, and no trace has two', () => {
    const received = spans.filter(({ kind }) => kind === 'server');
    expect(received.length).toBeGreaterThan(5);
    expect(new Set(received.map(({ traceId }) => traceId)).size).toBe(received.length);
    expect(received.every(({ parentSpanId }) => parentSpanId === '')).toBe(true);
    expect(red).toMatchObject({
      kind: 'server',
      name: 'POST /api/github/webhooks',
      attributes: { 'regreen.delivery.event': 'workflow_run', 'http.response.status_code': 202 },
    });
  });

  it('lead over the jobs of that delivery to what they ask GitHub', () => {
    const sends = ['POST /api/github/webhooks', 'process deliveries', 'send analysis', 'process analysis'];
    const log = theSpan(ofRed, 'a log is read', ({ name }) => name === 'GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs');
    expect(wayTo(spans, log)).toEqual([...sends, log.name]);
    const pull = theSpan(ofRed, 'a pull request is made', ({ name }) => name === 'POST /repos/{owner}/{repo}/pulls');
    expect(wayTo(spans, pull)).toEqual([...sends, 'send remedies', 'process remedies', pull.name]);
    const fixer = theSpan(ofRed, 'a fixer runs', ({ name }) => name === 'run fixer');
    expect(wayTo(spans, fixer).slice(0, -1)).toEqual(wayTo(spans, pull).slice(0, -1));
    const verification = ofRed.find(({ name }) => name === 'process verification');
    expect(verification && wayTo(spans, verification).slice(0, 6)).toEqual(wayTo(spans, pull).slice(0, 6));
  });

  it('hang together: every span lies in its parent, or follows from it over the queue', () => {
    for (const span of spans.filter(({ parentSpanId }) => parentSpanId !== '')) {
      const [parent] = ancestors(spans, span);
      expect(parent, `the parent of ${span.name}`).toBeDefined();
      expect(span.end >= span.start && span.start >= (parent?.start ?? 0n), `the time of ${span.name}`).toBe(true);
    }
  });

  it('of deliveries that are worked together link to each', () => {
    const together = spans.filter(({ attributes }) => typeof attributes['messaging.batch.message_count'] === 'number');
    const linked = together.flatMap(({ links }) => links.map(({ spanId }) => spanId));
    const received = spans.filter(({ attributes }) => attributes['regreen.delivery.event'] === 'workflow_job');
    const alone = received.filter(({ kind }) => kind === 'server').map(({ spanId }) => spanId);
    expect(alone.length).toBeGreaterThan(0);
    expect(linked.toSorted()).toEqual(alone.toSorted());
  });

  it("say what each request to GitHub was by OpenTelemetry's names, in few words", () => {
    const asked = spans.filter(({ kind }) => kind === 'client');
    for (const { name, attributes } of asked) {
      expect(name).toBe(`${String(attributes['http.request.method'])} ${String(attributes['url.template'])}`);
      expect(attributes['server.address']).toBe('127.0.0.1');
      expect(attributes['http.response.status_code']).toBeTypeOf('number');
    }
    const names = new Set(asked.map(({ name }) => name));
    // What varies has a name of Octokit's; only further pages have none.
    expect([...names].filter((name) => name.includes('{id}'))).toEqual([
      'GET /repos/{owner}/{repo}/actions/runs/{id}/attempts/{id}/jobs',
    ]);
  });

  it('say who they are of, and bring no secret and no text of a log', () => {
    expect(red.resource).toMatchObject({ 'service.name': 'regreen', 'regreen.process.roles': ['intake', 'worker', 'api'] });
    expect(receiver.requests[0]).toMatchObject({ path: '/v1/traces', headers: { authorization: 'Bearer of-the-receiver' } });
    const sent = Buffer.concat(receiver.bodies).toString('latin1');
    for (const token of ['ghs_', 'Bearer', 'PRIVATE KEY', world.sandbox.app.webhookSecret, '[warn]', '?per_page']) {
      expect(sent.includes(token), token).toBe(false);
    }
  });
});
