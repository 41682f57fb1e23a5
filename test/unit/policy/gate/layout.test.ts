import { describe, expect, it } from 'vitest';
import { isSameButLayout } from '../../../../src/policy/gate/layout.ts';

type Row = [path: string, before: string, after: string];

/** Protects expected values from changes that look like a formatter's work. */
describe('what tests compare with stays', () => {
  it.each<Row>([
    ['test/__snapshots__/a.test.js.snap', 'Total: 1,234 (incl. "VAT")\n', 'Total: 1 234 incl. VAT\n'],
    ['testdata/out.golden', '{"a", "b"}; done\n', '{a b} done\n'],
    ['tests/expected/out.csv', '1,"Doe, Jane"\n', '1,Doe,Jane\n'],
    ['testdata/out.txt', 'a \n', 'a\n'],
    ['testdata/out.txt', 'a\n', 'a\n\n'],
    ['testdata/out.txt', 'a\\b\n', 'ab\n'],
    ['tests/expected/page.html', '<p>a</p> <p>b</p>\n', '<p>a</p><p>b</p>\n'],
    ['tests/__snapshots__/out.md', '# Total\n', 'Total\n'],
    ['tests/data.xml', '<a b="1" />\n', '<a b=1 />\n'],
    ['testdata/ids.json', '{"id": 12345678901234567}\n', '{"id": 12345678901234568}\n'],
    ['testdata/version.yml', 'version: 1.10\n', 'version: 1.1\n'],
    ['testdata/version.yml', "version: '1'\n", 'version: 1\n'],
    ['Makefile', 'test:\n\tgo vet ./...\n\tgo test ./...\n', 'test:\n\tgo vet ./... go test ./...\n'],
  ])('%s: %j → %j', (path, before, after) => {
    expect(isSameButLayout(path, before, after)).toBe(false);
  });

  it.each<Row>([
    ['testdata/out.golden', 'a\r\nb\r\n', 'a\nb\n'],
    ['testdata/out.golden', 'a\nb', 'a\nb\n'],
    ['tests/cases/words.txt', 'a  \nb\t\n\n\n', 'a\nb\n'],
    ['testdata/a.json', '{"a":[1,2]}', '{\n  "a": [1, 2]\n}\n'],
    ['testdata/a.yml', "a:\n- 'b'\n", 'a:\n  - "b"\n'],
    ['tests/README.md', '* *a*\n', '- _a_\n'],
    ['Makefile', 'test: \n\tgo test ./...\n\n', 'test:\n\tgo test ./...\n'],
  ])('%s may become %3$j', (path, before, after) => {
    expect(isSameButLayout(path, before, after)).toBe(true);
  });
});

// Written with `@` for `$`, which biome would take for templates of this file.
const embedded = ([before, after]: [string, string]): Row => ['a.js', before.replaceAll('@', '$'), after.replaceAll('@', '$')];

const EMBEDDED_THAT_COUNT = [
  ['x = `@{a ? `b` : ""}  c`;', 'x = `@{a ? `b` : ""} c`;'],
  ['x = `@{a ? `b  @{c}  d` : ""}`;', 'x = `@{a ? `b @{c} d` : ""}`;'],
  ['x = `@{`a`}"b  c"`;', 'x = `@{`a`}"b c"`;'],
  ["x = `a 'b'`;", 'x = `a "b"`;'],
  ['x = `a\\`  b`;', 'x = `a\\` b`;'],
  ['x = `a @{b}`;', 'x = `a @{b.c}`;'],
  ['x = `@{f({ a: 1 })}  b`;', 'x = `@{f({ a: 1 })} b`;'],
  ['x = `@{"}"}  b`;', 'x = `@{"}"} b`;'],
].map(([before = '', after = '']) => embedded([before, after]));

const EMBEDDED_THAT_ARE_LAID_OUT = [
  ["x = `a@{b ? `&c=@{d}` : ''}`;", 'x = `a@{b ? `&c=@{ d }` : ""}`'],
  ['x = `@{a.map( b=>`- @{b}\\n` ).join("")}`;', "x = `@{a\n  .map((b) => `- @{b}\\n`)\n  .join('')}`;"],
  ['x = `@{f({a:1})} b`;', 'x = `@{f({ a: 1 })} b`;'],
].map(([before = '', after = '']) => embedded([before, after]));

