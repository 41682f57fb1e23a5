import { describe, expect, it } from 'vitest';
import { suggestions } from '../../../src/fixers/suggestions/fixer.ts';
import { failedStepLog, fixturesOf, fixWith, sourceOf } from './fixtures.ts';

const FIXTURES = fixturesOf('suggestions');

describe('what real compilers propose', () => {
  it.each(FIXTURES.filter(({ isCertain }) => isCertain))('$name: is written, and the compiler is content', async (fixture) => {
    const source = sourceOf(failedStepLog(fixture.command, fixture.output));
    expect(await fixWith(suggestions, source, fixture.before)).toEqual(fixture.after);
  });

  it.each(FIXTURES.filter(({ isCertain }) => !isCertain))('$name: is left alone', async (fixture) => {
    const source = sourceOf(failedStepLog(fixture.command, fixture.output));
    expect(await fixWith(suggestions, source, fixture.before)).toBeTypeOf('string');
  });
});

const RENAME = "src/a.ts(2,9): error TS2552: Cannot find name 'countr'. Did you mean 'counter'?";
const CODE = 'const counter = 1;\nconsole(countr);\n';

function fixOf(output: string, files: Record<string, string>) {
  return fixWith(suggestions, sourceOf(failedStepLog('make', output)), files);
}

describe('what is written', () => {
  it('is the name at the very place, with Windows line ends kept', async () => {
    expect(await fixOf(RENAME, { 'src/a.ts': CODE })).toEqual({ 'src/a.ts': CODE.replace('countr)', 'counter)') });
    const windows = CODE.replaceAll('\n', '\r\n');
    expect(await fixOf(RENAME, { 'src/a.ts': windows })).toEqual({ 'src/a.ts': windows.replace('countr)', 'counter)') });
  });

  it.each<[string, string, string, string, string]>([
    [
      'a literal of a union',
      'src/a.ts(1,14): error TS2820: Type \'"rigth"\' is not assignable to type \'"left" | "right"\'. Did you mean \'"right"\'?',
      'src/a.ts',
      "export const y: 'left' | 'right' = 'rigth';\n",
      "export const y: 'left' | 'right' = 'right';\n",
    ],
    [
      'an arrow of gcc',
      'a.c:1:32: error: ‘p’ is a pointer; did you mean to use ‘->’?',
      'a.c',
      'int get(struct p *p) { return p.x; }\n',
      'int get(struct p *p) { return p->x; }\n',
    ],
    [
      'an arrow of clang',
      "a.c:1:32: error: member reference type 'struct p *' is a pointer; did you mean to use '->'?",
      'a.c',
      'int get(struct p *p) { return p.x; }\n',
      'int get(struct p *p) { return p->x; }\n',
    ],
    [
      'the case of a field, in Go',
      './a.go:4:4: u.name undefined (type User has no field or method name, but does have Name)',
      'a.go',
      'package a\n\nfunc f(u User) string {\n\t_ = u.name\n\treturn ""\n}\n',
      'package a\n\nfunc f(u User) string {\n\t_ = u.Name\n\treturn ""\n}\n',
    ],
    [
      'an attribute, of mypy',
      'a.py:2: error: "User" has no attribute "nmae"; maybe "name"?  [attr-defined]',
      'a.py',
      'def f(u: User) -> str:\n    return u.nmae\n',
      'def f(u: User) -> str:\n    return u.name\n',
    ],
    [
      'a method of rustc before 1.66',
      'error[E0599]: no method named `araea` found for reference `&Circle` in the current scope\n --> src/a.rs:2:7\n  |\n2 |     c.araea()\n  |       ^^^^^ help: there is an associated function with a similar name: `area`\n\nerror: aborting due to previous error',
      'src/a.rs',
      'fn f(c: &Circle) -> f64 {\n    c.araea()\n}\n',
      'fn f(c: &Circle) -> f64 {\n    c.area()\n}\n',
    ],
    [
      'an import of rustc before 1.66',
      'error[E0412]: cannot find type `Circle` in this scope\n --> src/a.rs:3:11\n  |\n3 | fn f() -> Circle {\n  |           ^^^^^^ not found in this scope\n  |\nhelp: consider importing this struct\n  |\n1 | use crate::shapes::Circle;\n  |\n\nerror: aborting due to previous error',
      'src/a.rs',
      'pub mod shapes;\n\nfn f() -> Circle {\n    todo!()\n}\n',
      'use crate::shapes::Circle;\npub mod shapes;\n\nfn f() -> Circle {\n    todo!()\n}\n',
    ],
  ])('is %s', async (_, output, path, before, after) => {
    expect(await fixOf(output, { [path]: before })).toEqual({ [path]: after });
  });

  it.each<[string, string, string]>([
    [
      'a literal that stands twice',
      'src/a.ts(1,7): error TS2820: Type \'"b"\' is not assignable to type \'"a"\'. Did you mean \'"a"\'?',
      "const x: T = ['b', 'b'];\n",
    ],
    [
      'an attribute that stands twice',
      'src/a.ts:1: error: "T" has no attribute "nmae"; maybe "name"?  [attr-defined]',
      'x.nmae + y.nmae;\n',
    ],
    [
      'an arrow where no dot is',
      "src/a.ts:1:1: error: member reference type 'P *' is a pointer; did you mean to use '->'?",
      'p->x;\n',
    ],
  ])('is not %s', async (_, output, before) => {
    expect(await fixOf(output, { 'src/a.ts': before })).toBeTypeOf('string');
  });

  it('is the same suggestion once, though two jobs or targets print it', async () => {
    expect(await fixOf(`${RENAME}\n${RENAME}`, { 'src/a.ts': CODE })).toEqual({
      'src/a.ts': CODE.replace('countr)', 'counter)'),
    });
  });

  it('is what rustc of older versions shows within the code, or marks with tildes', async () => {
    const inline = `error[E0425]: cannot find value \`fo\` in this scope
 --> src/a.rs:3:5
  |
3 |     fo;
  |     ^^ help: a local variable with a similar name exists: \`foo\`

error: aborting due to previous error`;
    const tildes = `error[E0425]: cannot find value \`fo\` in this scope
 --> src/a.rs:3:5
  |
3 |     fo;
  |     ^^
  |
help: a local variable with a similar name exists
  |
3 |     bar;
  |     ~~~

error: aborting due to previous error`;
    const before = 'fn a() {\n    let foo = 1;\n    fo;\n}\n';
    expect(await fixOf(inline, { 'src/a.rs': before })).toEqual({ 'src/a.rs': before.replace('fo;', 'foo;') });
    expect(await fixOf(tildes, { 'src/a.rs': before })).toEqual({ 'src/a.rs': before.replace('fo;', 'bar;') });
  });
});

