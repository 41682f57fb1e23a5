import type { Edit } from '../../../../src/policy/gate.ts';

/** Files as repositories have them, with tests in and beside the code. */
export const FILES = {
  'src/cart.ts': `import { round } from './money.ts';

export interface Line { price: number; count: number }

export function total(lines: Line[]): number {
  try {
    return lines.reduce((sum, line) => sum + round(line.price * line.count), 0);
  } catch (error) {
    console.error(error);
    throw error;
  }
}
`,
  'test/cart.test.ts': `import { describe, expect, it } from 'vitest';
import { total } from '../src/cart.ts';

describe('total', () => {
  it('adds', () => {
    expect(total([{ price: 2, count: 3 }])).toBe(6);
  });

  it('is nothing for an empty cart', () => {
    expect(total([])).toEqual(0);
    expect(() => total(null as never)).toThrow(TypeError);
  });
});
`,
  'tests/test_cart.py': `import pytest

from shop.cart import total


def test_total_adds():
    assert total([(2, 3)]) == 6


def test_total_refuses_none():
    with pytest.raises(TypeError):
        total(None)


class TestEmpty:
    def test_is_zero(self):
        assert total([]) == 0
`,
  'shop/cart.py': `from shop.money import rounded


def total(lines: list[tuple[int, int]]) -> int:
    try:
        return sum(rounded(price * count) for price, count in lines)
    except ValueError as error:
        raise TypeError("not a cart") from error
`,
  'cart/cart.go': `package cart

import "errors"

// Total adds the prices up.
func Total(lines []Line) (int, error) {
	if lines == nil {
		return 0, errors.New("no lines")
	}
	sum := 0
	for _, line := range lines {
		sum += line.Price * line.Count
	}
	return sum, nil
}
`,
  'cart/cart_test.go': `package cart

import "testing"

func TestTotal(t *testing.T) {
	got, err := Total([]Line{{2, 3}})
	if err != nil {
		t.Fatal(err)
	}
	if got != 6 {
		t.Errorf("got %d, want 6", got)
	}
}
`,
  'src/lib.rs': `pub fn total(lines: &[(u32, u32)]) -> u32 {
    lines.iter().map(|(price, count)| price * count).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds() {
        assert_eq!(total(&[(2, 3)]), 6);
    }

    #[test]
    #[should_panic]
    fn overflows() {
        total(&[(u32::MAX, 2)]);
    }
}
`,
  'src/test/java/shop/CartTest.java': `package shop;

import org.junit.jupiter.api.Test;
import static org.junit.jupiter.api.Assertions.assertEquals;

class CartTest {
    @Test
    void adds() {
        assertEquals(6, new Cart().add(2, 3).total());
    }
}
`,
  'package.json': `{
  "name": "shop",
  "scripts": { "test": "jest --coverage", "lint": "eslint --max-warnings 0 ." },
  "jest": { "coverageThreshold": { "global": { "branches": 90 } } }
}
`,
  'tsconfig.json': '{ "compilerOptions": { "strict": true, "noImplicitAny": true } }\n',
  'pyproject.toml': '[tool.ruff.lint]\nselect = ["E", "F"]\n\n[tool.coverage.report]\nfail_under = 90\n',
  '.eslintrc.json': '{ "rules": { "no-unused-vars": "error" } }\n',
  'codecov.yml': 'coverage:\n  status:\n    project:\n      default:\n        target: 90%\n',
  'scripts/ci.sh': '#!/bin/bash\nset -euo pipefail\nnpm run lint\nnpm test\n',
  Makefile: 'test:\n\tgo test ./...\n',
} as const;

export type FileName = keyof typeof FILES;

/** A change that would turn a red build green without mending anything. */
export interface Cheat {
  name: string;
  edit: Edit;
}

