import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Repository } from '../../../src/sandbox/state/model.ts';
import { shopWithSteps } from '../../support/shops.ts';
import { createWorld, regreenCheck, type World } from '../../support/world.ts';

/** Fails at the first run of every commit whose README says so, and passes at the second, as a flaky test does. */
function flakyStep(folder: string): string {
  const seen = `${folder}/$GITHUB_SHA`;
  return `'! grep -q flicker README.md || test -e "${seen}" || { touch "${seen}"; echo "not ok 1 - adds up"; echo "1..1"; exit 1; }'`;
}

/** Protects the books on flaky tests: two outcomes on one commit, twice, and there is one issue, which ends when it has behaved. */
describe('a test that flickers', () => {
  let world: World;
  let repository: Repository;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regreen-flaky-'));
    world = await createWorld();
    repository = await world.createRepository(shopWithSteps([flakyStep(folder)]), 'flaky');
    await world.settled();
  });

  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** A commit that fails at first; a person runs it again, and it passes. */
  async function flicker(text: string): Promise<string> {
    const files = { 'README.md': `# flicker ${text}\n` };
    const sha = await world.sandbox.people.push({ repository, branch: 'main', actor: world.mona, files });
    await world.settled();
    const run = [...repository.runs.values()].find((one) => one.headSha === sha);
    if (run?.attempts.at(-1)?.conclusion === 'failure') await world.sandbox.people.rerun(repository, run, world.mona);
    await world.settled();
    return sha;
  }

  async function states(): Promise<unknown[]> {
    const { rows } = await world.database.pool.query('select state, issue_number is not null as told from flaky_tests');
    return rows;
  }

  it('is suspected the first time, and nobody is told', async () => {
    const sha = await flicker('one');
    expect(await states()).toEqual([{ state: 'suspected', told: false }]);
    expect(regreenCheck(repository, sha)?.title).toBe('Green again');
    expect(repository.issues.size).toBe(0);
  });

  it('is known the second time, and has one issue, which the third time edits', async () => {
    await flicker('two');
    expect(await states()).toEqual([{ state: 'flaky', told: true }]);
    await flicker('three');
    const issues = [...repository.issues.values()];
    expect(issues.map((issue) => issue.state)).toEqual(['open']);
    expect(issues[0]?.title).toMatch(/^Flaky: /);
    expect(issues[0]?.labels.map((label) => label.name)).toEqual(['regreen-flaky']);
  });

  it('has its issue closed once it has behaved', async () => {
    // Twenty green commits take long to push; the books are told of nineteen.
    await world.database.pool.query(
      `with numbers as (select generate_series(1, 19) as n),
        run as (select * from runs where repository_id = $1 and conclusion = 'success' order by id desc limit 1),
        job as (select jobs.* from jobs join run on run.id = jobs.run_id and jobs.conclusion = 'success' limit 1),
        added as (insert into runs select (jsonb_populate_record(null::runs, to_jsonb(run) ||
          jsonb_build_object('id', run.id + 100000 + n, 'head_sha', 'green' || n))).* from run, numbers returning id)
       insert into jobs select (jsonb_populate_record(null::jobs, to_jsonb(job) ||
          jsonb_build_object('id', job.id + 100000 + n, 'run_id', (select id from run) + 100000 + n, 'run_attempt', (select attempt from run),
          'completed_at', now() + interval '1 second'))).* from job, numbers`,
      [repository.id],
    );
    await world.sandbox.people.push({ repository, branch: 'main', actor: world.mona, files: { 'README.md': '# steady\n' } });
    await world.settled();
    expect(await states()).toEqual([{ state: 'settled', told: true }]);
    const [issue] = [...repository.issues.values()];
    expect(issue?.state).toBe('closed');
    expect(issue?.body).toContain('It has behaved');
  });

  it('logged no problem', () => {
    expect(world.problems).toEqual([]);
  });
});