/** Protects against a second red build: an import that has another name takes what uses it along. */
describe('a member that a module exports under another name', () => {
  const error = `src/a.tsx(1,10): error TS2724: '"./money"' has no exported member named 'cent'. Did you mean 'cents'?`;
  const file = (...lines: string[]) => ['import { cent } from "./money";', ...lines, ''].join('\n');
  const fixed = async (...lines: string[]) => fixOf(error, { 'src/a.tsx': file(...lines) });
  const expected = (...lines: string[]) => ({ 'src/a.tsx': file(...lines).replace('{ cent }', '{ cents }') });

  it.each([
    ['a call', 'f(cent(1), cent);', 'f(cents(1), cents);'],
    ['a type', 'type A = typeof cent | B<cent>; let a: cent.C;', 'type A = typeof cents | B<cents>; let a: cents.C;'],
    ['a shorthand, whose key stays', 'const o = { cent, b: cent };', 'const o = { cent: cents, b: cents };'],
    ['an export, whose name stays', 'export { cent };', 'export { cents as cent };'],
    ['an export under another name', 'export { cent as c };', 'export { cents as c };'],
    ['nothing else of that name', 'a.cent = { cent: 1 }; "cent"; // cent', 'a.cent = { cent: 1 }; "cent"; // cent'],
    ['no element of HTML', 'const e = <cent a={cent}>cent</cent>;', 'const e = <cent a={cents}>cent</cent>;'],
    ['no parameter', 'const f = (cent) => cent; cent;', 'const f = (cent) => cent; cents;'],
    ['no parameter of a type', 'let f: (cent: number) => void = cent;', 'let f: (cent: number) => void = cents;'],
    ['no parameter without braces', 'const f = cent => cent(1); cent;', 'const f = cent => cent(1); cents;'],
    ['no constant of a block', 'if (a) { g(cent); const cent = 1; } cent;', 'if (a) { g(cent); const cent = 1; } cents;'],
    ['a default beside it', 'function f(a = cent) {}', 'function f(a = cents) {}'],
  ])('%s', async (_, before, after) => {
    expect(await fixed(before)).toEqual(expected(after));
  });

  it.each([
    ['a variable of a function, which is seen before its line', 'function f() { g(cent); { var cent = 1; } }'],
    ['a name that is taken apart', 'function f() { const { cent } = a; return cent; }'],
    ['a function of that name', 'function f() { function cent() {} }'],
    ['a loop', 'for (const cent of a) b(cent);'],
    ['what is caught', 'try {} catch (cent) { f(cent); }'],
    ['the right name, which stands for something else', 'function f(cents) { return cent(cents); }'],
  ])('is left alone beside %s', async (_, line) => {
    expect(await fixed(line)).toBeTypeOf('string');
  });

  it('keeps the local name where it has one', async () => {
    const before = 'import { cent as c } from "./money";\ncent; c;\n';
    expect(await fixOf(error, { 'src/a.tsx': before })).toEqual({ 'src/a.tsx': before.replace('{ cent ', '{ cents ') });
  });

  it('is left alone where others may import it from this file', async () => {
    expect(await fixOf(error, { 'src/a.tsx': 'export { cent } from "./money";\n' })).toMatch(/other files may import it/);
  });
});