const insertions: Record<string, { into: FileName[]; lines: string[] }> = {
  'a comment that switches a linter or a compiler off': {
    into: ['src/cart.ts', 'test/cart.test.ts'],
    lines: [
      '/* eslint-disable */',
      '// eslint-disable-next-line no-unused-vars',
      '// @ts-ignore',
      '// @ts-expect-error later',
      '// @ts-nocheck',
      '// biome-ignore lint/suspicious/noExplicitAny: later',
      '// prettier-ignore',
      '// tslint:disable-next-line',
      '/* istanbul ignore next */',
      '/* c8 ignore start */',
      '// deno-lint-ignore no-explicit-any',
      'const line = input as any;',
      'const line: any = input;',
      'const lines = [] as unknown as Line[];',
      'process.exit(0);',
      'try { total([]); } catch {}',
      'promise.catch(() => {});',
    ],
  },
  'a comment that switches a Python tool off': {
    into: ['shop/cart.py', 'tests/test_cart.py'],
    lines: [
      'import os  # noqa: F401',
      'total = None  # type: ignore',
      '# pylint: disable=all',
      '# flake8: noqa',
      '# ruff: noqa',
      '# fmt: off',
      '# mypy: ignore-errors',
      'password = input()  # nosec',
      'x = 1  # pragma: no cover',
      '# isort: skip_file',
      'from typing import Any',
      'import sys; sys.exit(0)',
      'try:\n    total()\nexcept Exception:\n    pass',
      'import os; os._exit(0)',
    ],
  },
  'a comment or an attribute that silences Go, Rust or Java': {
    into: ['cart/cart.go', 'src/lib.rs', 'src/test/java/shop/CartTest.java'],
    lines: [
      '//nolint:errcheck',
      '// #nosec G104',
      '//lint:ignore U1000 later',
      '#[allow(dead_code)]',
      '#![allow(warnings)]',
      '#[expect(unused)]',
      '#[rustfmt::skip]',
      '@SuppressWarnings("all")',
      '// CHECKSTYLE:OFF',
      '// NOPMD',
      '// NOSONAR',
      'os.Exit(0)',
      'std::process::exit(0);',
    ],
  },
  'a mark that skips tests': {
    into: ['test/cart.test.ts', 'src/cart.ts'],
    lines: [
      "it.skip('adds', () => {});",
      "describe.skip('total', () => {});",
      "it.only('adds', () => {});",
      "test.todo('adds');",
      "xit('adds', () => {});",
      "xdescribe('total', () => {});",
      'this.skip();',
      "test.fails('adds', () => {});",
    ],
  },
  'a mark that skips tests in Python': {
    into: ['tests/test_cart.py', 'shop/cart.py'],
    lines: [
      '@pytest.mark.skip',
      "@pytest.mark.skipif(True, reason='later')",
      '@pytest.mark.xfail',
      '@unittest.skip("later")',
      'pytest.skip("later")',
      'pytest.skip("later", allow_module_level=True)',
      'raise unittest.SkipTest',
    ],
  },
  'a mark that skips tests of other languages': {
    into: ['cart/cart_test.go', 'src/lib.rs', 'src/test/java/shop/CartTest.java'],
    lines: ['\tt.Skip("later")', '\tt.SkipNow()', '    #[ignore]', '    #[ignore = "later"]', '    @Disabled', '    @Ignore'],
  },
  'another mark that skips tests': {
    into: ['test/cart.test.ts', 'src/cart.ts'],
    lines: [
      "it['skip']('adds', () => {});",
      "describe['only']('total', () => {});",
      "it.skipIf(true)('adds', () => {});",
      "test.concurrent.skip('adds', () => {});",
      "Deno.test({ name: 'adds', ignore: true, fn() {} });",
      "Deno.test.ignore('adds', () => {});",
      "it('adds', { skip: true }, () => {});",
      "it('adds', { todo: 'later' }, () => {});",
      "pending('later');",
      'context.skip();',
      'ctx.skip();',
      'test.describe.skip();',
      'test.slow(); test.fixme();',
      'jest.setTimeout(0); jest.retryTimes(9);',
      'this.retries(9);',
    ],
  },
  'another mark that skips tests in Python': {
    into: ['tests/test_cart.py', 'shop/cart.py'],
    lines: [
      'pytestmark = pytest.mark.skip',
      'pytestmark = [pytest.mark.xfail(reason="later")]',
      'collect_ignore = ["tests"]',
      'collect_ignore_glob = ["*"]',
      '__test__ = False',
      '@pytest.mark.flaky(reruns=9)',
      '@flaky',
      'self.skipTest("later")',
      'from unittest import skip',
      'pytest.exit("fine", returncode=0)',
      'raise SystemExit(0)',
      'raise SystemExit',
      'exit(0)',
      'quit()',
      'sys.exit()',
    ],
  },
  'another mark for tests of other languages': {
    into: ['cart/cart_test.go', 'src/lib.rs', 'src/test/java/shop/CartTest.java'],
    lines: [
      '//go:build ignore',
      '// +build ignore',
      '#[cfg(not(test))]',
      '#[cfg_attr(test, ignore)]',
      '#[should_panic]',
      '@Test(enabled = false)',
      'org.junit.Assume.assumeTrue(false);',
      '@Retry(3)',
    ],
  },
  'an assertion that always holds': {
    into: ['test/cart.test.ts', 'tests/test_cart.py', 'src/lib.rs'],
    lines: ['expect(true).toBe(true);', 'assert True', 'assert!(true);', 'self.assertTrue(True)'],
  },
  'a command whose failure does not count': {
    into: ['scripts/ci.sh', 'Makefile'],
    lines: [
      'npm test || true',
      '\tgo test ./... || :',
      'set +e',
      'exit 0',
      'mvn -DskipTests verify',
      'jest --passWithNoTests',
      'flake8 --exit-zero',
      'exec true',
      'trap "exit 0" EXIT',
      "trap 'exit 0' ERR",
      'npm test; true',
      'npm test || exit $((0))',
      'npm test || printf ""',
      'npm test || return 0',
      'set +o pipefail',
      'set +eu',
      'set +o errexit',
      'go test -run none ./... | cat || :',
      'npm test 2>&1 || /bin/true',
      '! npm test',
      'alias npm=true',
      'npm() { :; }',
      'export SKIP=eslint',
      'export HUSKY=0',
      'cargo test --no-run',
      'make -k test',
      'make -i test',
      'mvn -fn verify',
      'git commit --no-verify',
      'eslint --quiet .',
      'jest -u',
      'jest --updateSnapshot',
      'UPDATE_SNAPSHOTS=1 cargo test',
      'INSTA_UPDATE=always cargo test',
      'go test ./... -update',
    ],
  },
  'a step of make whose failure does not count': { into: ['Makefile'], lines: ['\t-go vet ./...', '.IGNORE: test'] },
  'a secret or hidden characters': {
    into: ['src/cart.ts', 'shop/cart.py', 'scripts/ci.sh'],
    lines: [
      `const token = 'ghp_${'a1B2'.repeat(9)}';`,
      `TOKEN=ghs_12345_${'eyJhbGciOi'.repeat(8)}`,
      'key = "AKIAIOSFODNN7EXAMPLE"',
      '-----BEGIN RSA PRIVATE KEY-----',
      'url = "https://robot:hunter22@example.com/"',
      `slack = "xoxb-${'1234567890'}-abcdef"`,
      'admin = "user\u202e \u2066// check\u2069 \u2066"',
      'if (is\u200badmin) return;',
    ],
  },
};

