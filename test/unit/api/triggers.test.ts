import { describe, expect, it } from 'vitest';
import type { TriggerRequest, TriggerResult } from '../../../src/api/services.ts';
import { errorOf, routerUnderTest, triggerRequest, VALID_TRIGGER } from './router-under-test.ts';

const TRIGGERS = '/api/v1/triggers';

describe('POST /api/v1/triggers', () => {
  it('hands the run over and answers with the task', async () => {
    const asked: TriggerRequest[] = [];
    const { request } = routerUnderTest({
      triggerDiagnosis: async (trigger) => {
        asked.push(trigger);
        return { kind: 'queued', taskId: 'task-1', runId: 7, attempt: 2 };
      },
    });
    const body = JSON.stringify({ repository: 'octo-org/widgets', runId: 7, attempt: 2 });
    const response = await request(TRIGGERS, triggerRequest(body, { 'x-request-id': 'r1' }));

    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({
      status: 'queued',
      taskId: 'task-1',
      repository: 'octo-org/widgets',
      runId: 7,
      attempt: 2,
      correlationId: 'r1',
    });
    expect(asked).toEqual([
      {
        repository: { owner: 'octo-org', name: 'widgets' },
        which: { runId: 7, attempt: 2 },
        requestedBy: expect.stringMatching(/^api-key:[0-9a-f]{12}$/),
        correlationId: 'r1',
      },
    ]);
  });

  it.each<[Exclude<TriggerResult['kind'], 'queued'>, string]>([
    ['unknown-repository', 'REPOSITORY_NOT_FOUND'],
    ['not-installed', 'APP_NOT_INSTALLED'],
    ['unknown-run', 'RUN_NOT_FOUND'],
  ])('answers 404 with a hint: %s', async (kind, code) => {
    const { request } = routerUnderTest({ triggerDiagnosis: async () => ({ kind }) });
    const response = await request(TRIGGERS, triggerRequest(VALID_TRIGGER));

    expect(response.status).toBe(404);
    expect(await errorOf(response)).toMatchObject({ code, hint: expect.any(String) });
  });

  it('limits each key by itself, and requests that were refused do not count', async () => {
    const keys = ['first-key-of-this-test', 'second-key-of-this-test'] as const;
    const { request } = routerUnderTest({
      apiKeys: keys.map((key) => ({ role: 'developer' as const, key })),
      limits: { diagnosesPerHour: 2, approvalsPerHour: 20, fixesPerHour: 100, requestsPerMinute: 1_000 },
    });
    const ask = (key: string, body: string) => request(TRIGGERS, triggerRequest(body, { authorization: `Bearer ${key}` }));

    for (const body of ['{', '{}', VALID_TRIGGER, VALID_TRIGGER]) await ask(keys[0], body);
    const refused = await ask(keys[0], VALID_TRIGGER);
    const other = await ask(keys[1], VALID_TRIGGER);

    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_590);
    expect(await errorOf(refused)).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', type: 'rate_limit', details: { limit: 2 } });
    expect(other.status).toBe(202);
  });
});
