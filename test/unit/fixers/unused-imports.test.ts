import { describe, expect, it } from 'vitest';
import { unusedImports } from '../../../src/fixers/unused-imports/fixer.ts';
import { runFixer } from '../../../src/isolation/fixer-process.ts';
import { failedStepLog, fixturesOf, fixWith, sourceOf } from './fixtures.ts';

const FIXTURES = fixturesOf('unused-imports');

describe('what real tools called unused', () => {
  it.each(FIXTURES.filter(({ isCertain }) => isCertain))('$name: is removed as another tool removes it', async (fixture) => {
    const source = sourceOf(failedStepLog(fixture.command, fixture.output));
    expect(await fixWith(unusedImports, source, fixture.before)).toEqual(fixture.after);
  });

  it.each(FIXTURES.filter(({ isCertain }) => !isCertain))('$name: is left alone', async (fixture) => {
    const source = sourceOf(failedStepLog(fixture.command, fixture.output));
    expect(await fixWith(unusedImports, source, fixture.before)).toBeTypeOf('string');
  });
});

/** What tsc says of an import, as the log has it. */
function tscLog(...errors: string[]) {
  return sourceOf(failedStepLog('npx tsc', errors.join('\n')));
}

describe('what stays is left as it is written', () => {
  it.each([
    [
      'members on lines of their own',
      'import {\n  a,\n  b,\n  c,\n} from "x";\na;\n',
      [
        "src/a.ts(3,3): error TS6133: 'b' is declared but its value is never read.",
        "src/a.ts(4,3): error TS6133: 'c' is declared but its value is never read.",
      ],
      'import {\n  a,\n} from "x";\na;\n',
    ],
    [
      'the first member',
      'import { a, b } from "x";\nb;\n',
      ["src/a.ts(1,10): error TS6133: 'a' is declared but its value is never read."],
      'import { b } from "x";\nb;\n',
    ],
    [
      'Windows line ends',
      'import { a } from "x";\r\nimport b from "y";\r\n\r\nb;\r\n',
      ["src/a.ts(1,1): error TS6133: 'a' is declared but its value is never read."],
      'import b from "y";\r\n\r\nb;\r\n',
    ],
    [
      'one empty line between',
      'import b from "y";\n\nimport { a } from "x";\n\nb;\n',
      ["src/a.ts(3,1): error TS6133: 'a' is declared but its value is never read."],
      'import b from "y";\n\nb;\n',
    ],
    [
      'an import without a name',
      'import "./setup";\nimport a from "x";\nexport {};\n',
      ["src/a.ts(2,1): error TS6133: 'a' is declared but its value is never read."],
      'import "./setup";\nexport {};\n',
    ],
    [
      'a comment that goes with its import, and the ones of others',
      'import { a } from "x"; // for names\nimport {\n  // the first\n  b, // kept\n  c, // of all\n  /* last */ d,\n} from "y";\nb;\n',
      [
        "src/a.ts(1,10): error TS6133: 'a' is declared but its value is never read.",
        "src/a.ts(5,3): error TS6133: 'c' is declared but its value is never read.",
        "src/a.ts(6,14): error TS6133: 'd' is declared but its value is never read.",
      ],
      'import {\n  // the first\n  b, // kept\n} from "y";\nb;\n',
    ],
  ])('%s', async (_, before, errors, after) => {
    expect(await fixWith(unusedImports, tscLog(...errors), { 'src/a.ts': before })).toEqual({ 'src/a.ts': after });
  });

  it('also where a formatter complains beside the compiler: that is for another fixer', async () => {
    const log = failedStepLog(
      'npm run check',
      "[warn] src/a.ts\n[warn] Code style issues found in the above file. Run Prettier with --write to fix.\nsrc/a.ts(1,10): error TS6133: 'a' is declared but its value is never read.",
    );
    expect(await fixWith(unusedImports, sourceOf(log), { 'src/a.ts': 'import { a, b } from "x";\nb ;\n' })).toEqual({
      'src/a.ts': 'import { b } from "x";\nb ;\n',
    });
  });

  it('in Python also in what is only read by type checkers, as long as something stays there', async () => {
    const flake8 = (line: number, name: string) =>
      sourceOf(failedStepLog('flake8 .', `a.py:${line}:5: F401 '${name}' imported but unused`));
    const two = 'from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import x\n    import y  # of types\n\nz: "x.Z"\n';
    expect(await fixWith(unusedImports, flake8(5, 'y'), { 'a.py': two })).toEqual({
      'a.py': two.replace('    import y  # of types\n', ''),
    });
    const one = two.replace('    import x\n', '');
    expect(await fixWith(unusedImports, flake8(4, 'y'), { 'a.py': one })).toBeTypeOf('string');
  });

  it('in Rust with comments and globs in nested lists', async () => {
    const before =
      'use std::{\n    collections::{BTreeMap as Tree, HashMap}, // maps\n    fmt::{self, Display},\n    io::*,\n};\n\nfn f(m: HashMap<u8, u8>) -> fmt::Result {\n    g(m)\n}\n';
    const log = failedStepLog(
      'cargo check',
      'error: unused imports: `BTreeMap as Tree`, `Display`, `io`\n --> src/lib.rs:2:19\n  |\n2 |     collections::{BTreeMap as Tree, HashMap}, // maps\n  |                   ^^^^^^^^^^^^^^^^',
    );
    expect(await fixWith(unusedImports, sourceOf(log), { 'src/lib.rs': before })).toEqual({
      'src/lib.rs':
        'use std::{\n    collections::HashMap, // maps\n    fmt::{self},\n};\n\nfn f(m: HashMap<u8, u8>) -> fmt::Result {\n    g(m)\n}\n',
    });
  });
});