describe('brackets, commas and semicolons that say something stay', () => {
  it.each<Row>([
    ['test/calc.test.js', 'e(a).toBe((2 + 3) * 4);', 'e(a).toBe(2 + 3 * 4);'],
    ['a.js', 'x = a - (b - c);', 'x = a - b - c;'],
    ['a.js', 'x = (a || b) && c;', 'x = a || b && c;'],
    ['a.js', 'x = a || b;', 'x = a | b;'],
    ['a.js', 'x = -(a + b);', 'x = -a + b;'],
    ['a.js', 'x = (a, b);', 'x = a, b;'],
    ['a.js', 'x = (a ? b : c).d;', 'x = a ? b : c.d;'],
    ['a.js', 'x = (await a).b;', 'x = await a.b;'],
    ['a.js', 'x = (new A).b();', 'x = new A.b();'],
    ['a.js', 'x = (-1).b();', 'x = -1 .b();'],
    ['a.js', 'f(max(1), 2);', 'f(max(1, 2));'],
    ['a.js', 'f(1, -2);', 'f(1 -2);'],
    ['a.js', 'f(a, [b]);', 'f(a[b]);'],
    ['a.js', 'f(a, (b));', 'f(a(b));'],
    ['a.js', 'f(a);\n(b);', 'f(a)\n(b);'],
    ['a.ts', 'f<T>(a) + b;', 'f<T>(a + b);'],
    ['a.ts', 'x = (a as B).c;', 'x = a as B.c;'],
    ['a.js', "switch (a) { case 'b': c() }", 'switch (a) { case b: c() }'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is text of a test
    ['a.js', 'x = `${(a + b) * c}`;', 'x = `${a + b * c}`;'],
    ['a.js', 'x = a == (b == c);', 'x = a == b == c;'],
    ['a.js', 'x = a > (b > c);', 'x = a > b > c;'],
    ['a.js', 'x = a >> (b >> c);', 'x = a >> b >> c;'],
    ['a.js', 'x = (a = b) ? c : d;', 'x = a = b ? c : d;'],
    ['a.js', 'f(); [a, b] = c;', 'f() [a, b] = c;'],
    ['a.js', 'x = /a/g;', 'x = /a/gi;'],
    ...EMBEDDED_THAT_COUNT,
    ['a.py', 'x = (a or b) and c\n', 'x = a or b and c\n'],
    ['a.py', 'x = (a < b) == c\n', 'x = a < b == c\n'],
    ['a.py', 'x = not (a and b)\n', 'x = not a and b\n'],
    ['a.py', 'x = (-2) ** 2\n', 'x = -2 ** 2\n'],
    ['a.py', 'x = (1,)\n', 'x = (1)\n'],
    ['a.py', 'x = 1,\n', 'x = 1\n'],
    ['a.py', 'x = [(1, 2)]\n', 'x = [1, 2]\n'],
    ['a.py', 'f((1, 2))\n', 'f(1, 2)\n'],
    ['a.py', 'assert (a, "why")\n', 'assert a, "why"\n'],
    ['a.py', 'x = a, *b\n', 'x = a *b\n'],
    ['a.py', 'x = [(y for y in z)]\n', 'x = [y for y in z]\n'],
    ['a_test.go', 'x := (a + b) * c', 'x := a + b * c'],
    ['a.rs', 'let x = (a + b) as u8 * c;', 'let x = a + b as u8 * c;'],
    ['ATest.java', 'x = (int) (a / b);', 'x = (int) a / b;'],
    ['a_test.cpp', 'x = (a | b) == c;', 'x = a | b == c;'],
    ['a_test.rb', 'f(a, b)', 'f(a b)'],
    ['t/a.t', 'is(sum(2, 3), 5);', 'is(sum(2), 3, 5);'],
    ['test/a.sh', 'check "a b"\n', 'check a b\n'],
    ['test/a.sh', 'check a\ncheck b\n', 'check a check b\n'],
    ['test/a.sh', '(cd a; b)\n', 'cd a; b\n'],
  ])('%s: %j → %j', (path, before, after) => {
    expect(isSameButLayout(path, before, after)).toBe(false);
    expect(isSameButLayout(path, after, before)).toBe(false);
  });

  // What prettier, black, ruff, gofmt, rustfmt, clang-format and shfmt do.
  it.each<Row>([
    ['a.ts', 'f((x) => x + 1, async (y) => y);', 'f(x => x + 1, async y => y)'],
    ['a.js', 'x = ((a + b)) + c;', 'x = a + b + c;'],
    ['a.js', 'x = a && b || c;', 'x = (a && b) || c;'],
    ['a.js', 'x = a && (b && c);', 'x = a && b && c;'],
    ['a.js', 'if (!(await a)) b()', 'if (!await a) b()'],
    ['a.js', 'x = a % b + c;', 'x = (a % b) + c;'],
    ['a.js', 'x = new A;', 'x = new A();'],
    ['a.js', 'f(a, b,);', 'f(a, b)'],
    ['a.tsx', 'const a = () => <p>b</p>;', 'const a = () => (\n  <p>b</p>\n);'],
    ['a.js', 'x = { "a": 1, "b": 2, };', 'x = { a: 1, b: 2 }'],
    ['a.ts', 'interface A { a: string, [k: string]: string }', 'interface A {\n  a: string;\n  [k: string]: string;\n}'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is text of a test
    ['a.js', 'x = `${ f( (y) => y ) }`;', 'x = `${f(y => y)}`;'],
    ['a.js', 'x = () => y = z;', 'x = () => (y = z);'],
    ['a.js', 'x = y = z;', 'x = (y = z);'],
    ['a.js', 'f(() => {\n  [a, b] = c;\n});', 'f(() => {\n  ;[a, b] = c\n})'],
    ['a.js', '(function () {})();', ';(function () {})()'],
    ['a.js', 'x = /a/ig;', 'x = /a/gi;'],
    ...EMBEDDED_THAT_ARE_LAID_OUT,
    ['a.js', 'class A { #b = 1; c() { return (this.#b + 1) } }', 'class A { #b = 1; c() { return this.#b + 1; } }'],
    ['a.py', 'if (a and not b):\n    return (a)\n', 'if a and not b:\n    return a\n'],
    ['a.py', 'assert (a == b), "c"\n', 'assert a == b, "c"\n'],
    ['a.py', 'for (a, b) in c:\n    pass\n', 'for a, b in c:\n    pass\n'],
    ['a.py', 'return a, b\n', 'return (\n    a,\n    b,\n)\n'],
    ['a.py', 'from a import b\n', 'from a import (\n    b,\n)\n'],
    ['a.py', 'class A():\n    pass\n', 'class A:\n    pass\n'],
    ['a.py', 'x = f"a" f"b"\n', 'x = (\n    f"a"\n    f"b"\n)\n'],
    ['a.py', 'if x not in (1, 2) or y:\n    pass\n', 'if (\n    x not in (1, 2)\n    or y\n):\n    pass\n'],
    ['a_test.go', 'if (a == b) {', 'if a == b {'],
    ['a.rs', 'match a { B => { c() }, D => e }', 'match a {\n    B => { c() }\n    D => e,\n}'],
    ['test/a.sh', 'if a; then b; fi\nx=`c`\n', 'if a\nthen\n\tb\nfi\n\nx=$(c)\n'],
    ['test/a.sh', 'f() { a; }\na &&\n b\n', 'f() {\n  a\n}\na && b\n'],
    ['t/a.t', 'is( sum(2,3), 5 );', 'is(\n    sum( 2, 3 ),\n    5,\n);'],
  ])('%s: %j ↔ %j', (path, before, after) => {
    expect(isSameButLayout(path, before, after)).toBe(true);
    expect(isSameButLayout(path, after, before)).toBe(true);
  });
});
