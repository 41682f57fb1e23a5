import type { LineRange, PrintedDiff } from '../../diagnosis/types.ts';
import type { FixSource } from '../types.ts';
import { readGitDiffs } from './git-command.ts';

/**
 * Whether a printed change is what CI wants: `wanted`, with who printed it; `refused`, where it may be and can't be taken,
 * so that nothing of the job is; `unknown`, where nothing says so: it may as well be what a test expected.
 */
export type Trust = { wanted: string } | { refused: string } | { unknown: string };

/** Tools that print only what they would write, from what is there to what they want. */
const FORMATTERS: ReadonlySet<string> = new Set([
  'autopep8',
  'black',
  'buf',
  'clang-format',
  'docformatter',
  'gersemi',
  'gofmt',
  'isort',
  'mix format',
  'ocamlformat',
  'php-cs-fixer',
  'phpcs',
  'reformatter',
  'ruff',
  'rustfmt',
  'scalafmt',
  'shfmt',
  'spotless',
  'swiftformat',
  'taplo',
  'terraform',
  'yapf',
]);

/** Commands that write down what a program does as what it should do. */
const TAKES_AS_EXPECTED =
  /(?:^|\s)(?:-u|-update|--update|--update-?snapshots?|--snapshot-update|--test-update-snapshots|--bless|--accept|--approve|--force-regen|--inline-snapshot=\S+|--updateSnapshot|--write-expected\S*)(?=[\s=]|$)|\b(?:UPDATE|BLESS|REGEN|INSTA|RECORD)_?(?:SNAPSHOTS?|GOLDENS?|EXPECT|FIXTURES|UPDATE|FORCE_PASS)?=\S|\bdune (?:promote|build --auto-promote)|\bupdate-(?:snapshots?|goldens?|fixtures)\b/i;

/** The `-u` of `diff` asks for the form. */
const DIFF_OPTIONS = /\bdiff(?: +-[\w=]{1,40}){1,5}/g;

/** A step that fails because of a difference ends soon after it has shown it. */
const MOST_LINES_TO_FAILURE = 25;

/** Says whether a printed change may be taken. `paths` are those that it changes. */
export function trustIn(diff: PrintedDiff, { diagnosis, printedDiffs }: FixSource, paths: readonly string[]): Trust {
  const step = diagnosis.failedSteps.find((one) => isWithin(diff, one));
  if (!step && diagnosis.failedSteps.length > 0) return { unknown: 'The step that printed a change did not fail.' };
  if (diff.tool !== null && FORMATTERS.has(diff.tool)) return complete(diff, diff.tool);
  const command = diff.command ?? step?.name ?? '';
  if (TAKES_AS_EXPECTED.test(command.replaceAll(DIFF_OPTIONS, 'diff')))
    return { unknown: 'The step writes down what tests expect.' };
  if (diff.tool === 'pre-commit') return complete(diff, 'pre-commit');
  const last = step && printedDiffs.findLast((one) => isWithin(one, step));
  const isAtEnd = step !== undefined && last !== undefined && step.endLine - last.endLine <= MOST_LINES_TO_FAILURE;
  const isTest = (diagnosis.tests?.failed.length ?? 0) > 0;
  const isStale = isAtEnd && !isTest && last?.isCalledStale === true;
  if (!diff.text.startsWith('diff --git ')) {
    return isStale ? complete(diff, 'diff') : { unknown: 'Nothing says which tool wants the change that the log shows.' };
  }
  // A script that the log does not show asks git, and says what the difference means.
  if (isStale && !/\bgit\b/.test(command)) return complete(diff, 'git diff');
  const git = readGitDiffs(command, paths);
  if (git && (git.isDemand || isAtEnd)) return complete(diff, 'git diff');
  return { unknown: 'Nothing says that the change that git showed is wanted.' };
}

function complete(diff: PrintedDiff, tool: string): Trust {
  if (diff.withheld)
    return { refused: `The change that ${tool} printed holds what looks like a secret, so no copy of it was kept.` };
  return diff.isComplete ? { wanted: tool } : { refused: `The log cuts off the change that ${tool} printed.` };
}

function isWithin(inner: LineRange, outer: LineRange): boolean {
  return inner.startLine >= outer.startLine && inner.endLine <= outer.endLine;
}
