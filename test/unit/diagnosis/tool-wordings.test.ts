import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { literalsOf, type Row } from '../../../src/diagnosis/causes/cause-rule.ts';
import { CAUSE_RULES, type CauseRule } from '../../../src/diagnosis/causes/cause-rules.ts';
import { WORDINGS } from './cause-wordings.ts';
import { analyzeText } from './support.ts';
import { ACCOUNTS } from './tool-wordings/accounts.ts';
import { BUILDS } from './tool-wordings/builds.ts';
import { CONNECTIONS } from './tool-wordings/connections.ts';
import { INFRASTRUCTURE } from './tool-wordings/infrastructure.ts';
import { JAVASCRIPT } from './tool-wordings/javascript.ts';
import { JVM } from './tool-wordings/jvm.ts';
import { LANGUAGES } from './tool-wordings/languages.ts';
import { LIKELY_WORDINGS } from './tool-wordings/likely.ts';
import { LIMITS } from './tool-wordings/limits.ts';
import { MACHINE_WORDINGS } from './tool-wordings/machine.ts';
import { NATIVE_BUILDS } from './tool-wordings/native-builds.ts';
import { PLATFORM } from './tool-wordings/platform.ts';
import { PYTHON } from './tool-wordings/python.ts';

const TOOLS = [
  JAVASCRIPT,
  PYTHON,
  JVM,
  LANGUAGES,
  PLATFORM,
  INFRASTRUCTURE,
  ACCOUNTS,
  CONNECTIONS,
  MACHINE_WORDINGS,
  LIMITS,
  LIKELY_WORDINGS,
  BUILDS,
  NATIVE_BUILDS,
].flatMap((tools) => Object.entries(tools));

const CASES = TOOLS.flatMap(([tool, wordings]) => wordings.map(([cause, lines]) => ({ tool, cause, lines })));

/** Every line that is known to carry a cause, by cause. */
const KNOWN_LINES = new Map<string, string[]>();
for (const { cause, lines } of CASES) KNOWN_LINES.set(cause, [...(KNOWN_LINES.get(cause) ?? []), ...lines.split('\n')]);
for (const [cause, lines] of Object.entries(WORDINGS)) {
  KNOWN_LINES.set(cause, [...(KNOWN_LINES.get(cause) ?? []), ...lines.map(([line]) => line)]);
}

const isSaidIn = (rule: CauseRule, row: Row) => {
  const [, , expression] = row;
  const fits = expression && new RegExp(expression.source, rule.expression.flags);
  return (KNOWN_LINES.get(rule.category) ?? []).some(
    (line) => literalsOf(row).some((literal) => line.toLowerCase().includes(literal)) && (fits === undefined || fits.test(line)),
  );
};

/** What nothing can be made up for: what must or must not stand beside the wording. */
const LOOKING_AROUND = /\(\?<?[=!](?:[^()\\]|\\.|\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\))*\)|\\b/g;

/** Lines that fit an expression, made up from it. */
function fittingLines({ source, flags }: RegExp): string[] {
  const made = fc.sample(fc.stringMatching(new RegExp(source.replace(LOOKING_AROUND, '')), { maxLength: 300 }), {
    numRuns: 60,
    seed: 1,
  });
  return made.filter((line) => new RegExp(source, flags).test(line));
}

// What the tools print where a job fails for a reason, alone and among other lines.
describe('what tools say', () => {
  it.each(CASES)('of $tool is $cause: $lines', ({ cause, lines }) => {
    expect(analyzeText(`before\n${lines}\nafter\n`).cause.category).toBe(cause);
  });
});

// A row that no real wording supports is a guess; one whose literal is not in its lines never speaks.
describe('each row of the table of causes', () => {
  it.each(CAUSE_RULES.flatMap((rule) => rule.rows.map((row) => ({ rule, row, name: `${rule.category}, ${row[0]}: ${row[1]}` }))))(
    'is written by a tool: $name',
    ({ rule, row }) => {
      for (const literal of literalsOf(row)) expect(literal).toBe(literal.toLowerCase());
      expect(isSaidIn(rule, row)).toBe(true);
    },
  );

  // A line is only looked at for the literals that it holds.
  it('has one of its literals in each line that fits', () => {
    const unheard = CAUSE_RULES.flatMap(({ rows }) => rows).flatMap((row) => {
      const lines = row[2] ? fittingLines(row[2]) : [];
      const missed = lines.filter((line) => !literalsOf(row).some((literal) => line.toLowerCase().includes(literal)));
      return missed.slice(0, 1).map((line) => `${row[0]}, ${literalsOf(row)}: ${line}`);
    });
    expect(unheard).toEqual([]);
  });
});
