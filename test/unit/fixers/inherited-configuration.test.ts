import { describe, expect, it } from 'vitest';
import { biomeConfiguration } from '../../../src/fixers/biome/configuration.ts';
import { wholeStyle } from '../../../src/fixers/clang-format/inheritance.ts';
import { ruffConfiguration } from '../../../src/fixers/ruff/configuration.ts';
import { type Files, type FixSource, isDeclined } from '../../../src/fixers/types.ts';
import { runFixer } from '../../../src/isolation/fixer-process.ts';
import { aDiagnosis } from '../github/texts/models.ts';

function called(command: string): FixSource {
  return { diagnosis: aDiagnosis({ failedSteps: [{ name: command, startLine: 1, endLine: 9, exitCode: 1 }] }), printedDiffs: [] };
}

async function formatted(fixer: string, command: string, targets: Files, context: Files): Promise<Files | string> {
  const result = await runFixer({ fixer, source: called(command), targets, context }, new AbortController().signal);
  return isDeclined(result) ? result.declined : Object.fromEntries(result.edits.map(({ path, after }) => [path, after]));
}

describe('a configuration that stands on another', () => {
  it('of clang-format has what it inherits, and its own over it', () => {
    const context = {
      '.clang-format': '# ours\nBasedOnStyle: Google\nIndentWidth: 4\nBraceWrapping:\n  AfterClass: true\n',
      'lib/.clang-format': 'BasedOnStyle: InheritParentConfig\nColumnLimit: 60\nBraceWrapping:\n  AfterEnum: true\n',
    };
    expect(wholeStyle('lib/.clang-format', context)).toEqual({
      text: 'BasedOnStyle: Google\nIndentWidth: 4\nBraceWrapping:\n  AfterClass: true\n  AfterEnum: true\nColumnLimit: 60\n',
    });
  });

  it.each<[string, Files, RegExp]>([
    ['.clang-format', { '.clang-format': 'BasedOnStyle: InheritParentConfig\n' }, /is not there/],
    ['.clang-format', { '.clang-format': 'BasedOnStyle: file\n' }, /another file/],
    [
      'a/.clang-format',
      { 'a/.clang-format': 'BasedOnStyle: InheritParentConfig\n', '.clang-format': '---\nA: 1\n---\nB: 2\n' },
      /several languages/,
    ],
  ])('of clang-format is declined in %s', (path, context, reason) => {
    expect(wholeStyle(path, context)).toEqual({ declined: expect.stringMatching(reason) });
  });

  it('of ruff takes options that it does not say itself from what it extends, however far', () => {
    const context = {
      'pyproject.toml': '[tool.ruff]\nline-length = 60\nindent-width = 2\n[tool.ruff.format]\nquote-style = "single"\n',
      'a/ruff.toml': 'extend = "../pyproject.toml"\nindent-width = 8\n',
      'a/b/ruff.toml': 'extend = "../ruff.toml"\n[format]\nindent-style = "tab"\n',
    };
    expect(ruffConfiguration('a/b/c.py', context)).toMatchObject({
      table: { 'line-length': 60, 'indent-width': 8, format: { 'quote-style': 'single', 'indent-style': 'tab' } },
    });
  });

  const OVERRIDE = (key: string) => ({ includes: ['**/*.ts'], formatter: { [key]: 4 } });

  it('of Biome has those that it extends, each over the one before, and the overrides of all', () => {
    const context = {
      'biome.json': '{ "formatter": { "indentStyle": "space" } }',
      'config/base.jsonc': JSON.stringify({ formatter: { lineWidth: 60 }, overrides: [OVERRIDE('indentWidth')] }),
      'config/more.json': '{ "formatter": { "lineWidth": 90 } } // the last counts',
      'a/biome.json': JSON.stringify({
        root: false,
        extends: ['//', '../config/base.jsonc', '../config/more.json'],
        overrides: [OVERRIDE('lineWidth')],
      }),
    };
    expect(biomeConfiguration('a/b.ts', context, null)).toEqual({
      folder: 'a/',
      table: { formatter: { indentStyle: 'space', lineWidth: 90 }, overrides: [OVERRIDE('indentWidth'), OVERRIDE('lineWidth')] },
    });
    expect(biomeConfiguration('a/b.ts', context, './config/more.json')).toMatchObject({
      table: { formatter: { lineWidth: 90 } },
    });
    expect(biomeConfiguration('b.ts', { ...context, 'tools/biome.json': '{ "assist": {} }' }, 'tools')).toMatchObject({
      table: { assist: {} },
    });
  });

  it.each<[string, Files]>([
    ['a package', { 'biome.json': '{ "extends": ["@acme/biome-config"] }' }],
    ['what is not there', { 'biome.json': '{ "extends": "./gone.json" }' }],
    ['itself', { 'biome.json': '{ "extends": ["./biome.json"] }' }],
    ['what leaves the repository', { 'biome.json': '{ "extends": ["../../x.json"] }' }],
    [
      'paths from another folder',
      { 'biome.json': '{ "extends": ["./c/x.json"] }', 'c/x.json': '{ "overrides": [{ "includes": ["src/*.ts"] }] }' },
    ],
  ])('of Biome is declined where it extends %s', (_, context) => {
    expect(biomeConfiguration('a.ts', context, null)).toEqual({ declined: expect.any(String) });
  });

  it.each(['"ruff.toml"', '"../../x.toml"', '"/etc/x.toml"', '3'])('of ruff is declined where it extends %s', (extend) => {
    expect(ruffConfiguration('a.py', { 'ruff.toml': `extend = ${extend}\n` })).toEqual({
      declined: expect.stringMatching(/doesn't find/),
    });
  });
});

describe('configuration in the places that a command line names', () => {
  const CODE = 'value = some_function(argument_number_one, argument_two)\n';

  it('is black’s', async () => {
    const context = {
      'tools/black.toml': '[tool.black]\nline-length = 50\n',
      'pyproject.toml': '[tool.black]\nline-length = 20\n',
    };
    const after = 'value = some_function(\n    argument_number_one, argument_two\n)\n';
    expect(await formatted('black', 'black --config tools/black.toml --check .', { 'b.py': CODE }, context)).toEqual({
      'b.py': after,
    });
    expect(await formatted('black', 'black --config gone.toml --check .', { 'b.py': CODE }, context)).toMatch(
      /--config gone\.toml/,
    );
  });

  it('does not hold a stub to what has changed of programs', async () => {
    const stub = 'class A:\n    def f(self)->int: ...\n    def g(self) -> str: ...\n';
    expect(await formatted('black', 'black --check .', { 'a.pyi': stub }, {})).toEqual({ 'a.pyi': stub.replace(')->', ') -> ') });
    expect(await formatted('black', 'black --check .', { 'a.py': stub }, {})).toBeTypeOf('string');
  });

  it('is clang-format’s', async () => {
    const style = { 'tools/style': 'BasedOnStyle: LLVM\nIndentWidth: 8\n' };
    const files = { 'a.cpp': 'int f() {\n  return 1; }\n' };
    expect(await formatted('clang-format', 'clang-format --style=file:tools/style -n a.cpp', files, style)).toEqual({
      'a.cpp': 'int f() { return 1; }\n',
    });
    expect(await formatted('clang-format', 'clang-format --style=file:gone -n a.cpp', files, style)).toMatch(/can't be told/);
  });
});

describe('taplo', () => {
  const files = { 'x/rules.toml': 'b=1\nlong=[1,2]\n', 'y.toml': 'b=1\nlong=[1,2]\n' };

  it('lays each file out by the rules that are for it', async () => {
    const context = {
      'taplo.toml':
        '[formatting]\ncompact_arrays = false\n[[rule]]\ninclude = ["**/rules.toml"]\n[rule.formatting]\nalign_entries = true\n',
    };
    expect(await formatted('taplo', 'taplo fmt --check', files, context)).toEqual({
      'x/rules.toml': 'b    = 1\nlong = [ 1, 2 ]\n',
      'y.toml': 'b = 1\nlong = [ 1, 2 ]\n',
    });
  });

  it('takes the configuration that its command line names', async () => {
    const context = { 'taplo.toml': '', '.config/taplo.toml': '[formatting]\nalign_entries = true\n' };
    const command = 'taplo format --check --config .config/taplo.toml';
    expect(await formatted('taplo', command, { 'y.toml': files['y.toml'] }, context)).toEqual({
      'y.toml': 'b    = 1\nlong = [1, 2]\n',
    });
    expect(await formatted('taplo', command, files, {})).toMatch(/can't be told/);
  });

  it('is told options by its command line, over the configuration’s', async () => {
    const context = { 'taplo.toml': '[formatting]\nalign_entries = false\n' };
    const command = 'taplo fmt --check -o align_entries=true --option=compact_arrays=false';
    expect(await formatted('taplo', command, { 'y.toml': files['y.toml'] }, context)).toEqual({
      'y.toml': 'b    = 1\nlong = [ 1, 2 ]\n',
    });
  });
});
