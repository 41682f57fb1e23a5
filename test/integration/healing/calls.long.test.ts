import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP_FILES } from '../../../src/demo/shop.ts';
import type { Repository } from '../../../src/sandbox/state/model.ts';
import { propose } from '../../support/shops.ts';
import { createWorld, fixPulls, regreenCheck, type World } from '../../support/world.ts';

const UGLY = 'export const answer   =  { a:1 }\n';

function workflow(name: string, script: string, strategy = ''): string {
  return [
    `name: ${name}`,
    'on: {push: {branches: [main]}, pull_request: {}}',
    'jobs:',
    `  ${name}:`,
    '    runs-on: ubuntu-latest',
    ...(strategy === '' ? [] : [`    strategy: ${strategy}`]),
    '    steps:',
    '      - uses: actions/checkout@v5',
    `      - run: ${script}`,
    '',
  ].join('\n');
}

function ugly(count: number, folder: (index: number) => string): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${folder(index)}/ugly${index}.ts`, `// ${index}\n${UGLY}`]),
  );
}

const { '.github/workflows/ci.yml': _ci, ...SHOP } = SHOP_FILES;

/** Protects the limits that GitHub sets an installation, where a repository is large. */
describe('the calls of large failures', () => {
  let world: World;

  beforeAll(async () => {
    world = await createWorld({ sandbox: { concurrentRuns: 4 } });
    // It asks about each fix that has waited for a minute, so that the number would depend on the machine's speed.
    await world.database.pool.query("delete from pgboss.schedule where key = 'sweep-fixes'");
  });

  afterAll(() => world.close());

  /** A pull request with these files, and what Regreen has asked of GitHub since, up to its check run and in all. */
  async function callsFor(repository: Repository, files: Record<string, string>) {
    await world.settled();
    const from = world.sandbox.state.requests.length;
    const pull = await propose(world, repository, { files });
    await world.settled();
    const requests = world.sandbox.state.requests.slice(from).filter(({ caller }) => caller.startsWith('installation'));
    const made = requests.map(({ method, route }) => `${method} ${route}`);
    const told = made.findIndex((one) => /^POST .*\/check-runs$/.test(one));
    expect(told, 'no check run').toBeGreaterThan(0);
    return { check: regreenCheck(repository, pull.head.sha), toDiagnosis: made.slice(0, told + 1), made };
  }

  it('a fix of 60 files', async () => {
    const files = { ...SHOP, '.github/workflows/ci.yml': workflow('format', 'prettier --check src') };
    const repository = await world.createRepository(files, 'sixty');
    const { toDiagnosis, made } = await callsFor(
      repository,
      ugly(60, (index) => `src/part${index % 7}`),
    );
    expect(fixPulls(repository)[0]?.issue.body).toContain('✅ **Verified**');
    expect(toDiagnosis.length, toDiagnosis.join('\n')).toBeLessThanOrEqual(15);
    expect(made.length, made.join('\n')).toBeLessThanOrEqual(30);
  });

  it('ten failed jobs, each of which says something else', async () => {
    const legs = Array.from({ length: 10 }, (_, leg) => leg);
    const strategy = `{fail-fast: false, matrix: {part: [${legs.join(', ')}]}}`;
    const files = {
      ...SHOP,
      '.github/workflows/ci.yml': workflow('format', `prettier --check src/part\${{ matrix.part }}`, strategy),
    };
    const parts = Object.fromEntries(legs.map((leg) => [`src/part${leg}/fine.ts`, 'export {};\n']));
    const repository = await world.createRepository({ ...files, ...parts }, 'ten');
    const { toDiagnosis, made } = await callsFor(
      repository,
      ugly(20, (index) => `src/part${index % 10}`),
    );
    expect(fixPulls(repository)[0]?.issue.body).toContain('✅ **Verified**');
    expect(toDiagnosis.length, toDiagnosis.join('\n')).toBeLessThanOrEqual(15);
    expect(made.length, made.join('\n')).toBeLessThanOrEqual(30);
  });

  it('three workflows on one head', async () => {
    const files = {
      ...SHOP,
      '.github/workflows/format.yml': workflow('format', 'prettier --check src'),
      '.github/workflows/names.yml': workflow('names', 'test ! -e src/part0'),
      '.github/workflows/parts.yml': workflow('parts', 'test ! -e src/part1'),
    };
    const repository = await world.createRepository(files, 'three');
    const { check, toDiagnosis, made } = await callsFor(
      repository,
      ugly(4, (index) => `src/part${index % 2}`),
    );
    expect(check?.summary?.match(/^## /gm)).toHaveLength(3);
    expect(toDiagnosis.length, toDiagnosis.join('\n')).toBeLessThanOrEqual(15);
    expect(made.length, made.join('\n')).toBeLessThanOrEqual(30);
  });

  it('twelve failed jobs: ten are read, and the others are named', async () => {
    const legs = Array.from({ length: 12 }, (_, leg) => leg);
    const strategy = `{fail-fast: false, matrix: {part: [${legs.join(', ')}]}}`;
    const files = { ...SHOP, '.github/workflows/ci.yml': workflow('format', 'test ! -e src/part0', strategy) };
    const repository = await world.createRepository(files, 'twelve');
    const { check, toDiagnosis } = await callsFor(
      repository,
      ugly(1, () => 'src/part0'),
    );
    expect(check?.summary).toContain('2 more jobs failed');
    expect(toDiagnosis.length, toDiagnosis.join('\n')).toBeLessThanOrEqual(15);
  });

  it('logged no problem', () => {
    expect(world.problems).toEqual([]);
  });
});
