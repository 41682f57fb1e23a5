import fc from 'fast-check';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { type Edit, passGate } from '../../../../src/policy/gate.ts';
import { CHEATS, FILES, type FileName } from './cheats.ts';

function reasonsFor(...edits: Edit[]): string[] {
  const result = passGate({ edits, namedPaths: edits.map(({ path }) => path), protectedPaths: [] });
  return result.pass ? [] : result.reasons;
}

describe('no patch cheats a build green', () => {
  it(`knows ${CHEATS.length} cheats`, () => {
    expect(CHEATS.length).toBeGreaterThan(400);
    expect(CHEATS.filter(({ edit }) => reasonsFor(edit).length === 0).map(({ name }) => name)).toEqual([]);
  });

  it('finds one among harmless edits, however the file is laid out', async () => {
    const laidOut = await Promise.all(
      CHEATS.filter(({ edit }) => /\.(?:ts|json)$/.test(edit.path)).map(async ({ name, edit }) => ({
        name,
        edit: { ...edit, after: await formatted(edit.path, edit.after, { singleQuote: false, semi: false, printWidth: 40 }) },
      })),
    );
    const harmless: Edit = { path: 'docs/notes.md', before: 'one\n', after: 'two\n' };
    const missed = laidOut.filter(({ edit }) => edit.after !== '' && reasonsFor(harmless, edit).length === 0);
    expect(missed.map(({ name }) => name)).toEqual([]);
  });
});

const options = fc.record({
  singleQuote: fc.boolean(),
  semi: fc.boolean(),
  tabWidth: fc.constantFrom(2, 4, 8),
  useTabs: fc.boolean(),
  printWidth: fc.constantFrom(30, 60, 80, 120),
  trailingComma: fc.constantFrom('all' as const, 'es5' as const, 'none' as const),
  arrowParens: fc.constantFrom('always' as const, 'avoid' as const),
  bracketSpacing: fc.boolean(),
});

async function formatted(path: string, text: string, how: object): Promise<string> {
  // What does not parse is no patch that a fixer could make; it is left as it is.
  return format(text, { filepath: path, ...how }).catch(() => text);
}

