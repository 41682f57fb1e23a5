/** What the commands of a step say about the changes that `git diff` showed in it. */
export interface GitDiffCommand {
  /** The step fails when there is a difference. */
  isDemand: boolean;
}

/** Options that change neither what is compared nor how lines are shown. */
const HARMLESS =
  /^(?:--exit-code|--quiet|-q|-s|--no-patch|--name-only|--name-status|--(?:cached|staged)|--color(?:=\w+)?|--no-color|--(?:short|num|dir)?stat|--summary|--compact-summary|--patch|-p|-u|--patch-with-stat|-U\d+|--unified=\d+|--minimal|--patience|--histogram|--diff-algorithm=\w+|--full-index|--no-ext-diff|--no-prefix|--text|-a|--no-renames|--submodule(?:=\w+)?|--ignore-submodules(?:=\w+)?|--diff-filter=[A-Za-z]+|--relative|--ignore-space-at-eol|--ignore-cr-at-eol)$/;

const DEMANDS = /^(?:--exit-code|--quiet)$/;

/**
 * Reads the `git diff`s of a step's commands: all must compare what is checked out with what the step has made of it. One
 * that compares commits, the other way round, or without regard to blanks says nothing about what is wanted.
 * @param command the step's commands, a line each
 * @param paths of the changes; an argument that is a folder or file of theirs is no name of a commit
 * @returns `null` when there is no such command, or one that compares something else
 */
export function readGitDiffs(command: string, paths: readonly string[]): GitDiffCommand | null {
  const invocations = [
    ...command.matchAll(
      /(?:^|[\s;&|($`!/])git(?:\.exe)?((?: +-[^\s;&|]+(?: +[^\s;&|-][^\s;&|]*)??)*?) +(diff|clang-format)\b([^\n;&|)`]*)/g,
    ),
  ];
  if (invocations.length === 0) return null;
  let isDemand = false;
  for (const [, , subcommand = '', rest = ''] of invocations) {
    if (subcommand === 'clang-format') {
      isDemand = true;
      continue;
    }
    const words = rest.split(/\s+/).filter((word) => word !== '' && !/^\d?>/.test(word) && word !== '/dev/null');
    if (!comparesWithWorkTree(words, paths)) return null;
    isDemand ||= words.some((word) => DEMANDS.test(word));
  }
  return { isDemand };
}

function comparesWithWorkTree(words: readonly string[], paths: readonly string[]): boolean {
  const separator = words.indexOf('--');
  const mayBeCommits = separator < 0 ? words : words.slice(0, separator);
  return mayBeCommits.every((word) => word === 'HEAD' || HARMLESS.test(word) || isPathOf(word, paths));
}

function isPathOf(argument: string, paths: readonly string[]): boolean {
  if (argument.startsWith('-') || argument.startsWith('$')) return false;
  const plain = argument
    .replace(/^['"]|['"]$/g, '')
    .replace(/^\.\//, '')
    .replace(/\/$/, '');
  if (plain === '.' || plain === '' || plain.includes('*') || plain.startsWith(':')) return true;
  return paths.some((path) => path === plain || path.startsWith(`${plain}/`));
}
