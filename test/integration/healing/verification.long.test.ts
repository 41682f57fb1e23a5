import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP_FILES, UNFORMATTED_FILES } from '../../../src/demo/shop.ts';
import { sweepFixes } from '../../../src/healing/sweep.ts';
import type { PullRequest, Repository } from '../../../src/sandbox/state/model.ts';
import { propose } from '../../support/shops.ts';
import { createWorld, fixPulls, type World } from '../../support/world.ts';

/** Protects the word "verified", and what may follow from it. */
describe('what CI has shown of a fix', () => {
  let world: World;

  beforeAll(async () => {
    world = await createWorld({ sandbox: { concurrentRuns: 4 } });
  });

  afterAll(() => world.close());

  async function query<T extends object>(sql: string, repository: Repository): Promise<T[]> {
    return (await world.database.pool.query<T>(sql, [repository.id])).rows;
  }

  const fixesOf = (repository: Repository) =>
    query('select state, outcome from fixes where repository_id = $1 order by attempt', repository);

  /** Lets the fixes become old enough for the sweep to say what they wait for. */
  async function sweepLater(repository: Repository): Promise<void> {
    const older = ['created_at', 'committed_at'].map((column) => `${column} = ${column} - interval '40 minutes'`).join(', ');
    await query(`update fixes set ${older} where repository_id = $1`, repository);
    await world.database.pool.query(`update sweeps set last_at = last_at - interval '1 day'`);
    await sweepFixes(world.regreen.services);
    await world.settled();
  }

  async function fixOf(repository: Repository): Promise<PullRequest> {
    await world.settled();
    const [fix] = fixPulls(repository);
    if (!fix) throw new Error('no fix pull request');
    return fix;
  }

  it('a job that is skipped on it shows nothing: it stays a draft that says so', async () => {
    const workflow = [
      'on: {push: {branches: [main]}, pull_request: {}}',
      'jobs:',
      '  format:',
      "    if: github.ref == 'refs/heads/main'",
      '    runs-on: ubuntu-latest',
      '    steps: [{uses: actions/checkout@v5}, {run: prettier --check src}]',
      '  other:',
      '    runs-on: ubuntu-latest',
      '    steps: [{run: "true"}]',
      '',
    ].join('\n');
    const files = { ...SHOP_FILES, ...UNFORMATTED_FILES, '.github/workflows/ci.yml': workflow };
    const repository = await world.createRepository(files, 'skipped');
    const fix = await fixOf(repository);
    expect(await fixesOf(repository)).toEqual([{ state: 'proposed', outcome: null }]);
    expect(fix.draft).toBe(true);
    await sweepLater(repository);
    expect(fix.issue.body).toContain('⚠️ **Not verified**: `format` of `.github/workflows/ci.yml` was skipped here');
    expect(await fixesOf(repository)).toEqual([{ state: 'proposed', outcome: null }]);
  });

  it('a fix that waits when somebody lowers the mode is neither marked ready nor merged', async () => {
    const { '.github/workflows/ci.yml': ci = '' } = SHOP_FILES;
    // Pushes of regreen.yml to main are not to wait for CI.
    const files = { ...SHOP_FILES, '.github/workflows/ci.yml': ci.replace('  push:\n    branches: [main]\n', '') };
    const repository = await world.createRepository(files, 'brake');
    await propose(world, repository);
    const fix = await fixOf(repository);
    const before = fix.issue.body;
    expect(before).toContain('✅ **Verified**');
    /** As if CI had not ended when this was pushed. */
    async function judgedUnder(config: string) {
      const changed = { '.github/regreen.yml': `${config}\nautoMerge: {causes: [formatting]}\n` };
      await world.sandbox.people.push({ repository, branch: 'main', actor: world.mona, files: changed });
      await world.settled();
      fix.draft = true;
      fix.issue.body = '⏳';
      await query(`update fixes set state = 'proposed', outcome = null where repository_id = $1`, repository);
      await sweepLater(repository);
      expect(await fixesOf(repository)).toEqual([{ state: 'ended', outcome: 'verified' }]);
      return { draft: fix.draft, merged: fix.mergedAt !== null, told: fix.issue.body !== '⏳' };
    }
    expect(await judgedUnder('mode: observe')).toEqual({ draft: true, merged: false, told: false });
    expect(await judgedUnder('mode: annotate')).toEqual({ draft: true, merged: false, told: true });
    expect(await judgedUnder('mode: fix\ncauses: {formatting: never}')).toEqual({ draft: false, merged: false, told: true });
    expect(await judgedUnder('mode: fix')).toEqual({ draft: false, merged: true, told: true });
  });

  it('logged no problem', () => {
    expect(world.problems).toEqual([]);
  });
});
