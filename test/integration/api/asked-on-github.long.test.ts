import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Repository } from '../../../src/sandbox/state/model.ts';
import { type ApiClient, apiClient } from '../../support/api-client.ts';
import { propose, shopInMode } from '../../support/shops.ts';
import { until } from '../../support/until.ts';
import { API_KEY, createWorld, fixPulls, type World } from '../../support/world.ts';

let world: World;
let api: ApiClient;
let repository: Repository;

beforeAll(async () => {
  world = await createWorld();
  api = apiClient(world.regreen.url, API_KEY);
  repository = await world.createRepository(shopInMode('annotate'), 'asked');
  await propose(world, repository);
  await world.settled();
});

afterAll(() => world.close());

async function incidentId(): Promise<string> {
  const { data } = await api.GET('/api/v1/incidents', { params: { query: { repository: 'octo-shop/asked' } } });
  return data?.items[0]?.id ?? '';
}

/** Protects that what people ask for about an incident is done as the policy allows, and told where it doesn't. */
describe('an incident', () => {
  it('is diagnosed again; nothing is fixed where the mode forbids it, and is where it does not any more', async () => {
    const path = { id: await incidentId() };
    const refused = await api.POST('/api/v1/incidents/{id}/fix', { params: { path } });
    expect(refused.response.status).toBe(409);
    expect(refused.error?.error).toMatchObject({
      code: 'NOTHING_MAY_BE_DONE',
      details: { reasons: [expect.stringContaining('annotate')] },
      hint: expect.any(String),
    });

    await world.sandbox.people.push({
      repository,
      branch: 'main',
      actor: world.mona,
      files: { '.github/regreen.yml': 'mode: fix\n' },
    });
    const diagnosed = await api.POST('/api/v1/incidents/{id}/diagnose', { params: { path } });
    expect(diagnosed.data).toMatchObject({ status: 'queued', taskId: expect.any(String), attempt: 1 });
    await until(() => fixPulls(repository).length === 1, 'a fix is proposed');

    const { data } = await api.GET('/api/v1/audit', { params: { query: { action: 'diagnosis.requested' } } });
    expect(data?.items[0]).toMatchObject({ subject: `incident:${path.id}`, actor: expect.stringMatching(/^api-key:/) });
  });

  it('of no such id is told', async () => {
    const path = { id: '00000000-0000-4000-8000-000000000000' };
    const { error } = await api.POST('/api/v1/incidents/{id}/diagnose', { params: { path } });
    expect(error?.error).toMatchObject({ code: 'INCIDENT_NOT_FOUND', hint: expect.any(String) });
  });
});

/** Protects that a diagnosis can be asked for by whatever a person has at hand. */
describe('a diagnosis by hand', () => {
  it('is made of the run of a job', async () => {
    const [run] = repository.runs.values();
    const jobId = run?.attempts[0]?.jobs[0]?.id ?? 0;
    const { data } = await api.POST('/api/v1/triggers', { body: { repository: 'octo-shop/asked', jobId } });
    expect(data).toMatchObject({ status: 'queued', runId: run?.id, attempt: 1 });
    const unknown = await api.POST('/api/v1/triggers', { body: { repository: 'octo-shop/asked', jobId: 1 } });
    expect(unknown.error?.error).toMatchObject({ code: 'RUN_NOT_FOUND', hint: expect.any(String) });
    await world.settled();
  });

  it('is made of a log that is sent, which must be one and not too large', async () => {
    const post = (body: string | Uint8Array<ArrayBuffer>, type = 'text/plain') =>
      fetch(`${world.regreen.url}/api/v1/diagnoses`, {
        method: 'POST',
        body,
        headers: { authorization: `Bearer ${API_KEY}`, 'content-type': type },
      });
    const { data } = await api.POST('/api/v1/diagnoses', {
      body: "src/index.ts(3,7): error TS2322: Type 'number' is not assignable to type 'string'.\n",
      bodySerializer: (text: string) => text,
      headers: { 'content-type': 'text/plain' },
    });
    expect(data).toMatchObject({
      cause: { category: 'compile-error' },
      diagnostics: [{ path: 'src/index.ts', line: 3, url: null }],
    });
    expect((await post('{}', 'application/json')).status).toBe(415);
    const empty = (await (await post('')).json()) as { error: { code: string } };
    expect(empty.error.code).toBe('LOG_EMPTY');
    const large = await post(new Uint8Array(33 * 1024 * 1024).fill(10));
    expect(large.status).toBe(413);
  });
});