describe('what is not certain is left alone', () => {
  const unused = "src/a.ts(1,1): error TS6133: 'a' is declared but its value is never read.";

  it.each([
    ['the file is another one', 'import { b } from "x";\n'],
    ['no import stands there', 'const a = 1;\n'],
    ['the file does not parse', 'import { a } from "x";\nconst = ;\n'],
    ['a comment stands beside', 'import { a } from "x"; // eslint-disable-line\n'],
    ['a comment stands among the members', 'import { a, /* why */ b } from "x";\nb;\n'],
    ['a comment says why it is there', 'import { a } from "x"; // registers the handlers\n'],
    ['another statement stands on the line', 'import { a } from "x"; start();\n'],
  ])('%s', async (_, before) => {
    expect(await fixWith(unusedImports, tscLog(unused), { 'src/a.ts': before })).toBeTypeOf('string');
  });

  it('an error of something else is in the log, or the file may be one of two', async () => {
    const before = 'import { a } from "x";\n';
    const other = "src/b.ts(1,1): error TS2304: Cannot find name 'q'.";
    expect(await fixWith(unusedImports, tscLog(unused, other), { 'src/a.ts': before, 'src/b.ts': 'q' })).toMatch(/other errors/);
    expect(await fixWith(unusedImports, tscLog(unused), { 'p/src/a.ts': before, 'q/src/a.ts': before })).toMatch(/may be/);
    expect(await fixWith(unusedImports, tscLog(unused), { 'p/src/a.ts': `${before}export {};\n` })).toEqual({
      'p/src/a.ts': 'export {};\n',
    });
  });

  it('a linter of Python names something else, of whatever severity', async () => {
    const log = "a.py:1:0: W0611: Unused import os (unused-import)\na.py:4:11: W0613: Unused argument 'b' (unused-argument)";
    expect(await fixWith(unusedImports, sourceOf(failedStepLog('pylint a.py', log)), { 'a.py': 'import os\n' })).toMatch(
      /other errors/,
    );
  });

  it('warnings of ESLint count only where it says that there are too many', async () => {
    const log = "\n/home/runner/work/r/r/a.js\n  1:10  warning  'b' is defined but never used  no-unused-vars\n\n✖ 1 problem\n";
    const files = { 'a.js': 'import { b, c } from "./b.js";\nc();\n' };
    const fixOf = (text: string) => fixWith(unusedImports, sourceOf(failedStepLog('eslint .', text)), files);
    expect(await fixOf(`${log}\nESLint found too many warnings (maximum: 0).\n`)).toEqual({
      'a.js': 'import { c } from "./b.js";\nc();\n',
    });
    expect(await fixOf(log)).toBeTypeOf('string');
  });

  it.each(['src/__init__.py', 'tests/conftest.py'])('%s imports for others', async (path) => {
    const source = sourceOf(failedStepLog('flake8', `${path}:1:1: F401 'os' imported but unused`));
    expect(await fixWith(unusedImports, source, { [path]: 'import os\nx = 1\n' })).toMatch(/for others/);
  });
});

describe('in the process that fixes', () => {
  it('grammars load without rights to anything else', async () => {
    const [fixture] = FIXTURES.filter(({ name }) => name === 'go-build');
    if (!fixture) throw new Error('the fixture is gone');
    const source = sourceOf(failedStepLog(fixture.command, fixture.output));
    const task = { fixer: 'unused-imports', source, targets: fixture.before, context: {} };
    const result = await runFixer(task, new AbortController().signal);
    expect(result).toMatchObject({ edits: [{ path: 'till.go', after: fixture.after['till.go'] }] });
  });
});
