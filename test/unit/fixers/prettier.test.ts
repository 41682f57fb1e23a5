import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../src/diagnosis/types.ts';
import { prettier } from '../../../src/fixers/prettier/fixer.ts';
import { fixerById, fixersFor } from '../../../src/fixers/registry.ts';
import type { Files, FixSource } from '../../../src/fixers/types.ts';
import { runFixer } from '../../../src/isolation/fixer-process.ts';
import { aDiagnosis, aDiagnostic } from '../github/texts/models.ts';

const PRETTIER = fileURLToPath(new URL('../../../node_modules/prettier/bin/prettier.cjs', import.meta.url));
const run = promisify(execFile);
const never = new AbortController().signal;

function sourceWith(...diagnostics: Diagnostic[]): FixSource {
  return { diagnosis: aDiagnosis({ diagnostics }), printedDiffs: [] };
}

function refusing(...paths: (string | null)[]): FixSource {
  return sourceWith(...paths.map((path) => aDiagnostic({ path })));
}

function planFor(paths: (string | null)[], tree: string[]) {
  return prettier.plan(refusing(...paths), new Set(tree));
}

describe('the registry', () => {
  it('knows prettier, for what prettier has refused and nothing else', () => {
    expect(fixersFor(refusing('a.ts'))).toEqual([prettier]);
    expect(fixersFor(refusing(null))).toEqual([]);
    expect(fixersFor(sourceWith(aDiagnostic({ tool: 'eslint' })))).toEqual([]);
    expect(fixerById('prettier')).toBe(prettier);
    expect(fixerById('constructor')).toBeUndefined();
  });
});