/** Protects that Alertmanager's own words are understood, and that a log of another CI is read. */
describe('outside events', () => {
  const alert = (status: 'firing' | 'resolved', endsAt: string) => ({
    receiver: 'regreen',
    status,
    alerts: [
      {
        status,
        labels: { alertname: 'DeployFailing', severity: 'critical', repository: 'octo-shop/asked' },
        annotations: { summary: 'Deployments of the shop fail', runbook: 'token ghp_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3gH6' },
        startsAt: '2026-11-20T10:52:26.739266876+02:00',
        endsAt,
        generatorURL: 'http://prometheus.example:9090/graph?g0.expr=up',
        fingerprint: '1a30ba71cca2921f',
      },
    ],
    groupLabels: { alertname: 'DeployFailing' },
    commonLabels: { alertname: 'DeployFailing' },
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example:9093',
    version: '4' as const,
    groupKey: '{}:{alertname="DeployFailing"}',
    truncatedAlerts: 0,
    aFieldOfTheFuture: true,
  });

  it('of Alertmanager open one incident and close it, as its webhook sends them', async () => {
    const first = await api.POST('/api/v1/incidents', { body: alert('firing', '0001-01-01T00:00:00Z') });
    const again = await api.POST('/api/v1/incidents', { body: alert('firing', '0001-01-01T00:00:00Z') });
    const ended = await api.POST('/api/v1/incidents', { body: alert('resolved', '2026-11-20T11:10:00.000+02:00') });
    const effects = [first, again, ended].map(({ data }) => data?.incidents[0]?.effect);
    expect(effects).toEqual(['opened', 'fed', 'closed']);

    const id = first.data?.incidents[0]?.id ?? '';
    const { data } = await api.GET('/api/v1/outside-incidents/{id}', { params: { path: { id } } });
    expect(data).toMatchObject({
      source: 'alertmanager',
      repository: 'octo-shop/asked',
      title: 'Deployments of the shop fail',
      severity: 'critical',
      status: 'closed',
      events: 3,
      openedAt: '2026-11-20T08:52:26.739Z',
      closedAt: '2026-11-20T09:10:00.000Z',
    });
  });

  it('of another CI carry a log that is read', async () => {
    const body = {
      source: 'jenkins',
      name: 'nightly',
      state: 'red' as const,
      repository: 'octo-shop/asked',
      branch: 'main',
      log: "src/index.ts(3,7): error TS2322: Type 'number' is not assignable to type 'string'.\n",
    };
    const { error } = await api.POST('/api/v1/incidents', { body });
    expect(error).toBeUndefined();
    const { data } = await api.GET('/api/v1/outside-incidents', { params: { query: { source: 'jenkins', status: 'open' } } });
    expect(data?.items).toMatchObject([
      { title: 'nightly is red', cause: 'compile-error', excerpt: expect.stringContaining('TS2322') },
    ]);
  });

  it('that are none are refused with the place of what is wrong', async () => {
    const { error } = await api.POST('/api/v1/incidents', {
      body: { source: 'jenkins', name: 'nightly', state: 'red', url: 'javascript:alert(1)' },
    });
    expect(error?.error).toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { faults: [{ field: 'body.url', wanted: 'an http or https address' }] },
    });
  });
});
