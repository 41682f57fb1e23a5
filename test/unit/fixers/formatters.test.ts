import { describe, expect, it } from 'vitest';
import { FORMATTERS } from '../../../src/fixers/formatters.ts';
import { fixerById } from '../../../src/fixers/registry.ts';
import { type Declined, type Files, type Fixer, type FixResult, isDeclined } from '../../../src/fixers/types.ts';
import { passGate } from '../../../src/policy/gate.ts';
import { fixerFixtures, mend, mendHere, sourceOf, stepLog } from './support.ts';

const FIXTURES = fixerFixtures();

function fixer(id: string): Fixer {
  const found = fixerById(id);
  if (!found) throw new Error(`there is no fixer ${id}`);
  return found;
}

function contents(result: FixResult | Declined): Files | Declined {
  return isDeclined(result) ? result : Object.fromEntries(result.edits.map(({ path, after }) => [path, after]));
}

it.each(FORMATTERS)('$id has a fixture that a real tool has judged', ({ id }) => {
  expect(FIXTURES.map((fixture) => fixture.fixer)).toContain(id);
});

// The judge is another build than the engine: Debian's programs, or the tools' own command lines.
describe.each(FIXTURES)('$name', ({ fixer: id, files, log, expected }) => {
  it('becomes what the real tool makes of it, and the gate lets it pass', async () => {
    const result = await mend(fixer(id), files, sourceOf(log));
    expect(contents(result)).toEqual(expected);
    const edits = isDeclined(result) ? [] : result.edits;
    expect(passGate({ edits, namedPaths: Object.keys(expected), protectedPaths: [] })).toEqual({ pass: true });
  });

  it('stays as it is once it is so', async () => {
    const result = await ('.editorconfig' in files || id === 'prettier' ? mend : mendHere)(
      fixer(id),
      { ...files, ...expected },
      sourceOf(log),
    );
    expect(result).toEqual({ declined: expect.stringMatching(/finds nothing to change/) });
  });

  it('is not applied to what says nothing of the tool', () => {
    expect(fixer(id).applies(sourceOf('##[group]Run make\nmake: *** [all] Error 2\n'))).toBe(false);
  });
});

/** One file that a tool refuses, in each tool's words. What has no syntax can't be broken. */
const REFUSALS: Readonly<Record<string, { path: string; command: string; output: string; broken?: string; untidy: string }>> = {
  prettier: {
    path: 'a.ts',
    command: 'npx prettier --check .',
    output:
      'Checking formatting...\n[warn] a.ts\n[warn] Code style issues found in the above file. Run Prettier with --write to fix.',
    broken: 'const = ;\n',
    untidy: 'a  =  1\n',
  },
  biome: {
    path: 'a.ts',
    command: 'npx biome ci .',
    output: 'a.ts format ━━━━━━━━━━\n\n  × Formatter would have printed the following content:',
    broken: 'const = ;\n',
    untidy: 'a  =  1\n',
  },
  'ruff-format': {
    path: 'a.py',
    command: 'ruff format --check .',
    output: 'Would reformat: a.py',
    broken: 'x = (\n',
    untidy: 'x   = 1\n',
  },
  black: { path: 'a.py', command: 'black --check .', output: 'would reformat a.py', broken: 'x = (\n', untidy: 'x   = 1\n' },
  gofmt: { path: 'a.go', command: 'gofmt -l .', output: 'a.go', broken: 'package a\nfunc {\n', untidy: 'package   a\n' },
  'clang-format': {
    path: 'a.cpp',
    command: 'clang-format -n -Werror a.cpp',
    output: 'a.cpp:1:4: error: code should be clang-formatted [-Wclang-format-violations]',
    untidy: 'int  a;\n',
  },
  shfmt: { path: 'a.sh', command: 'shfmt -i 2 -l .', output: 'a.sh', broken: 'if true; then\n', untidy: 'echo   a\n' },
  taplo: {
    path: 'a.toml',
    command: 'taplo fmt --check',
    output: 'ERROR taplo:format_files: the file is not properly formatted path="a.toml"',
    broken: 'a = = 1\n',
    untidy: 'a=1\n',
  },
};