describe('what is left alone', () => {
  it.each([
    ['the file has another name there', RENAME, { 'src/a.ts': CODE.replace('countr', 'countx') }],
    ['the name is part of a longer one', RENAME, { 'src/a.ts': CODE.replace('countr', 'countrs') }],
    ['the result does not parse', RENAME, { 'src/a.ts': `${CODE}const = ;\n` }],
    [
      'another error has no suggestion',
      `${RENAME}\nsrc/b.ts(1,1): error TS2304: Cannot find name 'q'.`,
      { 'src/a.ts': CODE, 'src/b.ts': 'q' },
    ],
    ['what is proposed is no name', RENAME.replace("'counter'", "'a b'"), { 'src/a.ts': CODE }],
    ['suggestions contradict each other', `${RENAME}\n${RENAME.replace("'counter'", "'count'")}`, { 'src/a.ts': CODE }],
    [
      'a semicolon may belong before a comment',
      "src/a.c:1:10: error: expected ';' after expression",
      { 'src/a.c': 'int a = 1 // one\n' },
    ],
    [
      'the compiler only guesses',
      "src/a.ts(2,9): error TS2322: Type '\"a\"' is not assignable to type 'B'. Did you mean '\"b\"'?",
      { 'src/a.ts': CODE },
    ],
    ['the file is outside of the repository', RENAME.replace('src/a.ts', '../a.ts'), { 'src/a.ts': CODE }],
  ])('%s', async (_, output, files) => {
    expect(await fixOf(output, files)).toBeTypeOf('string');
  });

  it.each(['test/a.ts', 'src/a.test.ts', 'src/__tests__/a.ts', 'a_test.go', 'tests/test_a.py', 'src/ATest.java'])(
    '%s is a test',
    async (path) => {
      expect(await fixOf(RENAME.replace('src/a.ts', path), { [path]: CODE })).toMatch(/is a test/);
    },
  );

  it('a help that the log cuts off anywhere is written as proposed or not at all', async () => {
    const fixture = FIXTURES.find(({ name }) => name === 'rustc');
    if (!fixture) throw new Error('the fixture is gone');
    const log = failedStepLog(fixture.command, fixture.output);
    const lines = fixture.before['src/main.rs']?.split('\n') ?? [];
    const wanted = fixture.after['src/main.rs']?.split('\n') ?? [];
    for (let cut = 0; cut < log.length; cut += 97) {
      const result = await fixWith(suggestions, sourceOf(log.slice(0, cut)), fixture.before);
      if (typeof result === 'string') continue;
      for (const line of result['src/main.rs']?.split('\n') ?? []) expect([...lines, ...wanted]).toContain(line);
    }
  });
});

