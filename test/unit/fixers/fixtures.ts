import { readdirSync, readFileSync } from 'node:fs';
import { createLogAnalyzer } from '../../../src/diagnosis/analyzer.ts';
import { type Files, type Fixer, type FixSource, isDeclined } from '../../../src/fixers/types.ts';
import { runnerLog, stepHeader } from '../diagnosis/support.ts';

/** What a real tool printed, and the files before and after a real tool mended them. See scripts/fixtures/fixes.ts. */
export interface FixFixture {
  name: string;
  /** The log says enough for a fix. */
  isCertain: boolean;
  command: string;
  output: string;
  before: Files;
  after: Files;
}

export function fixturesOf(fixer: string): FixFixture[] {
  const folder = new URL(`../../fixtures/fixers/${fixer}/`, import.meta.url);
  return readdirSync(folder).map((file) => {
    const { isCertain, command, output, files } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Pick<
      FixFixture,
      'isCertain' | 'command' | 'output'
    > & { files: Record<string, { before: string; after: string }> };
    const side = (which: 'before' | 'after') =>
      Object.fromEntries(Object.entries(files).map(([path, file]) => [path, file[which]]));
    return { name: file.replace('.json', ''), isCertain, command, output, before: side('before'), after: side('after') };
  });
}

/** What the runner logs of a step that failed with such an output. */
export function failedStepLog(command: string, output: string): string {
  const [first = '', ...rest] = command.split('\n');
  const script = [first, ...rest].map((line) => `\x1b[36;1m${line}\x1b[0m`);
  const header = [`##[group]Run ${first}`, ...script, ...stepHeader('').slice(2)];
  const lines = output.replace(/\n$/, '').split('\n');
  return runnerLog([...header, ...lines, '##[error]Process completed with exit code 1.', 'Post job cleanup.']);
}

export function sourceOf(log: string): FixSource {
  const analyzer = createLogAnalyzer();
  analyzer.push(new TextEncoder().encode(log));
  const diagnosis = analyzer.finish();
  return { diagnosis, printedDiffs: analyzer.printedDiffs() };
}

/** The files that a fixer would write, or why it declines. */
export async function fixWith(fixer: Fixer, source: FixSource, files: Files): Promise<Files | string> {
  if (!fixer.applies(source)) return 'does not apply';
  const plan = fixer.plan(source, new Set(Object.keys(files)));
  if (isDeclined(plan)) return plan.declined;
  const targets = Object.fromEntries(plan.targets.map((path) => [path, files[path] ?? '']));
  const result = await fixer.fix({ source, targets, context: {}, folder: '/nowhere' });
  if (isDeclined(result)) return result.declined;
  return Object.fromEntries(result.edits.map(({ path, after }) => [path, after]));
}
