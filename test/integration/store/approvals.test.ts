import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endSpendingApprovals, expireOverdue, moveApproval } from '../../../src/store/approvals/approval-ends.ts';
import {
  type ApprovalWord,
  approvalsOfCommit,
  askApproval,
  decideOnce,
  type NewApproval,
} from '../../../src/store/approvals/approvals.ts';
import { closeIncident, openIncident } from '../../../src/store/incidents/incidents.ts';
import { saveRepository } from '../../../src/store/repositories/repositories.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { anIncident } from '../../unit/github/texts/models.ts';

const AT = new Date('2026-11-20T10:00:00Z');
const LATER = new Date('2026-11-20T11:00:00Z');
let store: TestDatabase;

beforeAll(async () => {
  store = await createTestDatabase();
  const repository = {
    id: 1,
    installationId: 9,
    owner: 'octo',
    name: 'shop',
    defaultBranch: 'main',
    private: false,
    archived: false,
  };
  await saveRepository(store.database, repository);
});
afterAll(() => store.drop());

async function question(change: Partial<NewApproval> = {}): Promise<NewApproval> {
  const key = anIncident({ fingerprint: crypto.randomUUID() });
  const incident = await openIncident(store.database, key, { cause: 'lint', pullRequestNumber: null, at: AT });
  return {
    repositoryId: 1,
    incidentId: incident.id,
    remedy: 'fix',
    branch: incident.fingerprint,
    headSha: incident.fingerprint,
    runId: null,
    runAttempt: null,
    patch: 'p',
    patchHash: 'h',
    fixers: [],
    reason: '',
    askedBy: null,
    expiresAt: new Date('2026-11-27T10:00:00Z'),
    ...change,
  };
}

async function only(asked: NewApproval) {
  const [found, ...others] = await approvalsOfCommit(store.database, 1, asked.headSha);
  expect(others).toEqual([]);
  if (!found) throw new Error('nothing was asked');
  return found;
}

function word(to: ApprovalWord['to'], by: string, at = LATER): ApprovalWord {
  return { to, by, from: 'button', reason: null, at };
}