describe('what gcc says is missing', () => {
  const NO_HEADER = [
    'a.c: In function ‘one’:',
    'a.c:4:12: error: implicit declaration of function ‘strlen’ [-Werror=implicit-function-declaration]',
    '    4 |     return strlen(s);',
    '      |            ^~~~~~',
    'a.c:2:1: note: include ‘<string.h>’ or provide a declaration of ‘strlen’',
    '    1 | #include <stdlib.h>',
    '  +++ |+#include <string.h>',
    '    2 | ',
    'a.c:4:12: error: incompatible implicit declaration of built-in function ‘strlen’ [-Werror=builtin-declaration-mismatch]',
    '    4 |     return strlen(s);',
    '      |            ^~~~~~',
    'a.c:4:12: note: include ‘<string.h>’ or provide a declaration of ‘strlen’',
  ].join('\n');
  const C = '#include <stdlib.h>\n\nint one(const char *s) {\n    return strlen(s);\n}\n';
  const NO_MEMBERS = [
    'a.cpp: In function ‘int one(const std::string&)’:',
    'a.cpp:4:10: error: ‘vector’ is not a member of ‘std’',
    '    4 |     std::vector<int> v;',
    '      |          ^~~~~~',
    'a.cpp:2:1: note: ‘std::vector’ is defined in header ‘<vector>’; did you forget to ‘#include <vector>’?',
    '    1 | #include <string>',
    '  +++ |+#include <vector>',
    '    2 | ',
    'a.cpp:4:17: error: expected primary-expression before ‘int’',
    '    4 |     std::vector<int> v;',
    '      |                 ^~~',
    'a.cpp:5:10: error: ‘unique_ptr’ is not a member of ‘std’',
    '    5 |     std::unique_ptr<int> p;',
    '      |          ^~~~~~~~~~',
    'a.cpp:2:1: note: ‘std::unique_ptr’ is defined in header ‘<memory>’; did you forget to ‘#include <memory>’?',
    '    1 | #include <string>',
    '  +++ |+#include <memory>',
    '    2 | ',
    'a.cpp:6:5: error: ‘v’ was not declared in this scope',
    '    6 |     v.push_back(1);',
    '      |     ^',
  ].join('\n');
  const CPP =
    '#include <string>\n\nint one(const std::string &s) {\n    std::vector<int> v;\n    std::unique_ptr<int> p;\n    v.push_back(1);\n    return v[0];\n}\n';
  const NO_SEMICOLONS = [
    'a.cpp:4:5: error: expected ‘,’ or ‘;’ before ‘return’',
    '    4 |     return y;',
    'a.cpp:3:9: error: unused variable ‘y’ [-Werror=unused-variable]',
    'a.cpp:5:1: error: no return statement in function returning non-void [-Werror=return-type]',
    'a.cpp:9:10: error: expected ‘;’ before ‘z’',
  ].join('\n');
  const STATEMENTS =
    'int one() {\n    int x = 1;\n    int y = 2\n    return y;\n}\n\nint two() {\n    int z = 1;\n    one()\n    z++;\n    return z;\n}\n';

  it.each<[string, string, Record<string, string>, Record<string, string> | null]>([
    ['a header of C', NO_HEADER, { 'a.c': C }, { 'a.c': C.replace('.h>\n', '.h>\n#include <string.h>\n') }],
    [
      'with the line ends of the file',
      NO_HEADER,
      { 'a.c': C.replaceAll('\n', '\r\n') },
      { 'a.c': C.replace('.h>\n', '.h>\n#include <string.h>\n').replaceAll('\n', '\r\n') },
    ],
    [
      'two headers of C++, with what follows from their lack',
      NO_MEMBERS,
      { 'a.cpp': CPP },
      { 'a.cpp': CPP.replace('<string>\n', '<string>\n#include <vector>\n#include <memory>\n') },
    ],
    ['none that is there', NO_HEADER, { 'a.c': `# include <string.h>\n${C}` }, null],
    [
      'none where another name is unknown, too',
      NO_MEMBERS.replaceAll('‘v’', '‘w’'),
      { 'a.cpp': CPP.replace('v.push', 'w.push') },
      null,
    ],
    [
      'none where a real error stays',
      `${NO_HEADER}\na.c:4:24: error: ‘x’ undeclared (first use in this function)`,
      { 'a.c': C },
      null,
    ],
    [
      'semicolons on the lines above',
      NO_SEMICOLONS,
      { 'a.cpp': STATEMENTS },
      { 'a.cpp': STATEMENTS.replace('y = 2', 'y = 2;').replace('one()\n', 'one();\n') },
    ],
    [
      'no semicolon where the line goes on',
      NO_SEMICOLONS.split('\n')[0] ?? '',
      { 'a.cpp': STATEMENTS.replace('    return y', '    y + return y') },
      null,
    ],
  ])('%s', async (_, output, files, wanted) => {
    const result = await fixOf(output, files);
    if (wanted) expect(result).toEqual(wanted);
    else expect(result).toBeTypeOf('string');
  });
});