describe('the plan', () => {
  it('takes the files that the log names and the commit has, with the configuration above them', () => {
    const tree = [
      'src/a.ts',
      'src/b.ts',
      '.prettierrc',
      'src/.editorconfig',
      'package.json',
      'other/.prettierrc',
      'src/deep/package.json',
    ];
    expect(planFor(['./src/a.ts', 'src/a.ts'], tree)).toEqual({
      targets: ['src/a.ts'],
      context: ['.prettierrc', 'package.json', 'src/.editorconfig'],
    });
  });

  it.each([
    [['gone.ts'], ['a.ts'], /None of the files/],
    [['a.ts', 'gone.ts'], ['a.ts'], /files that the repository doesn't have \(gone\.ts\)/],
    [['a.ts'], Array.from({ length: 25 }, (_, at) => `p${at}/a.ts`), /may be one of 25 files/],
    [['../../etc/passwd', '/etc/passwd', 'a\u0000b'], ['../../etc/passwd', '/etc/passwd', 'a\u0000b'], /None of the files/],
    [['a.ts'], ['a.ts', 'prettier.config.mjs'], /prettier\.config\.mjs is a program/],
    [['src/a.ts'], ['src/a.ts', 'src/.prettierrc.cts'], /src\/\.prettierrc\.cts is a program/],
    [Array.from({ length: 101 }, (_, at) => `f${at}.ts`), Array.from({ length: 101 }, (_, at) => `f${at}.ts`), /named 101 files/],
  ])('declines %j', (named, tree, reason) => {
    expect(planFor(named, tree)).toEqual({ declined: expect.stringMatching(reason) });
  });

  it('takes all files that a path may mean: what they hold decides', () => {
    expect(planFor(['src/a.ts', 'b.ts'], ['web/src/a.ts', 'web/b.ts', 'api/src/a.ts', 'web/.prettierrc'])).toEqual({
      targets: ['web/src/a.ts', 'api/src/a.ts', 'web/b.ts'],
      context: ['web/.prettierrc'],
    });
  });

  it('does not mind a program elsewhere', () => {
    expect(planFor(['src/a.ts'], ['src/a.ts', 'docs/prettier.config.js'])).toEqual({ targets: ['src/a.ts'], context: [] });
  });
});

describe('the repository’s own configuration is honoured, and real prettier agrees', () => {
  const CODE = 'const  a = {b: "c"}\nfunction  f( ) {\n  return   [1,2,3].map( (x)=>x*2 )\n}\n';
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regreen-prettier-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each<[string, string, Files]>([
    ['none', 'src/a.ts', {}],
    ['.prettierrc as YAML', 'src/a.ts', { '.prettierrc': 'semi: false\nsingleQuote: true\n' }],
    ['.prettierrc.json', 'a.js', { '.prettierrc.json': '{"tabWidth": 8}' }],
    ['.prettierrc.json5 with a comment', 'a.js', { '.prettierrc.json5': '// ours\n{semi: false, /* yes */ singleQuote: true,}' }],
    ['.prettierrc.toml', 'a.js', { '.prettierrc.toml': 'useTabs = true\n' }],
    [
      'a key of package.json',
      'a.js',
      { 'package.json': '{"name": "x", "prettier": {"semi": false}, "devDependencies": {"prettier": "^3.0.0"}}' },
    ],
    [
      'package.json without the key, and what is above',
      'src/a.js',
      { 'src/package.json': '{"name": "x"}', '.prettierrc': 'semi: false' },
    ],
    ['the nearest of two', 'src/a.js', { '.prettierrc': 'semi: false', 'src/.prettierrc': 'singleQuote: true' }],
    ['.editorconfig', 'a.js', { '.editorconfig': 'root = true\n[*]\nindent_style = tab\nmax_line_length = 40\n' }],
    [
      'overrides',
      'src/a.test.js',
      { '.prettierrc': 'semi: true\noverrides:\n  - files: "*.test.js"\n    options: { semi: false }\n' },
    ],
  ])('%s', async (name, path, context) => {
    const home = join(folder, name.replace(/\W/g, '-'));
    for (const [file, content] of Object.entries({ ...context, [path]: CODE })) {
      await mkdir(dirname(join(home, file)), { recursive: true });
      await writeFile(join(home, file), content);
    }
    const [result] = await Promise.all([
      runFixer({ fixer: 'prettier', source: refusing(), targets: { [path]: CODE }, context }, never),
      run(process.execPath, [PRETTIER, '--write', path], { cwd: home }),
    ]);
    expect(result).toEqual({ edits: [{ path, before: CODE, after: await readFile(join(home, path), 'utf8') }], skipped: [] });
  });
});

describe('what the command line says is honoured', () => {
  const CODE = 'const  a = {b: "c"};\n';
  const called = (command: string): FixSource => ({
    diagnosis: aDiagnosis({ failedSteps: [{ name: command, startLine: 1, endLine: 9, exitCode: 1 }] }),
    printedDiffs: [],
  });
  const formatted = async (command: string, context: Files) => {
    const result = await runFixer({ fixer: 'prettier', source: called(command), targets: { 'a.js': CODE }, context }, never);
    return 'declined' in result ? result.declined : result.edits[0]?.after;
  };

  it.each<[string, Files, string]>([
    ['prettier --check --single-quote --no-semi .', {}, "const a = { b: 'c' }\n"],
    ['prettier . --check --no-config', { '.prettierrc': 'semi: false' }, 'const a = { b: "c" };\n'],
    ['prettier --check --no-bracket-spacing .', { '.prettierrc': 'semi: false' }, 'const a = {b: "c"}\n'],
    ['prettier -c . --no-semi --config-precedence=prefer-file', { '.prettierrc': 'tabWidth: 4' }, 'const a = { b: "c" };\n'],
    [
      'prettier --config config/prettier.json -l .',
      { 'config/prettier.json': '{"singleQuote": true}' },
      "const a = { b: 'c' };\n",
    ],
    [
      'npm run lint',
      { 'package.json': '{"scripts": {"fix": "prettier --write .", "lint": "prettier --check --no-semi src"}}' },
      'const a = { b: "c" }\n',
    ],
  ])('%s', async (command, context, after) => {
    expect(await formatted(command, context)).toBe(after);
  });

  it.each<[string, Files, RegExp]>([
    ['prettier --check --plugin ./p.mjs .', {}, /a plugin, which is code/],
    ['prettier --check --config config/p.cjs .', {}, /config\/p\.cjs is a program/],
    ['prettier --check --config gone.json .', {}, /gone\.json, which can't be found/],
    ['prettier --check --config tools/prettier.yml .', { 'tools/prettier.yml': 'plugins: [x]' }, /loads prettier plugins/],
    ['prettier --check --parser babel .', {}, /--parser, which Regreen doesn't honour/],
    [
      'npm run lint',
      { 'package.json': '{"scripts": {"a": "prettier --check a", "b": "prettier --check --no-semi b"}}' },
      /different options in different places/,
    ],
  ])('%s is declined', async (command, context, reason) => {
    expect(await formatted(command, context)).toMatch(reason);
  });

  it('asks only for configurations that a command may name', () => {
    const tree = ['a.js', 'config/prettier.json', '.config/.prettierrc.yml', 'web/.prettierrc', '.github/workflows/prettier.yml'];
    expect(planFor(['a.js'], tree)).toMatchObject({
      context: ['config/prettier.json', '.config/.prettierrc.yml', '.github/workflows/prettier.yml'],
    });
  });
});

describe('a snapshot', () => {
  it('is left as it is, since a test compares it letter by letter', () => {
    expect(planFor(['test/__snapshots__/page.html'], ['test/__snapshots__/page.html'])).toEqual({
      declined: expect.stringContaining('records what a test expects'),
    });
  });
});

describe('what would load code is declined', () => {
  const CODE = 'a  =  1\n';
  it.each<[string, Files, RegExp]>([
    ['plugins', { '.prettierrc': 'plugins: [prettier-plugin-x]' }, /\.prettierrc loads prettier plugins/],
    [
      'plugins for some files',
      { '.prettierrc': 'overrides:\n - files: "*"\n   options: { plugins: [./x.js] }' },
      /loads prettier plugins/,
    ],
    ['plugins as TOML', { '.prettierrc.toml': 'plugins = ["x"]' }, /loads prettier plugins/],
    [
      'plugins in a spelling of their own',
      { '.prettierrc.json5': '{"plug\\u0069ns": ["./a.js"]}' },
      /plugins, which are code|program/,
    ],
    ['a shared configuration', { 'package.json': '{"prettier": "@acme/prettier-config"}' }, /from the package @acme/],
    ['a shared configuration as YAML', { '.prettierrc': '"@acme/config"' }, /from the package @acme/],
    [
      'a program in an address',
      { '.prettierrc.json5': '"data:text/javascript,export default {semi:false}"' },
      /runs no code of the repository/,
    ],
    ['a program among the targets', { '.prettierrc.json5': '"./a.js"' }, /runs no code of the repository/],
    [
      'a program elsewhere',
      { '.prettierrc.json5': '"/proc/self/environ"' },
      /runs no code of the repository|has been restricted/,
    ],
    ['another major version', { 'package.json': '{"devDependencies": {"prettier": "2.8.8"}}' }, /asks for prettier 2\.8\.8/],
    ['what can not be read', { 'package.json': '{"prettier": ' }, /package\.json can't be read/],
  ])('%s', async (_what, context, reason) => {
    const result = await runFixer({ fixer: 'prettier', source: refusing(), targets: { 'a.js': CODE }, context }, never);
    expect(result).toEqual({ declined: expect.stringMatching(reason) });
  });

  it('but not where the same words mean nothing', async () => {
    const context = { '.prettierrc': 'plugins: []\nsemi: false', 'package.json': '{"dependencies": {"prettier": "latest"}}' };
    const result = await runFixer({ fixer: 'prettier', source: refusing(), targets: { 'a.js': CODE }, context }, never);
    expect(result).toMatchObject({ edits: [{ after: 'a = 1\n' }] });
  });
});

it.each([
  ['broken code', { 'broken.js': 'function {' }, /broken\.js: .*expected/i],
  ['what is formatted already', { 'done.js': 'a = 1;\n' }, /done\.js: prettier .* finds nothing to change/],
  ['no code', { 'unknown.xyz': '?' }, /unknown\.xyz: No parser could be inferred/],
])('%s is declined, with all that was named beside it: the build would stay red', async (_what, targets, reason) => {
  const task = { fixer: 'prettier', source: refusing(), targets: { 'a.js': 'a  =  1;\n', ...targets }, context: {} };
  expect(await runFixer(task, never)).toEqual({ declined: expect.stringMatching(reason) });
});