/** Protects the one transition on which all rests: of many words at once, one is heard. */
describe('a question', () => {
  it('is decided by exactly one of many words, in 20 rounds of 10', async () => {
    for (let round = 0; round < 20; round++) {
      const asked = await question();
      await askApproval(store.database, asked, AT);
      const { id } = await only(asked);
      const heard = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          decideOnce(store.database, id, word(index % 2 === 0 ? 'approved' : 'rejected', `person-${index}`)),
        ),
      );
      expect(heard.filter(Boolean)).toHaveLength(1);
      const winner = heard.indexOf(true);
      expect(await only(asked)).toMatchObject({
        state: winner % 2 === 0 ? 'approved' : 'rejected',
        decidedBy: `person-${winner}`,
      });
    }
  });

  it('takes no yes after its time, and a no all the same', async () => {
    const asked = await question({ expiresAt: LATER });
    await askApproval(store.database, asked, AT);
    const { id } = await only(asked);
    expect(await decideOnce(store.database, id, word('approved', 'mona'))).toBe(false);
    expect(await decideOnce(store.database, id, word('rejected', 'mona'))).toBe(true);
  });

  it('of the same patch is asked once; what was rejected stays so until a person asks', async () => {
    const asked = await question();
    await Promise.all([1, 2, 3].map(() => askApproval(store.database, asked, AT)));
    const { id } = await only(asked);
    await decideOnce(store.database, id, word('rejected', 'mona'));
    await askApproval(store.database, asked, LATER);
    expect(await only(asked)).toMatchObject({ id, state: 'rejected', decidedBy: 'mona' });
    await askApproval(store.database, { ...asked, askedBy: 'lena' }, LATER);
    expect(await only(asked)).toMatchObject({ id, state: 'pending', decidedBy: null, askedBy: 'lena' });
    await decideOnce(store.database, id, word('approved', 'mona'));
    await moveApproval(store.database, id, { from: 'approved', to: 'used', at: LATER });
    await askApproval(store.database, { ...asked, askedBy: 'lena' }, LATER);
    expect(await only(asked)).toMatchObject({ state: 'used' });
  });

  it('of another patch or a newer commit takes the place of the older one; re-runs of other runs stay', async () => {
    const asked = await question();
    await askApproval(store.database, asked, AT);
    const rerun = { ...asked, remedy: 'rerun' as const, runAttempt: 1 };
    for (const runId of [7, 8]) await askApproval(store.database, { ...rerun, runId, patchHash: `rerun:${runId}` }, AT);
    await askApproval(store.database, { ...asked, patch: 'q', patchHash: 'i' }, LATER);
    const states = async (sha: string) => (await approvalsOfCommit(store.database, 1, sha)).map((one) => one.state).toSorted();
    expect(await states(asked.headSha)).toEqual(['expired', 'pending', 'pending', 'pending']);
    const newer = { ...asked, headSha: `${asked.headSha}2` };
    await askApproval(store.database, newer, LATER);
    await askApproval(store.database, { ...rerun, headSha: newer.headSha, runId: 9, patchHash: 'rerun:9' }, LATER);
    expect(await states(asked.headSha)).toEqual(['expired', 'expired', 'expired', 'expired']);
    expect(await states(newer.headSha)).toEqual(['pending', 'pending']);
  });

  it('about an agent is one to an incident; what was agreed to is used once, or given up with the reason', async () => {
    const [one, other] = [await question(), await question()];
    const ofAgent = (asked: NewApproval) => ({
      ...asked,
      remedy: 'delegate' as const,
      patch: '',
      branch: 'b',
      headSha: one.headSha,
    });
    for (const asked of [one, other]) await askApproval(store.database, ofAgent(asked), AT);
    await askApproval(store.database, { ...one, branch: 'b', patchHash: 'of a change' }, AT);
    const all = async () => approvalsOfCommit(store.database, 1, one.headSha);
    expect((await all()).map(({ remedy, state }) => `${remedy} ${state}`).toSorted()).toEqual([
      'delegate pending',
      'delegate pending',
      'fix pending',
    ]);
    // Other terms take the place of the ones before, for that incident only.
    await askApproval(store.database, { ...ofAgent(one), patchHash: 'dearer' }, LATER);
    const dearer = (await all()).find(({ patchHash }) => patchHash === 'dearer');
    expect((await all()).filter(({ state }) => state === 'expired')).toMatchObject([
      { incidentId: one.incidentId, patchHash: 'h' },
    ]);
    await decideOnce(store.database, dearer?.id ?? '', word('approved', 'mona'));
    const on = { incidentId: one.incidentId, headSha: one.headSha };
    await endSpendingApprovals(store.database, { ...on, to: 'used' });
    await endSpendingApprovals(store.database, { ...on, to: 'expired', reason: 'Too late.' });
    expect((await all()).find(({ patchHash }) => patchHash === 'dearer')).toMatchObject({ state: 'used', decidedBy: 'mona' });
    expect((await all()).filter(({ state }) => state === 'pending')).toHaveLength(2);
  });

  it('ends with its time and with its incident, and is told of once', async () => {
    const [late, over, open] = [await question({ expiresAt: AT }), await question(), await question()];
    for (const one of [late, over, open]) await askApproval(store.database, one, AT);
    await closeIncident(store.database, over.incidentId, { reason: 'green', at: LATER });
    const told = await expireOverdue(store.database, LATER);
    const own = told.map((one) => one.headSha).filter((sha) => [late, over, open].some((one) => one.headSha === sha));
    expect(own.toSorted()).toEqual([late.headSha, over.headSha].toSorted());
    expect(await expireOverdue(store.database, LATER)).toEqual([]);
    expect(await only(open)).toMatchObject({ state: 'pending' });
  });
});
