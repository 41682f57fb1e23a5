import { describe, expect, it } from 'vitest';
import { parserFor } from '../../../src/fixers/syntax/parser.ts';
import type { Files } from '../../../src/fixers/types.ts';
import { hasEffects, modulesOf } from '../../../src/fixers/unused-imports/effects.ts';
import { unusedImports } from '../../../src/fixers/unused-imports/fixer.ts';
import { failedStepLog, sourceOf } from './fixtures.ts';

/** What the fixer makes of a file, with all that it asks for. */
async function mended(command: string, output: string, files: Files): Promise<string | undefined> {
  const source = sourceOf(failedStepLog(command, output));
  const paths = new Set(Object.keys(files));
  const plan = unusedImports.plan(source, paths);
  if ('declined' in plan) return plan.declined;
  const pick = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, files[name] ?? '']));
  const targets = pick(plan.targets);
  const context = pick(unusedImports.related?.(targets, paths) ?? []);
  const result = await unusedImports.fix({ source, targets, context, folder: '/nowhere' });
  return 'declined' in result ? result.declined : result.edits[0]?.after;
}

describe('an unused import of a module that does something when it is loaded', () => {
  const eslint = "/home/runner/work/shop/shop/web/main.js\n  1:10  error  'pie' is defined but never used  no-unused-vars\n";
  const main = "import { pie } from './charts/pie.js';\nimport { all } from './all.js';\n\nall();\n";

  it('stays, since others need what it does', async () => {
    const files = {
      'web/main.js': main,
      'web/charts/pie.js': "import { add } from '../all.js';\nexport const pie = 1;\nadd(pie);\n",
    };
    expect(await mended('eslint .', eslint, files)).toBe(
      'web/main.js loads web/charts/pie.js, which does something when it is loaded.',
    );
  });

  it('goes where the module only declares, or is read from elsewhere', async () => {
    const wanted = "import { all } from './all.js';\n\nall();\n";
    expect(
      await mended('eslint .', eslint, {
        'web/main.js': main,
        'web/charts/pie.js': "'use strict';\nexport const pie = make();\n",
      }),
    ).toBe(wanted);
    expect(await mended('eslint .', eslint, { 'web/main.js': main })).toBe(wanted);
  });

  it('stays in Python, too', async () => {
    const files = {
      'src/shop/app.py': 'from shop.rules import vat\nfrom shop import core\n\ncore.run()\n',
      'src/shop/rules.py': 'from shop import core\n\n\n@core.rule("vat")\ndef vat(x):\n    return x\n',
      'src/shop/core.py': 'x = 1\n',
    };
    expect(await mended('flake8', "src/shop/app.py:1:1: F401 'shop.rules.vat' imported but unused", files)).toMatch(
      /loads src\/shop\/rules\.py/,
    );
    const plain = {
      ...files,
      'src/shop/rules.py': '"""Rules."""\nfrom dataclasses import dataclass\n\n\n@dataclass\nclass vat:\n    x: int\n',
    };
    expect(await mended('flake8', "src/shop/app.py:1:1: F401 'shop.rules.vat' imported but unused", plain)).toBe(
      'from shop import core\n\ncore.run()\n',
    );
  });
});

describe('modules', () => {
  it('are found by what a file calls them', () => {
    const paths = new Set(['a/b.js', 'a/c/index.js', 'a/d.ts', 'lib/x/y.py', 'lib/x/__init__.py', 'pkg/m.py', 'pkg/n.py']);
    expect(
      modulesOf(
        'a/z.js',
        "import b from './b';\nimport {\n  c\n} from \"./c\";\nimport d from './d.js';\nimport e from 'e';\n",
        paths,
      ),
    ).toEqual(['a/b.js', 'a/c/index.js', 'a/d.ts']);
    expect(modulesOf('a/z.ts', "import b from './b';\n", paths)).toEqual([]);
    expect(modulesOf('pkg/k.py', 'from . import m\nfrom .n import q\nimport x.y\nimport os\n', paths)).toEqual([
      'pkg/m.py',
      'pkg/n.py',
      'lib/x/y.py',
    ]);
  });

  it.each([
    ['javascript', 'module.exports = { a: 1 };\nexports.b = 2;\n', false],
    ['javascript', 'Object.assign(globalThis, {});\n', true],
    ['javascript', 'String.prototype.x = 1;\n', true],
    ['javascript', 'for (const a of b) a();\n', true],
    ['python', 'log = getLogger()\n__all__ = ["a"]\n\nif TYPE_CHECKING:\n    import a\n', false],
    ['python', 'signals.connect(x)\n', true],
    ['python', 'settings.DEBUG = True\n', true],
  ])('of %s that read %j have effects: %j', async (grammar, text, expected) => {
    const root = (await parserFor(grammar))(text);
    expect(root && hasEffects(root)).toBe(expected);
  });
});

describe('TypeScript’s errors in the words of what runs it', () => {
  const files = { 'web/price.ts': "import { vat, net } from './tax';\n\nexport const price = net;\n" };
  const wanted = "import { net } from './tax';\n\nexport const price = net;\n";

  it('are read from next build', async () => {
    const output = [
      '   ▲ Next.js 14.2.3',
      'Failed to compile.',
      '',
      './web/price.ts:1:10',
      "Type error: 'vat' is declared but its value is never read.",
      '',
      "> 1 | import { vat, net } from './tax';",
      '    |          ^',
    ];
    expect(await mended('next build', output.join('\n'), files)).toBe(wanted);
  });

  it('are read from a checker in webpack', async () => {
    const output = [
      'ERROR in ./web/price.ts:1:10',
      "TS6133: 'vat' is declared but its value is never read.",
      "  > 1 | import { vat, net } from './tax';",
      '',
      'webpack 5.97.1 compiled with 1 error in 900 ms',
    ];
    expect(await mended('webpack', output.join('\n'), files)).toBe(wanted);
  });
});