/** A fixer at work on one file beside others; `command` where the tool is called otherwise. */
function attempt(
  run: typeof mend,
  id: string,
  { text, files = {}, command }: { text?: string; files?: Files; command?: string },
) {
  const refusal = REFUSALS[id];
  if (!refusal) throw new Error(`there is no refusal by ${id}`);
  const source = sourceOf(stepLog(command ?? refusal.command, refusal.output));
  return run(fixer(id), text === undefined ? files : { [refusal.path]: text, ...files }, source);
}

describe('each of them', () => {
  it.each(Object.entries(REFUSALS))('%s mends what its tool refuses', async (id, { path, untidy }) => {
    expect(contents(await attempt(mend, id, { text: untidy }))).toHaveProperty([path]);
  });

  it.each(Object.entries(REFUSALS).filter(([, { broken }]) => broken !== undefined))(
    '%s declines what has a syntax error',
    async (id, { path, broken }) => {
      expect(await attempt(mend, id, { text: broken ?? '' })).toEqual({ declined: expect.stringContaining(`${path}: `) });
    },
  );

  it.each(Object.keys(REFUSALS))('%s declines what is not in the repository', async (id) => {
    expect(await attempt(mendHere, id, { files: { 'other.txt': '' } })).toEqual({
      declined: expect.stringMatching(/None of the files/),
    });
  });
});

