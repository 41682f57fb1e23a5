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
