import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { saveDeployment } from '../../../src/store/books/deployments.ts';
import { saveRepository } from '../../../src/store/repositories/repositories.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const SHOP = { id: 1, owner: 'octo', name: 'shop', defaultBranch: 'main', installationId: 7, private: false, archived: false };

/** Deployments by their hour; `inactive` follows where something else took the place. */
const DEPLOYED = [
  { id: 1, environment: 'production', sha: 'a', states: ['success', 'inactive'] },
  { id: 2, environment: 'production', sha: 'b', states: ['success', 'inactive'] },
  { id: 3, environment: 'staging', sha: 'c', states: ['success'] },
  { id: 4, environment: 'production', sha: 'c', states: ['failure'] },
  { id: 5, environment: 'production', sha: 'a', states: ['success', 'inactive'] },
  { id: 6, environment: 'production', sha: 'c', states: ['success', 'inactive'] },
  { id: 7, environment: 'production', sha: 'a', states: ['success'] },
] as const;

const ARRIVALS = DEPLOYED.flatMap(({ states, ...deployment }) =>
  states.map((state, index) => ({ deployment, state, stateId: deployment.id * 10 + index })),
);

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
  await saveRepository(test.database, SHOP);
});
beforeEach(() => test.pool.query('truncate deployments, deployment_states'));
afterAll(() => test.drop());

function arrive({ deployment, state, stateId }: (typeof ARRIVALS)[number], environment: string = deployment.environment) {
  return saveDeployment(
    test.database,
    SHOP.id,
    {
      id: deployment.id,
      environment,
      sha: deployment.sha,
      ref: 'main',
      task: 'deploy',
      production: environment === 'production',
      creator: 'mona',
      createdAt: hour(deployment.id),
    },
    { id: stateId, state, at: hour(deployment.id, stateId % 10) },
  );
}

function hour(hours: number, minutes = 0): string {
  return `2026-11-02T0${hours}:0${minutes}:00Z`;
}

async function redeployed(): Promise<number[]> {
  const { rows } = await test.pool.query<{ id: number }>('select id from deployments where redeployed order by id');
  return rows.map(({ id }) => id);
}

/** Protects the rollbacks of docs/metrics.md: they are counted by this mark alone. */
describe('deployments whose version the environment had before', () => {
  it('are marked, whatever the order in which their statuses come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(ARRIVALS, { minLength: ARRIVALS.length }), async (arrivals) => {
        await test.pool.query('truncate deployments, deployment_states');
        for (const one of arrivals) await arrive(one);
        expect(await redeployed()).toEqual([5, 7]);
      }),
      { numRuns: 25 },
    );
  });

  it('are marked when all statuses come at once', async () => {
    for (let round = 0; round < 10; round++) {
      await test.pool.query('truncate deployments, deployment_states');
      await Promise.all(ARRIVALS.map((one) => arrive(one)));
      expect(await redeployed()).toEqual([5, 7]);
    }
  });

  it('lose the mark when the earlier one turns out to be of another environment', async () => {
    for (const one of ARRIVALS) await arrive(one);
    const last = ARRIVALS.find(({ stateId }) => stateId === 11);
    if (!last) throw new Error('the first deployment has two states');
    await arrive({ ...last, stateId: 12 }, 'preview');
    expect(await redeployed()).toEqual([7]);
  });
});
