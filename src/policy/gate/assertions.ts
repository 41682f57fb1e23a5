import { type Check, countOf, type Edit } from './edit.ts';
import { gistOf, isLayoutOnly } from './layout.ts';
import { missingFrom } from './tokens.ts';

/** Where a statement begins that a test stands or falls with, in the common languages and frameworks. */
const ASSERTION =
  /(?<![\w.])(?:expect(?=[.(<])|assert\w*!?|debug_assert\w*!|EXPECT_\w+|ASSERT_\w+|XCTAssert\w*|Assert\.\w+|REQUIRE\w*(?=\()|CHECK\w*(?=\()|self\.(?:assert|fail)\w*|t\.(?:Error|Fatal|Fail)\w*|(?:require|assert)\.\w+|pytest\.raises|\$this->assert\w+|refute\w*|verify(?=\())|\.(?:should|must_\w+|wont_\w+)\b/g;

/** Where the words of the expressions are only words. */
const PROSE = /\.(?:md|mdx|markdown|rst|txt|adoc|html?|tex)$/i;

/** A longer one is compared by its beginning. */
const MAX_STATEMENT_CHARACTERS = 2_000;

const TEST_DECLARATION =
  /(?<![\w.])(?:it|test|describe|context|specify|scenario)(?:\.each\b[^\n]{0,200})?\s{0,80}\(|^[^\S\n]*(?:async )?def test\w*|^[^\S\n]*class Test\w*|^func (?:Test|Benchmark|Fuzz|Example)\w*|#\[(?:\w+::)?test\b|@(?:Parameterized|Repeated)?Test\b|\[(?:Fact|Theory|Test|TestMethod|TestCase)\b|\bTEST(?:_F|_P|_CASE)?\s{0,80}\(|\bfunc test\w*\s{0,80}\(|function test\w+\s{0,80}\(|^[^\S\n]*(?:it|test|describe|context|specify)\s{1,80}["']/gm;

/** A statement that holds whatever the code does. */
const TAUTOLOGY =
  /\bassert(?:!|_?[Tt]rue)?[ (]+(?:[Tt]rue|1)\s{0,80}[),\n]|\bexpect\((?:true|1|null|undefined|false)\)|\bassertTrue\(\s{0,80}true\s{0,80}\)|\b(?:EXPECT|ASSERT)_TRUE\(true\)|\bassert_eq!\((\w+), \1\)|\bassertEqual\((\w+), \2\)|XCTAssert(?:True)?\(true\)/g;

/** Tests and assertions may be laid out anew, but none may go or be changed, wherever it stands. */
export const keepAssertions: Check = (edit) =>
  PROSE.test(edit.path) || isLayoutOnly(edit) ? [] : [...lostTests(edit), ...lostAssertions(edit), ...tautologies(edit)];

const DOCTEST_FILE = /\.(?:pyi?|pyx|rst|md|txt)$/i;

/** Examples in documentation, which doctest runs, keep what they say they print. */
export const keepExamples: Check = ({ path, before, after }) =>
  DOCTEST_FILE.test(path) && missingFrom(examplesOf(before), examplesOf(after)).length > 0
    ? [`The patch removes or changes an example in ${path} that is run as a test.`]
    : [];

/** What stands after `>>>`, line by line, up to an empty line. */
function examplesOf(text: string): string[] {
  let isExample = false;
  return text.split('\n').flatMap((line) => {
    const content = line.trim();
    if (content.startsWith('>>>')) isExample = true;
    else if (content === '' || /^["'`]{3}/.test(content)) isExample = false;
    return isExample ? [content.replace(/\s{1,80}/g, ' ')] : [];
  });
}

function lostTests({ path, before, after }: Edit): string[] {
  return countOf(TEST_DECLARATION, after) < countOf(TEST_DECLARATION, before) ? [`The patch removes a test from ${path}.`] : [];
}

function lostAssertions({ path, before, after }: Edit): string[] {
  const lost = missingFrom(assertionsOf(path, before), assertionsOf(path, after));
  return lost.length > 0 ? [`The patch removes or changes an assertion in ${path}.`] : [];
}

function tautologies({ path, before, after }: Edit): string[] {
  return countOf(TAUTOLOGY, after) > countOf(TAUTOLOGY, before)
    ? [`The patch adds an assertion to ${path} that always holds.`]
    : [];
}

/** The assertions of a text, without their layout; what stands within another is a part of that. */
function assertionsOf(path: string, text: string): string[] {
  const found: string[] = [];
  let end = 0;
  for (const { index } of text.matchAll(ASSERTION)) {
    if (index < end) continue;
    const statement = statementAt(text, index);
    end = index + statement.length;
    found.push(gistOf(path, statement).code.join(' '));
  }
  return found;
}

const OPENING = '([{';
const CLOSING = ')]}';

/** From an index to the end of its statement: the end of a line outside of brackets that no chained call follows. */
function statementAt(text: string, start: number): string {
  let depth = 0;
  const end = Math.min(text.length, start + MAX_STATEMENT_CHARACTERS);
  for (let at = start; at < end; at++) {
    const sign = text.charAt(at);
    if (OPENING.includes(sign)) depth++;
    else if (CLOSING.includes(sign) && --depth < 0) return text.slice(start, at);
    else if (depth === 0 && (sign === ';' || (sign === '\n' && !isContinued(text, at)))) return text.slice(start, at);
  }
  return text.slice(start, end);
}

/** A line that begins with a dot or an operator, or comes after a back-slash, goes on. */
function isContinued(text: string, lineEnd: number): boolean {
  if (text.charAt(lineEnd - 1) === '\\') return true;
  const next = /\S/.exec(text.slice(lineEnd, lineEnd + 200))?.[0];
  return next !== undefined && '.?:&|+-*/=<>'.includes(next);
}
