import { createHash } from 'node:crypto';
import { createTwoFilesPatch, diffArrays } from 'diff';

/** Prints a change as one tool does. `null` where the tool could not print such a change. */
export interface Dialect {
  name: string;
  command: string;
  path: string;
  print(path: string, before: string, after: string): string | null;
}

function unified(oldName: string, newName: string, before: string, after: string): string {
  const patch = createTwoFilesPatch('', '', before, after, undefined, undefined, { context: 3 });
  return `--- ${oldName}\n+++ ${newName}\n${patch.slice(patch.indexOf('@@ '))}`;
}

function blob(text: string): string {
  return createHash('sha1')
    .update(`blob ${Buffer.byteLength(text)}\0${text}`)
    .digest('hex')
    .slice(0, 7);
}

const TIME = '2026-11-20 08:15:00.123456';

/** rustfmt shows three lines around, none of the numbers, and a last line end as an empty line. */
function rustfmt(path: string, before: string, after: string): string {
  const rows = rowsOf(before, after);
  const printed: string[] = [];
  let shownUpTo = -1;
  rows.forEach((row, index) => {
    if (row.mark === ' ') return;
    if (index > shownUpTo) {
      const start = Math.max(shownUpTo + 1, index - 3);
      printed.push(`Diff in ${path}:${rows[start]?.old ?? 1}:`);
      for (const one of rows.slice(start, index)) printed.push(` ${one.text}`);
      shownUpTo = index - 1;
    }
    let end = index;
    let unchanged = 0;
    for (let next = index + 1; next < rows.length && unchanged < 3; next++) {
      unchanged = rows[next]?.mark === ' ' ? unchanged + 1 : 0;
      end = next;
    }
    for (const one of rows.slice(shownUpTo + 1, end + 1)) printed.push(`${one.mark}${one.text}`);
    shownUpTo = Math.max(shownUpTo, end);
  });
  return printed.join('\n');
}

/** Elixir's `mix format --check-formatted` since 1.15, as its own tests show it: two lines around, both numbers, `...|`. */
function mix(path: string, before: string, after: string): string {
  const rows = rowsOf(before, after);
  const width = String(Math.max(before.split('\n').length, after.split('\n').length)).length;
  const isNear = (index: number) => {
    for (let near = index - 2; near <= index + 2; near++) if (rows[near] && rows[near]?.mark !== ' ') return true;
    return false;
  };
  const lastChange = rows.findLastIndex((row) => row.mark !== ' ');
  const rest = rows.slice(lastChange + 1);
  const isRestUnshown = rest.length === 1 && rest[0]?.text === '';
  const printed: string[] = [];
  let isSkipping = false;
  rows.forEach((row, index) => {
    if (isRestUnshown && index > lastChange) return;
    if (!isNear(index)) {
      if (!isSkipping) printed.push(`${' '.repeat(2 * width + 1)}...|`);
      isSkipping = true;
      return;
    }
    isSkipping = false;
    const oldNumber = (row.mark === '+' ? '' : String(row.old)).padStart(width);
    const newNumber = (row.mark === '-' ? '' : String(row.new)).padStart(width);
    printed.push(`${oldNumber} ${newNumber} ${row.mark} |${row.text}`);
  });
  return [
    '** (Mix) mix format failed due to --check-formatted.',
    'The following files are not formatted:',
    '',
    path,
    '',
    ...printed,
    '',
  ].join('\n');
}

interface NumberedRow {
  mark: ' ' | '-' | '+';
  text: string;
  old: number;
  new: number;
}

function rowsOf(before: string, after: string): NumberedRow[] {
  const rows: NumberedRow[] = [];
  let [oldLine, newLine] = [1, 1];
  for (const { added, removed, value } of diffArrays(before.split('\n'), after.split('\n'))) {
    for (const text of value) {
      rows.push({ mark: added ? '+' : removed ? '-' : ' ', text, old: oldLine, new: newLine });
      if (!added) oldLine++;
      if (!removed) newLine++;
    }
  }
  return rows;
}

const git = (path: string, before: string, after: string) =>
  `diff --git a/${path} b/${path}\nindex ${blob(before)}..${blob(after)} 100644\n${unified(`a/${path}`, `b/${path}`, before, after)}`;

