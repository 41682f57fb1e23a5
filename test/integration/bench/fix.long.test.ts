import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { play } from '../../../bench/fix/play.ts';
import { goalsOf, rowsByKind } from '../../../bench/fix/report.ts';
import { readScenarios, type Scenario, ScenarioError } from '../../../bench/fix/scenario.ts';
import { type BenchWorld, startWorld } from '../../../bench/fix/world.ts';

const SCENARIOS = fileURLToPath(new URL('../../scenarios', import.meta.url));
/** prettier and Biome are here anyway; the bench's own tools need not be installed. */
const OWN_TOOLS = fileURLToPath(new URL('../../../node_modules/.bin', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regreen-bench-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const FACTS = 'kind: real-bug\nabout: A bug.\nexpect: refused\n';
const SOUND = { 'scenario.yml': FACTS, 'repository/a.txt': 'a\n', 'change/a.txt': 'b\n' };

async function collection(name: string, files: Record<string, string>): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, name, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return join(folder, name);
}

const inFolder = (files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`one/${path}`, text]));

// Others write scenarios too: what is wrong with one must be told so that its author can mend it.
describe('a folder of scenarios', () => {
  it('is read with every file as it is, whatever else lies beside the scenarios', async () => {
    const files = { ...inFolder(SOUND), 'one/change/sub/ü.txt': 'a\r\nb', '.git/HEAD': 'x', 'README.md': 'x' };
    const [scenario, ...others] = await readScenarios(await collection('sound', files));
    expect(others).toEqual([]);
    expect(scenario).toMatchObject({ name: 'one', kind: 'real-bug', expect: 'refused', from: 'pull-request', judge: 'real' });
    expect(Object.keys(scenario?.change ?? {})).toEqual(['a.txt', 'sub/ü.txt']);
    expect(scenario?.change['sub/ü.txt']?.toString()).toBe('a\r\nb');
  });

  const { 'change/a.txt': _, ...unchanged } = SOUND;
  it.each<[string, Record<string, string>, RegExp]>([
    ['no-facts', { 'one/repository/a.txt': 'a' }, /^one has no scenario\.yml/],
    ['no-yaml', inFolder({ ...SOUND, 'scenario.yml': 'kind: [' }), /^one\/scenario\.yml is no YAML/],
    ['unknown-key', inFolder({ ...SOUND, 'scenario.yml': `${FACTS}expects: x\n` }), /^one\/scenario\.yml: .*"expects"/s],
    ['unknown-end', inFolder({ ...SOUND, 'scenario.yml': FACTS.replace('refused', 'fixed') }), /expect/],
    ['no-change', inFolder(unchanged), /^one\/change holds no file/],
    ['no-repository', inFolder({ 'scenario.yml': FACTS, 'change/a.txt': 'b' }), /^one\/repository holds no file/],
    ['nothing', { 'README.md': 'x' }, /holds no scenario/],
  ])('says what is wrong: %s', async (name, files, message) => {
    const reading = readScenarios(await collection(name, files));
    await expect(reading).rejects.toThrow(ScenarioError);
    await expect(reading).rejects.toThrow(message);
  });

  it('says that it is not there', async () => {
    await expect(readScenarios(join(folder, 'nowhere'))).rejects.toThrow(/There is no folder/);
  });
});

describe('scenarios of this repository', () => {
  it('are of many kinds, and for a third of them no fix is right', async () => {
    const scenarios = await readScenarios(SCENARIOS);
    expect(scenarios.length).toBeGreaterThanOrEqual(70);
    expect(new Set(scenarios.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(16);
    expect(scenarios.filter((one) => one.expect === 'refused').length).toBeGreaterThanOrEqual(scenarios.length / 3);
    expect(scenarios.filter((one) => one.expect === 'verified' && one.touches === undefined)).toEqual([]);
  });
});

describe('a scenario that is played', () => {
  let world: BenchWorld;
  beforeAll(async () => {
    world = await startWorld(join(folder, 'world'), [OWN_TOOLS]);
  });
  afterAll(() => world.close());

  async function ended(name: string, change: Partial<Scenario> = {}) {
    const scenario = (await readScenarios(SCENARIOS)).find((one) => one.name === name);
    if (!scenario) throw new Error(`no scenario ${name}`);
    return play(world, { ...scenario, ...change });
  }

  it('is verified when its own CI passes on the fix, and its figures are taken', async () => {
    const result = await ended('prettier-two-files');
    expect(result).toMatchObject({ end: 'verified', toDiagnosis: expect.any(Number), toFix: expect.any(Number) });
    const bench = { results: [result], skipped: [] };
    expect(rowsByKind(bench)).toEqual([['prettier', '1', '1', '0', '0', '0', '0', '0', '0']]);
    expect(goalsOf(bench).find(({ name }) => name === 'fixable ones verified')).toMatchObject({ isMet: true });
  });

  // Each of the two would undo what the other wants, so that no commit is green.
  it('is refused where two formatters want a file differently', async () => {
    expect(await ended('prettier-against-biome')).toMatchObject({ end: 'refused rightly' });
  });

  it('is wrong when something is pushed where nothing is right', async () => {
    expect(await ended('prettier-two-files', { name: 'uncalled-for', expect: 'refused' })).toMatchObject({ end: 'wrong' });
  });

  it('is invalid when its change is not red', async () => {
    const harmless = { 'docs.txt': Buffer.from('b\n') };
    expect(await ended('prettier-two-files', { name: 'harmless', change: harmless })).toMatchObject({
      end: 'invalid',
      reason: expect.stringContaining('the change is not red'),
    });
  });
});
