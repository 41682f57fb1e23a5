import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP_FILES, UNFORMATTED_FILES } from '../../../src/demo/shop.ts';
import type { PullRequest, Repository } from '../../../src/sandbox/state/model.ts';
import { fixBranches, propose } from '../../support/shops.ts';
import { createWorld, fixPulls, regreenCheck, type World } from '../../support/world.ts';

function workflow(name: string, jobs: Record<string, readonly string[]>): string {
  return [
    `name: ${name}`,
    'on:',
    '  push:',
    '    branches: [main]',
    '  pull_request:',
    'jobs:',
    ...Object.entries(jobs).flatMap(([job, steps]) => [
      `  ${job}:`,
      '    runs-on: ubuntu-latest',
      '    steps:',
      '      - uses: actions/checkout@v5',
      ...steps.map((step) => `      - run: ${step}`),
    ]),
    '',
  ].join('\n');
}

const TEST = `'test ! -e src/broken.js || { echo "FAIL the shop is broken"; exit 1; }'`;

/** One workflow's log may come so much later than the other's that its files are added by a second commit. */
const MOST_COMMITS = 2;

/** The commits of a fix down to the head of the branch that it is for; fails when it does not stand on that head. */
async function commitsOf(repository: Repository, fix: PullRequest | undefined, branch: string) {
  const onto = repository.git.branch(branch);
  const commits = [];
  for (let sha = fix?.head.sha; sha !== onto; sha = commits.at(-1)?.parents[0]) {
    const commit = await repository.git.commit(sha ?? '');
    expect(commit?.parents).toHaveLength(1);
    if (commit) commits.push(commit);
    expect(commits.length).toBeLessThanOrEqual(MOST_COMMITS);
  }
  expect(commits).not.toEqual([]);
  return commits;
}

/** Two workflows of which both are refused by prettier, and a job that is red for a reason that nobody here can fix. */
const FILES: Record<string, string> = {
  ...SHOP_FILES,
  '.github/workflows/ci.yml': workflow('CI', { lint: ['prettier --check src'], test: [TEST] }),
  '.github/workflows/docs.yml': workflow('Docs', { docs: ['prettier --check docs'] }),
  'docs/start.md': '# Start\n',
};

/** Protects that what is red on one commit is one pull request's business, and that it answers only for its own jobs. */
describe('a commit on which three jobs of two workflows fail', () => {
  let world: World;
  let repository: Repository;
  let pull: PullRequest;

  beforeAll(async () => {
    world = await createWorld({ sandbox: { concurrentRuns: 4 } });
    repository = await world.createRepository(FILES, 'many');
    const files = { ...UNFORMATTED_FILES, 'src/broken.js': 'export {};\n', 'docs/start.md': '# Start\n*  one\n*  two\n' };
    pull = await propose(world, repository, { files });
    await world.settled();
  });

  afterAll(() => world.close());

  it('has one branch and one pull request with the changes for both workflows', () => {
    expect(fixPulls(repository)).toHaveLength(1);
    expect(fixBranches(repository)).toHaveLength(1);
    const [fix] = fixPulls(repository);
    expect(fix?.base.ref).toBe('discount');
    expect(fix?.issue.title).toBe('Format 3 files with prettier');
    for (const path of ['src/cart.js', 'src/currency.js', 'docs/start.md']) expect(fix?.issue.body).toContain(`- \`${path}\``);
    expect(fix?.issue.labels.map((label) => label.name)).toEqual(['regreen']);
  });

  it('is verified by the jobs that it heals, though `test` is red as before', async () => {
    const [fix] = fixPulls(repository);
    expect(fix?.draft).toBe(false);
    expect(fix?.issue.body).toContain('✅ **Verified**');
    expect(fix?.issue.body).not.toContain('`test`');
    const onFix = [...repository.runs.values()].filter((run) => run.headSha === fix?.head.sha);
    expect(onFix.map((run) => run.attempts.at(-1)?.conclusion).toSorted()).toEqual(['failure', 'success']);
    const { rows } = await world.database.pool.query(
      `select heals.workflow_path, heals.jobs from fix_incidents heals join fixes on fixes.id = fix_id
       where outcome = 'verified' order by 1`,
    );
    expect(rows).toEqual([
      { workflow_path: '.github/workflows/ci.yml', jobs: ['lint'] },
      { workflow_path: '.github/workflows/docs.yml', jobs: ['docs'] },
    ]);
  });

  it('is told on the commit for each of the jobs', () => {
    const [fix] = fixPulls(repository);
    const summary = regreenCheck(repository, pull.head.sha)?.summary ?? '';
    expect(summary.split(`#${fix?.issue.number} fixes this: CI has passed on it`)).toHaveLength(3);
    expect(summary).toContain('`test` failed');
  });

  it('is built anew in the same pull request when the branch moves on and is still red', async () => {
    const [before] = fixPulls(repository);
    const oldCommit = before?.head.sha;
    await world.sandbox.people.push({ repository, branch: 'discount', actor: world.mona, files: { 'README.md': '# moved\n' } });
    await world.settled();
    const [fix, ...others] = fixPulls(repository);
    expect(others).toEqual([]);
    expect(fix?.issue).toMatchObject({ state: 'open', number: before?.issue.number });
    const own = await commitsOf(repository, fix, 'discount');
    expect(own.map((commit) => commit.sha)).not.toContain(oldCommit);
    for (const commit of own) expect(commit.signature).not.toBeNull();
    expect(fix?.issue.body).toContain('✅ **Verified**');
    expect(fixBranches(repository)).toHaveLength(1);
  });

  it('left no job behind and logged no problem', () => {
    expect(world.problems).toEqual([]);
  });
});
