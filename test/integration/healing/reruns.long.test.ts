import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweepApprovals } from '../../../src/healing/approvals/sweep-approvals.ts';
import type { Repository } from '../../../src/sandbox/state/model.ts';
import { approvalRows } from '../../support/approvals.ts';
import { propose, shopWithSteps } from '../../support/shops.ts';
import { createWorld, fixPulls, regreenCheck, type World } from '../../support/world.ts';

const OUTAGE = 'curl: (6) Could not resolve host: registry.example';

/** Protects that only what deserves it is run again, at most twice, and that the check run says what came of it. */
describe('failed jobs that are run again', () => {
  let world: World;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regreen-reruns-'));
    world = await createWorld({ sandbox: { concurrentRuns: 4 } });
  });

  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Fails on branches other than main, so many times, then passes. */
  function failing(name: string, times: number, text: string): string {
    const seen = join(folder, name);
    return `'test -z "$GITHUB_HEAD_REF" || { echo x >> ${seen}; test $(wc -l < ${seen}) -gt ${times} || { echo "${text}"; exit 6; }; }'`;
  }

  function attempts(repository: Repository, headSha: string): unknown[] {
    return [...repository.runs.values()]
      .filter((run) => run.headSha === headSha)
      .flatMap((run) => run.attempts.map((attempt) => attempt.conclusion));
  }

  async function rerunsOf(repository: Repository): Promise<unknown[]> {
    const { rows } = await world.database.pool.query(
      'select attempt, outcome from reruns where repository_id = $1 order by attempt',
      [repository.id],
    );
    return rows;
  }

  it('an outage that has passed by then: green, the incident is closed, and the check run says why', async () => {
    const repository = await world.createRepository(shopWithSteps([failing('once', 1, OUTAGE)]), 'outage');
    const pull = await propose(world, repository, { files: { 'README.md': '# changed\n' } });
    await world.settled();
    expect(attempts(repository, pull.head.sha)).toEqual(['failure', 'success']);
    expect(await rerunsOf(repository)).toEqual([{ attempt: 1, outcome: 'green' }]);
    expect(regreenCheck(repository, pull.head.sha)).toMatchObject({ conclusion: 'success', title: 'Green again' });
    expect(regreenCheck(repository, pull.head.sha)?.summary).toContain('Regreen had the failed jobs run again, and they passed');
    const { rows } = await world.database.pool.query(
      `select status, closed_reason, verdict->>'kind' as verdict from incidents join diagnoses on incident_id = incidents.id
       where incidents.repository_id = $1`,
      [repository.id],
    );
    expect(rows).toEqual([{ status: 'closed', closed_reason: 'Regreen ran it again, and it passed', verdict: 'infrastructure' }]);
  });

  it('an outage that lasts: two re-runs, not more', async () => {
    const repository = await world.createRepository(shopWithSteps([failing('lasting', 99, OUTAGE)]), 'lasting');
    const pull = await propose(world, repository, { files: { 'README.md': '# changed\n' } });
    await world.settled();
    expect(attempts(repository, pull.head.sha)).toEqual(['failure', 'failure', 'failure']);
    expect(await rerunsOf(repository)).toEqual([
      { attempt: 1, outcome: 'red' },
      { attempt: 2, outcome: 'red' },
    ]);
    expect(regreenCheck(repository, pull.head.sha)?.summary).toContain('It was run again and failed again');
  });

  it('an outage on the CI of a fix says nothing of the fix', async () => {
    const seen = join(folder, 'fix');
    const step = `'case "$GITHUB_HEAD_REF" in regreen/*) test -e ${seen} || { touch ${seen}; echo "${OUTAGE}"; exit 6; };; esac'`;
    const repository = await world.createRepository(shopWithSteps(['prettier --check src', step]), 'outage-on-fix');
    await propose(world, repository);
    await world.settled();
    const [fix] = fixPulls(repository);
    expect(attempts(repository, fix?.head.sha ?? '')).toEqual(['failure', 'success']);
    expect(fix?.issue.body).toContain('✅ **Verified**');
  });

  it('a failure of the change itself is not run again', async () => {
    const repository = await world.createRepository(shopWithSteps([failing('change', 99, 'FAIL src/cart.test.js')]), 'change');
    const pull = await propose(world, repository, { files: { 'README.md': '# changed\n' } });
    await world.settled();
    expect(attempts(repository, pull.head.sha)).toEqual(['failure']);
    expect(await rerunsOf(repository)).toEqual([]);
    expect(fixPulls(repository)).toEqual([]);
  });

  it('that a person has agreed to, but regreen.yml forbids by the time of the work, does not happen', async () => {
    const files = {
      ...shopWithSteps([failing('forbidden', 99, OUTAGE)]),
      '.github/regreen.yml': 'mode: fix\nremedies:\n  rerun: ask\n',
    };
    const repository = await world.createRepository(files, 'forbidden');
    const pull = await propose(world, repository, { files: { 'README.md': '# changed\n' } });
    await world.settled();
    expect(await approvalRows(world, repository)).toMatchObject([{ remedy: 'rerun', state: 'pending' }]);
    const stricter = { '.github/regreen.yml': 'mode: fix\nremedies:\n  rerun: never\n' };
    await world.sandbox.people.push({ repository, branch: 'main', actor: world.mona, files: stricter });
    await world.settled();
    // Said before the push, and lost with its process.
    await world.database.pool.query(
      `update approvals set state = 'approved', decided_by = 'mona', decided_from = 'button', decided_at = now() - interval '2 minutes'
       where repository_id = $1`,
      [repository.id],
    );
    await sweepApprovals(world.regreen.services);
    await world.settled();
    expect(attempts(repository, pull.head.sha)).toEqual(['failure']);
    expect(await rerunsOf(repository)).toEqual([]);
    const { rows } = await world.database.pool.query(
      'select state, decision_reason as reason from approvals where repository_id = $1',
      [repository.id],
    );
    expect(rows).toEqual([{ state: 'expired', reason: 'regreen.yml forbids it by now' }]);
  });

  it('logged no problem', () => {
    expect(world.problems).toEqual([]);
  });
});
