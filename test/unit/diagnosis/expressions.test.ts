import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Expression, expressionsOfDiagnosis, keyOf, VERDICTS_FILE, type Verdicts } from '../../../scripts/expressions.ts';
import { MAX_LINE_BYTES, MAX_LINE_CHARACTERS } from '../../../src/diagnosis/limits.ts';
import { attackString } from '../../support/hostile-logs.ts';

/** These see lines before they are cut at `MAX_LINE_CHARACTERS`. */
const BEFORE_THE_CUT = ['text.ts', 'printed-diffs.ts'];

/** An expression may take as long for one line as a linear one takes for so many of the longest ones. */
const MOST_LINES = 500;
const TRIES = 20;

const verdicts = JSON.parse(readFileSync(VERDICTS_FILE, 'utf8')) as Verdicts;

/** What makes expressions try again and again; all meet them, since recheck can not tell of each in the time it has. */
const HOSTILE_LINES = [
  ...['a', '0', ' ', ':', '(', '[', '/', '.', '=', '_', '-', '\t', '"', "'", '>', ','],
  ...[':1', 'a:', 'a/', 'a.', 'a ', '0,', ' :', ': ', '1 failed, ', 'a > ', '[a', 'a(', 'C:\\', '.py:1:', 'error: ', 'at a '],
];

let expressions: Expression[] = [];
beforeAll(async () => {
  expressions = await expressionsOfDiagnosis();
});

function told({ file, source, flags }: Expression): string {
  return `${file}: /${source}/${flags}`;
}

/** Milliseconds of the quickest of some tries: other load on the machine only makes a try slower. */
function quickest(expression: RegExp, line: string, enough: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < TRIES && best > enough; attempt++) {
    expression.lastIndex = 0;
    const startedAt = performance.now();
    expression.test(line);
    best = Math.min(best, performance.now() - startedAt);
  }
  return best;
}

/** Milliseconds that a linear expression takes for `MOST_LINES` lines. */
function allowance(): number {
  const text = 'ab'.repeat((MOST_LINES * MAX_LINE_CHARACTERS) / 2);
  return quickest(/^(?:a|b)*c/, text.slice(0, 1_000_000), 0) * (text.length / 1_000_000);
}

// Logs are hostile: one expression that backtracks without bounds stops a thread for good.
describe('the regular expressions of the analyser', () => {
  it('have each been checked by recheck: if not, run `npm run recheck`', () => {
    expect(expressions.length).toBeGreaterThan(1_000);
    expect(expressions.filter((one) => verdicts[keyOf(one)] === undefined).map(told)).toEqual([]);
  });

  it('are none of them exponential', () => {
    expect(expressions.filter((one) => verdicts[keyOf(one)]?.is === 'exponential').map(told)).toEqual([]);
  });

  it('take little time for the longest line, made to keep them busy', () => {
    const allowed = allowance();
    const slow: string[] = [];
    for (const one of expressions) {
      const length = BEFORE_THE_CUT.includes(one.file) ? MAX_LINE_BYTES : MAX_LINE_CHARACTERS;
      const attack = verdicts[keyOf(one)]?.attack;
      const lines = [
        ...HOSTILE_LINES.map((unit) => `${unit.repeat(length / unit.length)}\0`),
        ...(attack ? [attackString(attack, length)] : []),
      ];
      const expression = new RegExp(one.source, one.flags);
      for (const line of lines)
        if (quickest(expression, line.slice(0, length), allowed) > allowed) slow.push(`${told(one)} on ${line.slice(0, 80)}`);
    }
    expect(slow).toEqual([]);
  });
});