export const DIALECTS: readonly Dialect[] = [
  { name: 'git diff', command: 'make generate\ngit diff --exit-code', path: 'src/names.js', print: git },
  {
    name: 'git diff --no-prefix',
    command: 'make generate && git diff --no-prefix --exit-code',
    path: 'src/names.js',
    print: (path, before, after) => git(path, before, after).replace(/^(---|\+\+\+) [ab]\//gm, '$1 '),
  },
  {
    name: 'pre-commit',
    command: 'pre-commit run --all-files --show-diff-on-failure',
    path: 'docs/a.md',
    print: (path, before, after) => `All changes made by hooks:\n${git(path, before, after)}`,
  },
  {
    name: 'black',
    command: 'black --diff --check .',
    path: 'src/a.py',
    print: (path, before, after) =>
      `${unified(`${path}\t${TIME} +0000`, `${path}\t${TIME} +0000`, before, after)}would reformat ${path}\n\nOh no! 💥 💔 💥\n1 file would be reformatted.`,
  },
  {
    name: 'ruff',
    command: 'make lint',
    path: 'src/a.py',
    print: (path, before, after) => `${unified(path, path, before, after)}\n1 file would be reformatted`,
  },
  {
    name: 'isort',
    command: 'isort --diff --check .',
    path: 'src/a.py',
    print(path, before, after) {
      const absolute = `/home/runner/work/shop/shop/${path}`;
      const patch = unified(`${absolute}:before\t${TIME}`, `${absolute}:after\t${TIME}`, before, after);
      return patch.includes('\n\\ No newline') ? null : patch;
    },
  },
  {
    name: 'gofmt',
    command: 'gofmt -d .',
    path: 'cmd/main.go',
    print: (path, before, after) => `diff ${path}.orig ${path}\n${unified(`${path}.orig`, path, before, after)}`,
  },
  {
    name: 'shfmt',
    command: 'shfmt -d .',
    path: 'bin/run',
    print: (path, before, after) => unified(`${path}.orig`, path, before, after),
  },
  {
    name: 'buf',
    command: 'buf format -d --exit-code',
    path: 'proto/a.proto',
    print: (path, before, after) =>
      `diff -u ${path}.orig ${path}\n${unified(`${path}.orig\t${TIME} +0000`, `${path}\t${TIME} +0000`, before, after)}`,
  },
  {
    name: 'terraform',
    command: 'terraform fmt -check -diff',
    path: 'modules/a/main.tf',
    print: (_path, before, after) => `main.tf\n${unified('old/main.tf', 'new/main.tf', before, after)}`,
  },
  {
    name: 'clang-format-diff',
    command: 'git show | clang-format-diff.py -p1',
    path: 'src/a.c',
    print: (path, before, after) => unified(`${path}\t(before formatting)`, `${path}\t(after formatting)`, before, after),
  },
  {
    name: 'yapf',
    command: 'yapf --diff -r .',
    path: 'src/a.py',
    print(path, before, after) {
      const patch = unified(`${path}\t(original)`, `${path}\t(reformatted)`, before, after);
      return patch.includes('\n\\ No newline') ? null : patch;
    },
  },
  {
    name: 'php-cs-fixer',
    command: 'php-cs-fixer fix --dry-run --diff',
    path: 'src/A.php',
    print: (path, before, after) =>
      `   1) ${path} (braces, indentation_type)\n      ---------- begin diff ----------\n${unified('Original', 'New', before, after)}\n      ----------- end diff -----------\n`,
  },
  {
    name: 'phpcs',
    command: 'phpcs --report=diff',
    path: 'src/A.php',
    print: (path, before, after) => unified(`/home/runner/work/shop/shop/${path}`, 'PHP_CodeSniffer', before, after),
  },
  {
    name: 'dune',
    command: 'dune build @fmt',
    path: 'src/a.ml',
    print: (path, before, after) =>
      `File "${path}", line 1, characters 0-0:\n${git(path, before, after).replaceAll(`a/${path}`, `a/_build/default/${path}`).replaceAll(`b/${path}`, `b/_build/default/src/.formatted/a.ml`)}`,
  },
  {
    name: 'rustfmt',
    command: 'cargo fmt --all -- --check',
    path: 'crates/a/src/lib.rs',
    print: (path, before, after) => rustfmt(`/home/runner/work/shop/shop/${path}`, before, after),
  },
  { name: 'mix format', command: 'mix format --check-formatted', path: 'lib/a.ex', print: mix },
];
