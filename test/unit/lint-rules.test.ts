import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Probe {
  room: string;
  path: string;
  code: string;
  /** The rule that must speak; none of the architecture's rules may when it is absent. */
  rule?: string;
}

const PROBES: readonly Probe[] = [
  {
    room: 'diagnosis reads no files',
    path: 'src/diagnosis/refused-8.ts',
    code: "import { readFileSync } from 'node:fs';\nreadFileSync('x');",
    rule: 'noRestrictedImports',
  },
  {
    room: 'the sandbox knows nothing of Regreen',
    path: 'src/sandbox/refused-9.ts',
    code: "export { isRed } from '../healing/diagnose-run.ts';",
    rule: 'noRestrictedImports',
  },
  {
    room: 'diagnosis has no clock',
    path: 'src/diagnosis/refused-0.ts',
    code: 'export const at = Date.now();',
    rule: 'no clock and no randomness',
  },
  {
    room: 'policy has no randomness',
    path: 'src/policy/refused-1.ts',
    code: 'export const n = Math.random();',
    rule: 'no clock and no randomness',
  },
  {
    room: 'policy asks nobody',
    path: 'src/policy/refused-2.ts',
    code: "export const answer = fetch('http://127.0.0.1');",
    rule: 'noRestrictedGlobals',
  },
  {
    room: 'fixers know no store',
    path: 'src/fixers/refused-3.ts',
    code: "export { migrate } from '../store/database.ts';",
    rule: 'noRestrictedImports',
  },
  {
    room: 'healing has no Octokit',
    path: 'src/healing/refused-4.ts',
    code: "export { Octokit } from '@octokit/core';",
    rule: 'noRestrictedImports',
  },
  {
    room: 'events speak no SQL',
    path: 'src/events/refused-5.ts',
    code: "export { sql } from 'kysely';",
    rule: 'noRestrictedImports',
  },
  {
    room: 'nothing imports the API',
    path: 'src/healing/refused-6.ts',
    code: "export { createRouter } from '../api/router.ts';",
    rule: 'noRestrictedImports',
  },
  {
    room: 'one reader of the environment',
    path: 'src/queue/refused-7.ts',
    code: "export const port = process.env['PORT'];",
    rule: 'noProcessEnv',
  },
  {
    room: 'only agents talk to language models',
    path: 'src/healing/refused-10.ts',
    code: "export { streamText } from 'ai';",
    rule: 'noRestrictedImports',
  },
  {
    room: 'agents reach no GitHub',
    path: 'src/agents/refused-11.ts',
    code: "export { commitOnBranch } from '../github/writes.ts';",
    rule: 'noRestrictedImports',
  },
  {
    room: 'agents start no programs',
    path: 'src/agents/refused-12.ts',
    code: "export { spawn } from 'node:child_process';",
    rule: 'noRestrictedImports',
  },
  { room: 'agents have the AI SDK', path: 'src/agents/allowed-5.ts', code: "export { streamText } from 'ai';" },
  { room: 'github has Octokit', path: 'src/github/allowed-0.ts', code: "export { Octokit } from '@octokit/core';" },
  { room: 'store speaks SQL', path: 'src/store/allowed-1.ts', code: "export { sql } from 'kysely';" },
  { room: 'compose builds the API', path: 'src/compose.ts', code: "export { createRouter } from './api/router.ts';" },
  {
    room: 'configuration reads the environment',
    path: 'src/config/environment.ts',
    code: "export const port = process.env['PORT'];",
  },
  { room: 'fixers use policy', path: 'src/fixers/allowed-4.ts', code: "export { isPlainPath } from '../policy/gate.ts';" },
];

let folder: string;
let report: string;

/** Biome reads a copy of the configuration beside files that stand where the rules look. One run for all of them. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regreen-lint-'));
  const configuration: object = JSON.parse(await readFile(`${root}/biome.json`, 'utf8'));
  await writeFile(`${folder}/biome.json`, JSON.stringify({ ...configuration, vcs: { enabled: false } }));
  await cp(`${root}/scripts/lint`, `${folder}/scripts/lint`, { recursive: true });
  for (const probe of PROBES) {
    await mkdir(dirname(join(folder, probe.path)), { recursive: true });
    await writeFile(join(folder, probe.path), probe.code);
  }
  const { stdout } = spawnSync(
    `${root}/node_modules/.bin/biome`,
    ['lint', '--reporter=github', '--max-diagnostics=none', 'src'],
    { cwd: folder, encoding: 'utf8' },
  );
  report = stdout;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function saidOf(path: string): string {
  return report
    .split('\n')
    .filter((line) => line.includes(`/${path},`))
    .join('\n');
}

/** Protects the import rules of docs/architecture.md: each must refuse what it is there for, and only that. */
describe('the import rules', () => {
  it.each(PROBES.filter((probe) => probe.rule !== undefined))('$room: $path', ({ path, rule }) => {
    expect(saidOf(path)).toContain(rule);
  });

  it.each(PROBES.filter((probe) => probe.rule === undefined))('$room: $path', ({ path }) => {
    expect(saidOf(path)).not.toMatch(/noRestricted|noProcessEnv|plugin/);
  });
});
