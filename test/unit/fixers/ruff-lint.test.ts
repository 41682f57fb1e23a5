import { describe, expect, it } from 'vitest';
import { fixerById } from '../../../src/fixers/registry.ts';
import { firstParty, presentModules } from '../../../src/fixers/ruff/first-party.ts';
import { isLeftUnfixed, isOurs } from '../../../src/fixers/ruff/rules.ts';
import { type Declined, type Files, type Fixer, type FixResult, isDeclined } from '../../../src/fixers/types.ts';
import { mendHere, sourceOf, stepLog } from './support.ts';

const ruff = fixerById('ruff') as Fixer;

function contents(result: FixResult | Declined): Files | Declined {
  return isDeclined(result) ? result : Object.fromEntries(result.edits.map(({ path, after }) => [path, after]));
}

/** ruff's concise form: the lines that name one file's findings. */
async function mended(text: string, findings: readonly string[], files: Files = {}) {
  const output = findings.map((finding) => `a.py:${finding}`).join('\n');
  return contents(await mendHere(ruff, { 'a.py': text, ...files }, sourceOf(stepLog('ruff check .', output))));
}

describe('the examples of ruff’s own rule pages', () => {
  it.each([
    [
      'F401',
      'import numpy as np  # unused\n\n\ndef area(radius):\n    return radius\n',
      ['1:17: F401 [*] `numpy` imported but unused'],
      'def area(radius):\n    return radius\n',
    ],
    ['F541', 'f"Hello, world!"\n', ['1:1: F541 [*] f-string without any placeholders'], '"Hello, world!"\n'],
    [
      'E703',
      'do_four();  # useless semicolon\n',
      ['1:10: E703 [*] Statement ends with an unnecessary semicolon'],
      'do_four()  # useless semicolon\n',
    ],
    [
      'E713',
      'Z = not X in Y\nif not X.B in Y:\n    pass\n',
      ['1:9: E713 [*] Test for membership should be `not in`', '2:8: E713 [*] Test for membership should be `not in`'],
      'Z = X not in Y\nif X.B not in Y:\n    pass\n',
    ],
    ['W605', 'regex = "\\.png$"\n', ['1:10: W605 [*] Invalid escape sequence: `\\.`'], 'regex = r"\\.png$"\n'],
    [
      'UP015',
      'with open("f.txt", "r") as f:\n    pass\n',
      ['1:20: UP015 [*] Unnecessary mode argument'],
      'with open("f.txt") as f:\n    pass\n',
    ],
    ['Q000', "foo = 'bar'\n", ['1:7: Q000 [*] Single quotes found but double quotes preferred'], 'foo = "bar"\n'],
    [
      'PIE790',
      'def func():\n    """Placeholder docstring."""\n    pass\n',
      ['3:5: PIE790 [*] Unnecessary `pass` statement'],
      'def func():\n    """Placeholder docstring."""\n',
    ],
  ])('%s', async (_code, before, findings, after) => {
    expect(await mended(before, findings)).toEqual({ 'a.py': after });
  });
});

it('mends only what the log names, in the forms of several rules at once, and keeps line ends', async () => {
  const text = 'import os, re\r\nimport sys;\r\nx = f"a"\r\nprint(re, sys)  \r\n';
  const findings = [
    '1:8: F401 [*] `os` imported but unused',
    '2:11: E703 [*] Statement ends with an unnecessary semicolon',
    '4:15: W291 [*] Trailing whitespace',
  ];
  expect(await mended(text, findings)).toEqual({ 'a.py': 'import re\r\nimport sys\r\nx = f"a"\r\nprint(re, sys)\r\n' });
});

it('reads the full form', async () => {
  const output =
    'F401 [*] `os` imported but unused\n --> a.py:1:8\n  |\n1 | import os\n  |        ^^\n  |\nhelp: Remove unused import: `os`\n';
  const result = await mendHere(ruff, { 'a.py': 'import os\nx = 1\n' }, sourceOf(stepLog('ruff check .', output)));
  expect(contents(result)).toEqual({ 'a.py': 'x = 1\n' });
});