const PYPROJECT = 'pyproject.toml';
describe('versions and options that are not ours are declined, with what asks for them', () => {
  it.each<[string, string, string, Files, RegExp]>([
    [
      'black by requirements',
      'black',
      '',
      { 'requirements-dev.txt': 'pytest\nblack==22.12.0\n' },
      /requirements-dev\.txt asks for black 22\.12\.0/,
    ],
    [
      'black by poetry',
      'black',
      '',
      { [PYPROJECT]: '[tool.poetry.dev-dependencies]\nblack = "^23.1"\n' },
      /asks for black 23\.1/,
    ],
    [
      'black by a lock file',
      'black',
      '',
      { 'uv.lock': '[[package]]\nname = "black"\nversion = "19.10b0"\n' },
      /uv\.lock asks for black 19/,
    ],
    [
      'black by pre-commit',
      'black',
      '',
      {
        '.pre-commit-config.yaml':
          'repos:\n  - repo: https://github.com/psf/black\n    rev: 22.3.0\n    hooks: [{ id: black }]\n',
      },
      /asks for black 22\.3\.0/,
    ],
    [
      'black by its action',
      'black',
      '',
      {
        '.github/workflows/lint.yml':
          'jobs:\n  a:\n    steps:\n      - uses: psf/black@stable\n        with: { version: "~= 22.0" }\n',
      },
      /lint\.yml asks for black 22\.0/,
    ],
    [
      'black by pip in the workflow',
      'black',
      '',
      { '.github/workflows/ci.yml': 'jobs:\n  a:\n    steps:\n      - run: pip install "black[jupyter]==22.1.0"\n' },
      /ci\.yml asks for black 22\.1\.0/,
    ],
    [
      'two versions of black',
      'black',
      '',
      {
        'requirements.txt': 'black==24.1.0\n',
        '.pre-commit-config.yaml': 'repos: [{repo: https://github.com/psf/black, rev: 25.1.0, hooks: []}]\n',
      },
      /requirements\.txt asks for black 24\.1\.0 and .* 25\.1\.0|25\.1\.0 and .* 24\.1\.0/,
    ],
    ['black’s preview style', 'black', '', { [PYPROJECT]: '[tool.black]\npreview = true\n' }, /asks black for preview/],
    ['an option of black', 'black', 'black --check --unstable .', {}, /called with --unstable/],
    ['ruff before its styles', 'ruff-format', '', { 'requirements.txt': 'ruff==0.1.6\n' }, /asks for ruff 0\.1\.6/],
    [
      'ruff that extends',
      'ruff-format',
      '',
      { 'ruff.toml': 'extend = "../ruff.toml"\n' },
      /extends \.\.\/ruff\.toml, which Regreen doesn't find/,
    ],
    ['an option of ruff', 'ruff-format', '', { 'ruff.toml': '[format]\nsome-future-option = true\n' }, /some-future-option/],
    [
      'Go before 1.19',
      'gofmt',
      '',
      {
        '.github/workflows/ci.yml':
          "jobs:\n  a:\n    steps:\n      - uses: actions/setup-go@v5\n        with: { go-version: '1.17' }\n",
      },
      /asks for Go 1\.17/,
    ],
    [
      'clang-format 14',
      'clang-format',
      '',
      { '.github/workflows/ci.yml': 'jobs:\n  a:\n    steps:\n      - run: sudo apt-get install -y clang-format-14\n' },
      /asks for clang-format 14/,
    ],
    ['an inherited style', 'clang-format', '', { '.clang-format': 'BasedOnStyle: InheritParentConfig\n' }, /inherits/],
    ['an unknown style', 'clang-format', '', { '.clang-format': 'NoSuchOption: 3\n' }, /a\.cpp: /],
    ['shfmt 2', 'shfmt', 'shfmt -l .', { '.tool-versions': 'shfmt 2.6.4\n' }, /asks for shfmt 2\.6\.4/],
    ['an option of shfmt', 'shfmt', 'shfmt -mn -l .', {}, /called with -mn/],
    ['an option of taplo', 'taplo', 'taplo fmt --check -o some_future=true', {}, /doesn't honour: some_future/],
    [
      'rules of taplo',
      'taplo',
      '',
      { '.taplo.toml': '[[rule]]\nkeys = ["a"]\n[rule.formatting]\nreorder_keys = true\n' },
      /layout for some keys only/,
    ],
    [
      'prettier 2 by pre-commit',
      'prettier',
      '',
      { '.pre-commit-config.yaml': 'repos: [{repo: https://github.com/pre-commit/mirrors-prettier, rev: v2.7.1, hooks: []}]\n' },
      /asks for prettier 2\.7\.1/,
    ],
    [
      'prettier 2 by npx',
      'prettier',
      '',
      { '.github/workflows/ci.yml': 'jobs:\n  a:\n    steps:\n      - run: npx prettier@2.8 --check .\n' },
      /asks for prettier 2\.8/,
    ],
  ])('%s', async (_what, id, command, files, reason) => {
    const text = REFUSALS[id]?.untidy ?? '';
    const result = await attempt(mendHere, id, { text, files, ...(command === '' ? {} : { command }) });
    expect(result).toEqual({ declined: expect.stringMatching(reason) });
  });

  it('shfmt, where nobody shows how it is called', async () => {
    const source = sourceOf('--- a.sh.orig\n+++ a.sh\n');
    expect(await mend(fixer('shfmt'), { 'a.sh': 'echo   a\n' }, source)).toEqual({
      declined: expect.stringMatching(/which flags/),
    });
  });

  it('gofmt -s, where a file may need more than layout', async () => {
    const files = { 'a.go': 'package a\nfunc f(s []int) {\nfor i,_ := range s { _ = i }\n}\n' };
    const [plain, strict] = await Promise.all([
      mend(fixer('gofmt'), files, sourceOf('+ gofmt -l .\na.go\n')),
      mend(fixer('gofmt'), files, sourceOf('+ gofmt -s -l .\na.go\n')),
    ]);
    expect(contents(plain)).toHaveProperty(['a.go']);
    expect(strict).toEqual({ declined: expect.stringMatching(/gofmt runs with -s/) });
  });
});

describe('Biome', () => {
  const heading = (place: string, code: string) => `${place} ${code}  FIXABLE  ━━━━━━━━━━\n\n  × Something is wrong.\n`;
  const lint = (...findings: string[]) => sourceOf(stepLog('npx biome ci .', findings.join('\n')));
  const config = (text: string) => ({ 'biome.json': text, 'a.ts': 'a  =  1\n' });

  it('fixes only the rules that the log names, and leaves the layout of a file that had none', async () => {
    const files = { 'a.ts': 'let  x = 1\nlet y = "" + x\nexport {x,y}\n' };
    const result = await mendHere(fixer('biome'), files, lint(heading('a.ts:1:1', 'lint/style/useConst')));
    expect(contents(result)).toEqual({ 'a.ts': 'const  x = 1\nconst y = "" + x\nexport {x,y}\n' });
  });

  it('lays a file out again that was laid out before a fix', async () => {
    const files = { 'a.ts': 'import { b } from "./b";\nimport { a } from "./a";\n\nexport { a, b };\n' };
    const result = await mendHere(fixer('biome'), files, lint(heading('a.ts:1:1', 'assist/source/organizeImports')));
    expect(contents(result)).toEqual({ 'a.ts': 'import { a } from "./a";\nimport { b } from "./b";\n\nexport { a, b };\n' });
  });

  it.each<[string, string, Files, RegExp]>([
    [
      'a rule without a safe fix',
      heading('a.ts:1:3', 'lint/suspicious/noDoubleEquals'),
      { 'a.ts': 'a == b;\n' },
      /finds nothing to change|no safe fix/,
    ],
    [
      'a safe fix beside one that is none',
      `${heading('a.ts:1:1', 'lint/style/useConst')}${heading('a.ts:2:3', 'lint/suspicious/noDoubleEquals')}`,
      { 'a.ts': 'let b = 1;\nif (b == a) a();\n' },
      /no safe fix for all that it says of lint\/suspicious\/noDoubleEquals/,
    ],
    [
      'a fault that has no fix',
      `${heading('a.ts', 'format')}${heading('b.ts:1:1', 'parse')}`,
      { 'a.ts': 'a  = 1\n', 'b.ts': '(' },
      /fault that has no fix/,
    ],
    [
      'what is printed only in part',
      `${heading('a.ts', 'format')}Diagnostics not shown: 12.`,
      { 'a.ts': 'a  = 1\n' },
      /only some of what it found/,
    ],
    [
      'Biome 1 by package.json',
      heading('a.ts', 'format'),
      { ...config('{}'), 'package.json': '{"devDependencies":{"@biomejs/biome":"1.9.4"}}' },
      /asks for Biome 1\.9\.4/,
    ],
    [
      'Biome 1 by the schema',
      heading('a.ts', 'format'),
      config('{"$schema": "https://biomejs.dev/schemas/1.9.4/schema.json"}'),
      /is for Biome 1/,
    ],
    ['plugins', heading('a.ts', 'format'), config('{"plugins": ["./a.grit"]}'), /loads plugins/],
    [
      'a shared configuration',
      heading('a.ts', 'format'),
      config('{"extends": ["@acme/biome"]}'),
      /extends @acme\/biome, which Regreen doesn't find/,
    ],
    [
      'overrides for paths from the folder of another configuration',
      heading('web/a.ts', 'format'),
      {
        'biome.json': '{"overrides": [{"includes": ["web/**"], "formatter": {"indentStyle": "space"}}]}',
        'web/biome.json': '{"root": false, "extends": "//"}',
        'web/a.ts': 'a  =  1\n',
      },
      /doesn't combine/,
    ],
    ['what can not be read', heading('a.ts', 'format'), config('{"formatter": '), /can't be read/],
  ])('declines %s', async (_what, output, files, reason) => {
    expect(await mendHere(fixer('biome'), files, lint(output))).toEqual({ declined: expect.stringMatching(reason) });
  });

  it('reads comments in its configuration', async () => {
    const result = await mendHere(
      fixer('biome'),
      { 'biome.jsonc': '{ // ours\n "javascript": {"formatter": {"semicolons": "asNeeded",}} }', 'a.ts': 'a  =  1;\n' },
      lint(heading('a.ts', 'format')),
    );
    expect(contents(result)).toEqual({ 'a.ts': 'a = 1\n' });
  });
});

describe('what ruff and black lay out differently is left to people', () => {
  it.each([
    ['a conditional expression', `f(\n    a,\n    ${'x'.repeat(40)} if ${'y'.repeat(30)} else ${'z'.repeat(30)},\n)\nx   = 1\n`],
    ['a pragma on a long line', `x   = ${'a'.repeat(70)}  # type: ignore[assignment]\n`],
    ['strings that could be joined', `x  = ("a" "b")\n`],
    ['an expression in an f-string', `x  = f"{a+1}"\n`],
    ['format pragmas', '# fmt: off\nx  = 1\n# fmt: on\ny  = 1\n'],
    ['a comment in brackets', 'x  = (\n    a  # first\n    + b\n)\n'],
    ['bodies of dots, where the year is not known', 'class A :\n    def f(self) -> int: ...\n'],
  ])('%s', async (_what, code) => {
    const result = await mendHere(fixer('black'), { 'a.py': code }, sourceOf('would reformat a.py\n'));
    expect(result).toEqual({ declined: expect.stringMatching(/differ/) });
  });

  it('but bodies of dots are laid out as the pinned year wants it', async () => {
    const files = { 'a.py': 'class A :\n    def f(self) -> int:\n        ...\n', 'requirements.txt': 'black==25.1.0\n' };
    const result = await mend(fixer('black'), files, sourceOf('would reformat a.py\n'));
    expect(contents(result)).toEqual({ 'a.py': 'class A:\n    def f(self) -> int: ...\n' });
  });
});

/** Protects who reads the pull request: it names the version that wrote the change. */
describe('the version that did the work is told where a repository pins one of several', () => {
  it.each([
    [
      'ruff-format',
      { 'a.py': 'x  = 1\n', 'requirements.txt': 'ruff==0.9.4\n' },
      'Would reformat: a.py\n',
      /^0\.14\.\d+, style of 2025$/,
    ],
    [
      'black',
      { 'a.py': 'x  = 1\n', 'requirements.txt': 'black==25.1.0\n' },
      'would reformat a.py\n',
      /^0\.14\.\d+, style of 2025$/,
    ],
  ])('%s', async (name, files, output, version) => {
    const source = sourceOf(stepLog(name === 'black' ? 'black --check .' : 'ruff format --check', output));
    expect(await mend(fixer(name), files, source)).toMatchObject({ version: expect.stringMatching(version) });
  });
});

describe('where nobody says which version runs', () => {
  it('a layout is chosen that old and new prettier both leave as it is', async () => {
    const result = await attempt(mend, 'prettier', { files: { 'a.ts': 'a = 1\n' }, text: 'a  =  1' });
    expect(contents(result)).toEqual({ 'a.ts': 'a = 1;\n' });
    const output =
      'Checking formatting...\n[warn] README.md\n[warn] Code style issues found in the above file. Run Prettier with --write to fix.';
    const markdown = await mend(
      fixer('prettier'),
      { 'README.md': 'Shop\n====\n* one\n' },
      sourceOf(stepLog('npx prettier --check .', output)),
    );
    expect(contents(markdown)).toEqual({ 'README.md': '# Shop\n\n- one\n' });
  });
});

describe('clang-format of the version that the repository pins', () => {
  it.each([18, 19, 20, 21, 22, 23])('%d, with its includes sorted', async (major) => {
    const files = {
      'a.cpp': '#include <vector>\n#include <array>\nint  a;\n',
      '.pre-commit-config.yaml': `repos: [{repo: https://github.com/pre-commit/mirrors-clang-format, rev: v${major}.1.2, hooks: []}]\n`,
    };
    const result = await mendHere(fixer('clang-format'), files, sourceOf(REFUSALS['clang-format']?.output ?? ''));
    expect(contents(result)).toEqual({ 'a.cpp': '#include <array>\n#include <vector>\nint a;\n' });
    expect(result).toMatchObject({ version: expect.stringMatching(new RegExp(`^${major}\\.\\d+\\.\\d+$`)) });
  });
});
