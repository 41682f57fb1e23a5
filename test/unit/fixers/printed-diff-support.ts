import { createLogAnalyzer } from '../../../src/diagnosis/analyzer.ts';
import { printedDiff } from '../../../src/fixers/printed-diff/fixer.ts';
import { type Files, type FixSource, isDeclined } from '../../../src/fixers/types.ts';
import { runnerLog, stepHeader } from '../diagnosis/support.ts';

/** What the runner logs of a step that failed with such an output. */
export function failedStepLog(command: string, output: string, after: readonly string[] = ['Post job cleanup.']): string {
  const [first = '', ...rest] = command.split('\n');
  const header = [
    `##[group]Run ${first}`,
    ...[first, ...rest].map((line) => `\x1b[36;1m${line}\x1b[0m`),
    ...stepHeader('').slice(2),
  ];
  const lines = output.replace(/\n$/, '').split('\n');
  return runnerLog([...header, ...lines, '##[error]Process completed with exit code 1.', ...after]);
}

export function sourceOf(log: string): FixSource {
  const analyzer = createLogAnalyzer();
  analyzer.push(new TextEncoder().encode(log));
  const diagnosis = analyzer.finish();
  return { diagnosis, printedDiffs: analyzer.printedDiffs() };
}

/** The files that the fixer would write, or why it declines. */
export async function printedDiffFix(source: FixSource, files: Files): Promise<Files | string> {
  if (!printedDiff.applies(source)) return 'does not apply';
  const plan = printedDiff.plan(source, new Set(Object.keys(files)));
  if (isDeclined(plan)) return plan.declined;
  const targets = Object.fromEntries(plan.targets.map((path) => [path, files[path] ?? '']));
  const result = await printedDiff.fix({ source, targets, context: {}, folder: '/nowhere' });
  if (isDeclined(result)) return result.declined;
  return Object.fromEntries(result.edits.map(({ path, after }) => [path, after]));
}