describe('imports are sorted with the project’s own modules last, as ruff finds them on the disk', () => {
  const unsorted = 'import shop\nimport requests\n\nprint(requests, shop)\n';
  const finding = ['1:1: I001 [*] Import block is un-sorted or un-formatted'];
  it.each<[string, Files, string]>([
    ['a package at the top', { 'shop/__init__.py': '' }, 'import requests\nimport shop\n'],
    ['a package in src', { 'src/shop/__init__.py': '' }, 'import requests\nimport shop\n'],
    ['a module at the top', { 'shop.py': '' }, 'import requests\nimport shop\n'],
    [
      'by the configuration',
      { 'pyproject.toml': '[tool.ruff.lint.isort]\nknown-first-party = ["shop"]\n' },
      'import requests\nimport shop\n',
    ],
    [
      'in a folder that the configuration names',
      { 'ruff.toml': 'src = ["lib"]\n', 'lib/shop/x.py': '' },
      'import requests\nimport shop\n',
    ],
  ])('%s', async (_what, files, imports) => {
    const [third = '', first = ''] = imports.split('\n');
    expect(await mended(unsorted, finding, files)).toEqual({ 'a.py': `${third}\n\n${first}\n\nprint(requests, shop)\n` });
  });

  it('and among the others where it is none', async () => {
    expect(await mended(unsorted, finding)).toEqual({ 'a.py': 'import requests\nimport shop\n\nprint(requests, shop)\n' });
  });

  it('finds the package that a file is in', () => {
    const present = presentModules(new Set(['lib/deep/shop/__init__.py', 'lib/deep/shop/till/__init__.py', 'README.md'])) ?? [];
    expect(firstParty('lib/deep/shop/till/a.py', '', ['.', 'src'], present).toSorted()).toEqual(['lib', 'shop']);
  });

  it('gives up where a repository has more packages than can be handed over', () => {
    expect(presentModules(new Set(Array.from({ length: 5_001 }, (_, at) => `p${at}/a.py`)))).toBeNull();
  });
});

describe('declined, with the reason', () => {
  const UNUSED = '1:8: F401 [*] `os` imported but unused';
  it.each<[string, string, string[], Files, RegExp]>([
    [
      'what ruff does not call safe',
      'import os\nassert x == None\n',
      [UNUSED, '2:13: E711 Comparison to `None` should be `cond is None`'],
      {},
      /also names E711 in a\.py/,
    ],
    [
      'a rule that is not on our list',
      'import os\n\n\ndef f():\n    x = 1\n',
      [UNUSED, '5:5: F841 [*] Local variable `x` is assigned to but never used'],
      {},
      /also names F841/,
    ],
    [
      'a place where our ruff sees nothing',
      'import os\nimport re\n',
      [UNUSED, '7:8: F401 [*] `re` imported but unused'],
      {},
      /F401 at line 7, which the log names/,
    ],
    ['a place that the log does not name', 'import os\nimport re\n', [UNUSED], {}, /F401 at line 2, which the log does not name/],
    ['what is mended already', 'x = 1\n', [UNUSED], {}, /finds nothing to change/],
    [
      'an extended configuration',
      'import os\n',
      [UNUSED],
      { 'ruff.toml': 'extend = "base.toml"\n' },
      /extends base\.toml, which Regreen doesn't find/,
    ],
    ['preview rules', 'import os\n', [UNUSED], { 'pyproject.toml': '[tool.ruff]\npreview = true\n' }, /preview/],
  ])('%s', async (_what, text, findings, files, reason) => {
    expect(await mended(text, findings, files)).toEqual({ declined: expect.stringMatching(reason) });
  });

  it('a call with a configuration of its own', async () => {
    const source = sourceOf(stepLog('ruff check --config ci/ruff.toml .', `a.py:${UNUSED}`));
    expect(await mendHere(ruff, { 'a.py': 'import os\n' }, source)).toEqual({
      declined: expect.stringMatching(/options that change/),
    });
  });

  it('nothing, and is not applied, where ruff marks nothing as fixable', () => {
    expect(ruff.applies(sourceOf(stepLog('ruff check .', 'a.py:1:8: F401 `os` imported but unused')))).toBe(false);
  });
});

it('takes annotations, which have no mark, for what ruff always fixes', () => {
  const applies = (line: string) => ruff.applies(sourceOf(stepLog('ruff check --output-format=github .', line)));
  expect(applies('##[error]a.py:1:8: F401 `os` imported but unused')).toBe(true);
  expect(applies('##[error]a.py:1:1: I001 Import block is un-sorted or un-formatted')).toBe(true);
  expect(applies('##[error]pkg/__init__.py:1:8: F401 `os` imported but unused')).toBe(false);
  expect(applies('##[error]a.py:1:8: F401 `os` imported but unused; consider using `importlib.util.find_spec`')).toBe(false);
  expect(applies('##[error]a.py:3:5: F841 Local variable `x` is assigned to but never used')).toBe(false);
});

it.each([
  [{ unfixable: ['F'] }, true],
  [{ fixable: ['I'] }, true],
  [{ fixable: ['ALL'] }, false],
  [{ 'extend-unsafe-fixes': ['F401'] }, true],
  [{}, false],
])('sees that a project has told ruff what to fix: %j', (table, isUnfixed) => {
  expect(isLeftUnfixed('F401', table)).toBe(isUnfixed);
});

it('has no rule on its list whose fix changes what a program does', () => {
  expect(
    ['F841', 'E711', 'E712', 'E721', 'E731', 'B006', 'S101', 'SIM102', 'T201', 'ERA001', 'F811', 'RUF100'].filter(isOurs),
  ).toEqual([]);
});

it('lays a file out again that ruff’s formatter was content with', async () => {
  const text = 'import os\n\n\ndef f():\n    return 1\n';
  expect(await mended(text, ['1:8: F401 [*] `os` imported but unused'])).toEqual({ 'a.py': 'def f():\n    return 1\n' });
});
