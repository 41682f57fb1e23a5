import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyzeLog } from '../../../src/diagnosis/analyzer.ts';
import { type Declined, type Files, type Fixer, type FixResult, type FixSource, isDeclined } from '../../../src/fixers/types.ts';
import { type FixerTask, runFixer } from '../../../src/isolation/fixer-process.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/fixers/formatters');

/** A project that a real tool refused, its log, and what the real tool made of it. Made by scripts/fixtures/fixers.ts. */
export interface FixerFixture {
  name: string;
  origin: string;
  fixer: string;
  files: Files;
  log: string;
  expected: Files;
}

export function fixerFixtures(): FixerFixture[] {
  if (!existsSync(FIXTURES)) return [];
  return readdirSync(FIXTURES).map((file) => ({
    ...(JSON.parse(readFileSync(join(FIXTURES, file), 'utf8')) as Omit<FixerFixture, 'name'>),
    name: file.replace('.json', ''),
  }));
}

/** The log of a step that a tool has ended, as GitHub writes it. */
export function stepLog(command: string, output: string): string {
  const lines = [`##[group]Run ${command}`, command, 'shell: /usr/bin/bash -e {0}', '##[endgroup]', ...output.split('\n')];
  return [...lines, '##[error]Process completed with exit code 1.']
    .map((line) => `2026-11-20T10:00:00.0000000Z ${line}\n`)
    .join('');
}

/** What a fixer is given for a log. */
export function sourceOf(log: string): FixSource {
  return { diagnosis: analyzeLog(Buffer.from(log)), printedDiffs: [] };
}

/** The whole way of a fixer: it applies, asks for files, gets them, and works in its own process. */
export async function mend(fixer: Fixer, files: Files, source: FixSource): Promise<FixResult | Declined> {
  const task = taskOf(fixer, files, source);
  return isDeclined(task) ? task : runFixer(task, new AbortController().signal);
}

/** The same without a process of its own, for what is declined before an engine has been loaded. */
export async function mendHere(fixer: Fixer, files: Files, source: FixSource): Promise<FixResult | Declined> {
  const task = taskOf(fixer, files, source);
  return isDeclined(task) ? task : fixer.fix({ ...task, folder: '/nowhere' });
}

export function taskOf(fixer: Fixer, files: Files, source: FixSource): FixerTask | Declined {
  if (!fixer.applies(source)) return { declined: 'it does not apply' };
  const plan = fixer.plan(source, new Set(Object.keys(files)));
  if (isDeclined(plan)) return plan;
  return {
    fixer: fixer.id,
    source,
    targets: pick(files, plan.targets),
    context: pick(files, plan.context),
    present: plan.present ?? [],
  };
}

function pick(files: Files, paths: readonly string[]): Files {
  return Object.fromEntries(paths.map((path) => [path, files[path] ?? '']));
}