describe('harmless patches pass', () => {
  it('files that prettier lays out anew, tests and configuration included', async () => {
    const names = (Object.keys(FILES) as FileName[]).filter((path) => /\.(?:ts|json|yml)$/.test(path));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), options, options, async (path, one, other) => {
        const before = await formatted(path, FILES[path], one);
        const after = await formatted(path, FILES[path], other);
        expect(reasonsFor({ path, before, after })).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it.each<[string, string, string, string]>([
    ['a renamed variable', 'src/cart.ts', 'const totl = 1;\nuse(totl);\n', 'const total = 1;\nuse(total);\n'],
    ['an import that goes', 'src/cart.ts', "import { a, b } from './x.ts';\nb();\n", "import { b } from './x.ts';\nb();\n"],
    [
      'an import that goes from a test',
      'test/a.test.ts',
      "import { a, b } from './x.ts';\nit('is', () => b());\n",
      "import { b } from './x.ts';\nit('is', () => b());\n",
    ],
    [
      'imports in another order',
      'tests/test_a.py',
      'import sys\nimport os\n\n\ndef test_a():\n    assert os.sep\n',
      'import os\nimport sys\n\n\ndef test_a():\n    assert os.sep\n',
    ],
    [
      'an import block that shrinks',
      'a_test.go',
      'import (\n\t"fmt"\n\t"testing"\n)\n\nfunc TestA(t *testing.T) {}\n',
      'import (\n\t"testing"\n)\n\nfunc TestA(t *testing.T) {}\n',
    ],
    ['a suppression that was there', 'src/a.py', 'import os # noqa\nx=1\n', 'import os  # noqa\n\nx = 1\n'],
    ['a skip that was there', 'test/a.test.ts', "it.skip('a', ()=>{})\n", "it.skip('a', () => {});\n"],
    ['an iterator that skips', 'src/lib.rs', 'xs.iter().skip(0)\n', 'xs.iter().skip(1)\n'],
    [
      'prose about tests',
      'README.md',
      'Skip the tests with it.only, expect any error.\n',
      'Skip no tests. We assert that they should pass.\n',
    ],
    [
      'black, which turns quotes and wraps',
      'tests/test_b.py',
      "def test_b():\n    assert f('a', [1,2]) == {'k': 1}, 'why'\n",
      'def test_b():\n    assert f(\n        "a",\n        [1, 2],\n    ) == {"k": 1}, "why"\n',
    ],
    [
      'gofmt',
      'cart/cart.go',
      'package cart\nfunc  F( a int )int{ return a+1 }\n',
      'package cart\n\nfunc F(a int) int { return a + 1 }\n',
    ],
    [
      'rustfmt in a test',
      'src/lib.rs',
      '#[test]\nfn a(){assert_eq!(f(1,2),3);}\n',
      '#[test]\nfn a() {\n    assert_eq!(f(1, 2), 3);\n}\n',
    ],
    ['a JSON file of a test', 'test/fixtures/a.json', '{"a":1,"b":[1,2]}\n', '{\n  "a": 1,\n  "b": [1, 2]\n}\n'],
    ['blanks at the ends of lines', '.eslintrc.json', '{ "rules": {} }  \n\n', '{ "rules": {} }\n'],
    ['a missing semicolon', 'src/a.ts', 'const a = 1\nexport { a }\n', 'const a = 1;\nexport { a };\n'],
    ['a word that holds any', 'src/a.ts', 'const company = 1;\n', 'const anyone: Company = many;\n'],
    [
      'black, which drops prefixes and brackets, and parts one line',
      'tests/test_c.py',
      "def test_c():\n  if (x): return\n  # why\n  assert f(u'it', 0XFF, 1E5) == R'\\d', (\n  'no')\n",
      'def test_c():\n    if x:\n        return\n    # why\n    assert f("it", 0xFF, 1e5) == R"\\d", "no"\n',
    ],
    [
      'clang-format, which sorts includes, wraps comments and names namespaces',
      'tests/cart_test.cpp',
      '#include "b.h"\n#include "a.h"\n// A long note that\n// goes on.\nnamespace n {\nint a=1\'000;\n}\n',
      '#include "a.h"\n#include "b.h"\n// A long\n// note that goes on.\nnamespace n {\nint a = 1\'000;\n}  // namespace n\n',
    ],
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: it is text of a test
    [
      'prettier, which turns quotes, numbers, keys and types',
      'test/b.test.tsx',
      "type A = 'a' | 'b';\nconst x = { 'a': .50, b: 1.0E+3, c: /['\"`]/ };\nit('is', () => (<p>a{' '}\n<b/></p>));\nf(`a ${g( 'x' )}`);\n",
      'type A =\n  | "a"\n  | "b";\nconst x = { a: 0.5, b: 1.0e3, c: /[\'"`]/ };\nit("is", () => (\n  <p>\n    a <b />\n  </p>\n));\nf(`a ${g("x")}`);\n',
    ],
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: it is text of a test
    [
      'shfmt, which writes back-ticks anew',
      'tests/a.sh',
      'if [ `ls` ]; then\n  a & b\nfi # done\n',
      'if [ $(ls) ]; then\n\ta &\n\tb\nfi # done\n',
    ],
    [
      'quotes and an end that shellcheck wants',
      'scripts/ci.sh',
      'set -e\nunused=1\ncd $HOME\nnpm test $ARGS\n',
      'set -e\ncd "$HOME" || exit 1\nnpm test "$ARGS"\n',
    ],
    ['a command that comes', 'scripts/ci.sh', 'set -e\nnpm test\n', 'set -e\nnpm ci\nnpm test\n'],
    ['a spelling in a comment of a script', 'scripts/ci.sh', '# teh tests\nnpm test\n', '# the tests\nnpm test\n'],
    [
      'shfmt, which parts lines',
      'scripts/ci.sh',
      'if a; then b; fi\nfor x in 1 2; do c $x || exit 1; done\n',
      'if a; then\n\tb\nfi\nfor x in 1 2; do\n\tc $x || exit 1\ndone\n',
    ],
    ['a YAML file of a test', 'tests/a.yml', "a:\n- 'b'\n-   c\n", 'a:\n  - "b"\n  - c\n'],
    ['lists of a Markdown file of a test', 'tests/README.md', '* *a*\n* __b__\n', '- _a_\n- **b**\n'],
    ['a byte-order mark that goes', 'src/a.cs', '\ufeffclass A {}\n', 'class A {}\n'],
  ])('%s', (_name, path, before, after) => {
    expect(reasonsFor({ path, before, after })).toEqual([]);
  });
});