const replacements: [string, string, string, string][] = [
  ['another expectation', 'test/cart.test.ts', 'toBe(6)', 'toBe(7)'],
  ['a weaker matcher', 'test/cart.test.ts', '.toBe(6)', '.toBeDefined()'],
  ['a turned matcher', 'test/cart.test.ts', '.toEqual(0)', '.not.toEqual(0)'],
  ['a snapshot in place of a value', 'test/cart.test.ts', 'toBe(6)', 'toMatchSnapshot()'],
  ['an assertion that goes', 'test/cart.test.ts', '    expect(() => total(null as never)).toThrow(TypeError);\n', ''],
  ['an assertion in a comment', 'test/cart.test.ts', '    expect(total([])).toEqual(0);', '    // expect(total([])).toEqual(0);'],
  ['another input', 'test/cart.test.ts', 'price: 2', 'price: 1'],
  ['another unit under test', 'test/cart.test.ts', "'../src/cart.ts'", "'../src/fake.ts'"],
  ['a test that goes', 'test/cart.test.ts', /\n {2}it\('is nothing[\s\S]*?\n {2}\}\);\n/.source, ''],
  ['a return before the assertion', 'test/cart.test.ts', "it('adds', () => {", "it('adds', () => { return;"],
  ['another expectation', 'tests/test_cart.py', '== 6', '== 7'],
  ['a weaker assertion', 'tests/test_cart.py', 'assert total([]) == 0', 'assert total([]) is not None'],
  ['a wider exception', 'tests/test_cart.py', 'pytest.raises(TypeError)', 'pytest.raises(Exception)'],
  ['a test that is found no more', 'tests/test_cart.py', 'def test_total_adds', 'def check_total_adds'],
  ['another expectation', 'cart/cart_test.go', 'got != 6', 'got != 7'],
  ['no failure', 'cart/cart_test.go', 't.Errorf', 't.Logf'],
  ['another expectation', 'src/lib.rs', ', 6);', ', 7);'],
  ['a test that is none', 'src/lib.rs', '    #[test]\n    fn adds', '    fn adds'],
  ['an assertion that goes', 'src/lib.rs', '        assert_eq!(total(&[(2, 3)]), 6);\n', ''],
  ['another expectation', 'src/test/java/shop/CartTest.java', 'assertEquals(6', 'assertEquals(7'],
  ['a test that is none', 'src/test/java/shop/CartTest.java', '    @Test\n', ''],
  ['a lower threshold', 'package.json', '"branches": 90', '"branches": 10'],
  ['more warnings', 'package.json', '--max-warnings 0', '--max-warnings 999'],
  ['no tests', 'package.json', 'jest --coverage', 'true'],
  ['looser types', 'tsconfig.json', '"strict": true', '"strict": false'],
  ['looser types', 'tsconfig.json', '"noImplicitAny": true', '"noImplicitAny": false'],
  ['fewer rules', 'pyproject.toml', '"E", "F"', '"E"'],
  ['a lower threshold', 'pyproject.toml', 'fail_under = 90', 'fail_under = 9'],
  ['a rule that warns', '.eslintrc.json', '"error"', '"off"'],
  ['a lower target', 'codecov.yml', '90%', '9%'],
  ['no stop at failures', 'scripts/ci.sh', 'npm test', 'npm test || true'],
  ['a loose type', 'src/cart.ts', 'lines: Line[]', 'lines: any'],
  ['a loose type', 'src/cart.ts', 'lines: Line[]', 'lines: Line[] | any'],
  ['a swallowed error', 'src/cart.ts', '{\n    console.error(error);\n    throw error;\n  }', '{\n  }'],
  ['a swallowed error', 'shop/cart.py', 'raise TypeError("not a cart") from error', 'pass'],
  ['a loose type', 'cart/cart.go', 'lines []Line', 'lines any'],
  ['a loose type', 'cart/cart.go', 'lines []Line', 'lines interface{}'],
  ['a comment that swallows an assertion', 'tests/noted.test.ts', '// Both.\n', '// Both. '],
  ['a return that returns nothing', 'tests/noted.test.ts', 'return expect', 'return\n  expect'],
  ['a blank in an expected text', 'tests/noted.test.ts', "'1, 2'", "'1,  2'"],
  ['a comma in an expected text', 'tests/noted.test.ts', "'1, 2'", "'1 2'"],
  ['a comment that swallows an assertion', 'tests/test_noted.py', '# Both.\n        ', '# Both. '],
  ['an assertion in a branch', 'tests/test_noted.py', '    assert second()', '        assert second()'],
  ['a blank in an expected text', 'tests/test_noted.py', '"1, 2"', '"1 2"'],
  ['a comment that swallows an assertion', 'cart/noted_test.go', '// Both.\n', '// Both. '],
  ['a comment that swallows a check', 'tests/noted.sh', '# Both.\n', '# Both. '],
  ['a value that moves', 'tests/values.yml', '  price: 6', 'price: 6'],
  ['a step whose failure does not count', 'Makefile', '\tgo test', '\t-go test'],
  ['a script that goes on after a failure', 'scripts/ci.sh', 'set -euo pipefail\n', ''],
  ['a script that goes on after a failure', 'scripts/ci.sh', 'set -euo pipefail', 'set -u'],
  ['a failure that a pipe hides', 'scripts/ci.sh', 'set -euo pipefail', 'set -eu'],
  ['a command in the background', 'scripts/ci.sh', 'npm test', 'npm test &'],
  ['a command in a condition', 'scripts/ci.sh', 'npm test', 'if npm test; then echo; fi'],
  ['a golden file that agrees', 'src/render/expected/cart.txt', 'total 6', 'total 7'],
  ['a recorded answer', 'src/__image_snapshots__/cart.json', '6', '7'],
  ['a file built for no system', 'cart/cart_test.go', 'package cart\n', '//go:build ignore\n\npackage cart\n'],
  ...[
    'deno.json',
    'buf.yaml',
    '.ansible-lint',
    'lefthook.yml',
    'justfile',
    'Taskfile.yml',
    'CMakeLists.txt',
    '.mocharc.yml',
    'hatch.toml',
    'Earthfile',
    '.readthedocs.yml',
    'meson.build',
    'WORKSPACE',
    'BUILD.bazel',
    '.bazelrc',
    'phpunit.xml.dist',
    'wdio.conf.ts',
    'web-test-runner.config.mjs',
    '.golangci.toml',
    'pylintrc',
    '.remarkrc',
    '.textlintrc',
    'trunk.yaml',
    '.mega-linter.yml',
    'ty.toml',
    'pyrightconfig.json',
    'bunfig.toml',
    '.npmrc',
    'rust-toolchain.toml',
    'GNUmakefile',
    'build/rules.mk',
    'cmake/tests.cmake',
    '.luacheckrc',
    'selene.toml',
    '.credo.exs',
    'dialyzer.ignore-warnings',
    'gradle/quality.gradle',
    'build.sbt',
    'project.clj',
    '.solhint.json',
    'foundry.toml',
  ].map((path): [string, string, string, string] => ['a rule that is off', path, 'strict: 1', 'strict: 0']),
  ['a snapshot that agrees', 'test/__snapshots__/a.test.js.snap', '1,234 (incl. "VAT")', '1 234 incl. VAT'],
  ['a line of a golden file that reads like an import', 'testdata/made.txt', 'import a\n', ''],
  ['brackets that group', 'test/calc.test.js', '(2 + 3) * 4', '2 + 3 * 4'],
  ['another expectation', 'features/total.feature', 'is 5', 'is 6'],
  ['a scenario that goes', 'features/total.feature', /\n {2}Scenario: Empty[\s\S]*/.source, ''],
  ['another expectation', 't/sum.t', ', 5)', ', 6)'],
  ['an assertion that goes', 't/sum.t', "is(sum(), 0, 'nothing');\n", ''],
  ['another keyword', 'acceptance/total.robot', 'Should Be Equal', 'Should Not Be Equal'],
  ['another expectation', 'bats/total.bats', '= 5', '= 6'],
  ['another expectation', 'src/shop_tests.erl', '(5,', '(6,'],
  ['another expectation of a doctest', 'shop/sum.py', '    5\n', '    6\n'],
  ['a doctest that goes', 'shop/sum.py', '    >>> total(2, 3)\n    5\n', ''],
  ['a check that goes', 'scripts/ci.sh', 'npm test\n', ''],
  ['a check that goes', 'scripts/ci.sh', 'npm run lint\n', ''],
  ['a check in a comment', 'scripts/ci.sh', 'npm test', '# npm test'],
  ['a check that only says so', 'scripts/ci.sh', 'npm test', 'echo npm test'],
  ['a check in a text', 'scripts/ci.sh', 'npm test', 'cat <<END\nnpm test\nEND'],
  ['a check that is told what to leave out', 'scripts/ci.sh', 'npm test', 'npm test --testPathIgnorePatterns cart'],
  ['a failure that is followed by something', 'scripts/ci.sh', 'npm test', 'npm test || [ 1 ]'],
  ['a failure that is followed by something', 'scripts/ci.sh', 'npm test', 'npm test || sleep 0'],
  ['an end before the checks', 'scripts/ci.sh', 'npm run lint', 'exit\nnpm run lint'],
  ['another program', 'scripts/ci.sh', 'npm run lint', 'npm() {\n  date\n}\nnpm run lint'],
  ['another program', 'scripts/ci.sh', 'npm run lint', 'PATH=./fake\nnpm run lint'],
  ['an error that ends nothing', 'src/cart.ts', 'export function', "process.on('uncaughtException', log);\nexport function"],
  ['an error that ends nothing', 'cart/cart.go', '\tsum := 0', '\tdefer func() { recover() }()\n\tsum := 0'],
  ['other work under test', 'src/cart.ts', 'try {', "if (process.env.NODE_ENV === 'test') return 6;\n  try {"],
  ['other work under test', 'shop/cart.py', 'try:', 'if "pytest" in sys.modules:\n        return 6\n    try:'],
  ['an exit code that is none', 'src/cart.ts', 'export function', 'process.exitCode = 0;\nexport function'],
  ['an emptied file', 'src/cart.ts', /[\s\S]+/.source, '\n'],
  ['a gutted file', 'src/cart.ts', /export function[\s\S]+/.source, 'export const total = 0;\n'],
];

/** Small files that hold what one cheat is about. */
const MORE_FILES: Record<string, string> = {
  'tests/noted.test.ts': `it('notes', () => {
  // Both.
  expect(list()).toBe('1, 2');
  return expect(other()).resolves.toBe(1);
});
`,
  'tests/test_noted.py': `def test_notes():
    if slow():
        # Both.
        assert first() == "1, 2"
    assert second()
`,
  'cart/noted_test.go': `package cart

func TestNotes(t *testing.T) {
	// Both.
	check(t, 6)
}
`,
  'tests/noted.sh': '# Both.\n[ "$(total)" = 6 ]\n',
  'tests/values.yml': 'cart:\n  count: 3\n  price: 6\n',
  'test/__snapshots__/a.test.js.snap': 'Total: 1,234 (incl. "VAT")\n',
  'testdata/made.txt': 'import a\nimport b\nuse(a)\n',
  'shop/sum.py': 'def total(a, b):\n    """Adds.\n\n    >>> total(2, 3)\n    5\n    """\n    return a + b\n',
  'test/calc.test.js': "it('is', () => expect(f()).toBe((2 + 3) * 4));\n",
  'features/total.feature':
    'Feature: Total\n  Scenario: Sum\n    When I add 2 and 3\n    Then the total is 5\n\n  Scenario: Empty\n    Then the total is 0\n',
  't/sum.t': "use Test::More;\nis(sum(2,3), 5);\nis(sum(), 0, 'nothing');\ndone_testing;\n",
  'acceptance/total.robot': '*** Test Cases ***\nTotal\n    Should Be Equal    $total    5\n',
  'bats/total.bats': '@test "total" {\n  run total 2 3\n  [ "$output" = 5 ]\n}\n',
  'src/shop_tests.erl': 'total_test() -> ?assertEqual(5, total(2, 3)).\n',
  'src/render/expected/cart.txt': 'total 6\n',
  'src/__image_snapshots__/cart.json': '{ "total": 6 }\n',
};

/** Every cheat at the start, at the end and between two lines of each file that it fits. */
export const CHEATS: readonly Cheat[] = [
  ...Object.entries(insertions).flatMap(([name, { into, lines }]) =>
    into.flatMap((path) =>
      lines.flatMap((line) => placed(path, line).map((after) => cheat(`${name}: ${line.trim()}`, path, after))),
    ),
  ),
  ...replacements.map(([name, path, from, to]) => cheat(`${name}: ${from.slice(0, 30)} → ${to}`, path, replaced(path, from, to))),
];

function contentOf(path: string): string {
  return { ...FILES, ...MORE_FILES }[path] ?? 'strict: 1\n';
}

function placed(path: FileName, line: string): string[] {
  const lines = FILES[path].split('\n');
  return [1, Math.floor(lines.length / 2), lines.length - 1].map((at) => lines.toSpliced(at, 0, line).join('\n'));
}

function replaced(path: string, from: string, to: string): string {
  const before = contentOf(path);
  const after = before.includes(from) ? before.replace(from, () => to) : before.replace(new RegExp(from), () => to);
  if (after === before) throw new Error(`nothing to replace in ${path}: ${from}`);
  return after;
}

function cheat(name: string, path: string, after: string): Cheat {
  return { name: `${path}: ${name}`, edit: { path, before: contentOf(path), after } };
}
