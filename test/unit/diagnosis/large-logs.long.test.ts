import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mixedLog } from '../../../bench/support/mixed-log.ts';
import { analyzeLog, createLogAnalyzer } from '../../../src/diagnosis/analyzer.ts';
import { stepHeader } from './support.ts';

const BYTES = 20_000_000;
const FIXTURES = join(import.meta.dirname, '../../fixtures/diagnosis');

const LOGS = globSync('*/*.log', { cwd: FIXTURES })
  .sort()
  .map((file) => readFileSync(join(FIXTURES, file), 'utf8').split(/\r?\n/))
  .filter((lines) => lines.length < 200);

/** Lines of all steps before something new is strewn in: more than are read again. */
const LINES = 60_000;

function analysisOf(isDistinct: boolean) {
  const analyzer = createLogAnalyzer();
  for (const chunk of mixedLog(BYTES, 1, isDistinct)) analyzer.push(chunk);
  const { diagnostics, failedSteps } = analyzer.finish();
  return { diagnostics, steps: failedSteps.length };
}

// Guards what is left out of a log that repeats itself: of all tools' output, round after round, nothing may be missed or
// invented that is found where each line has other blanks at its end, so that none is known.
it('finds the same in a large log of all tools, whether or not its lines come again', () => {
  const known = analysisOf(false);
  const distinct = analysisOf(true);
  expect(new Set(known.diagnostics.map(({ tool }) => tool)).size).toBeGreaterThan(100);
  expect(known).toEqual(distinct);
});

/** The lines as GitHub's runner writes them; `isDistinct`: each with other blanks behind it. */
function logOf(lines: readonly string[], isDistinct: boolean): Buffer {
  const blanks = (index: number) => ` ${index.toString(2).replaceAll('0', ' ').replaceAll('1', '\t')}`;
  const timed = lines.map((line, index) => `2026-11-20T08:15:09.1234567Z ${line}${isDistinct ? blanks(index) : ''}\n`);
  return Buffer.from(timed.join(''));
}

function findingsIn(lines: readonly string[], isDistinct: boolean) {
  const { diagnostics, tests } = analyzeLog(logOf(lines, isDistinct));
  const names = new Set(tests?.failed.map(({ name, suite }) => `${suite} > ${name}`));
  return { diagnostics, framework: tests?.framework, names: [...names].sort() };
}

/** A step: some of a tool's lines, one of them perhaps with other numbers, or another tool's line. */
const step = fc
  .record({
    log: fc.nat({ max: LOGS.length - 1 }),
    from: fc.nat({ max: 20 }),
    cut: fc.nat({ max: 20 }),
    changed: fc.nat({ max: 60 }),
    kind: fc.constantFrom('same', 'same', 'numbers', 'foreign', 'twice'),
    foreign: fc.nat({ max: LOGS.length - 1 }),
  })
  .map(({ log, from, cut, changed, kind, foreign }) => {
    const lines = (LOGS[log] ?? []).slice(kind === 'same' ? 0 : from, kind === 'same' ? undefined : -cut || undefined);
    const at = changed % Math.max(1, lines.length);
    if (kind === 'numbers') lines[at] = (lines[at] ?? '').replaceAll(/\d/g, (digit) => String(9 - Number(digit)));
    if (kind === 'foreign') lines.splice(at, 0, LOGS[foreign]?.[at] ?? '');
    if (kind === 'twice') lines.splice(at, 0, ...lines.slice(at));
    return [...stepHeader(`tool ${log}`), ...lines];
  });

it('finds what is new in a log that has repeated itself', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: LOGS.length - 1 }), { minLength: 1, maxLength: 6 }),
      fc.array(step, { minLength: 1, maxLength: 40 }),
      (often, news) => {
        const repeated: string[] = [];
        while (repeated.length < LINES) for (const log of often) repeated.push(...stepHeader('again'), ...(LOGS[log] ?? []));
        const lines = [...repeated, ...news.flat(), ...repeated.slice(0, 3_000)];
        expect(findingsIn(lines, false)).toEqual(findingsIn(lines, true));
      },
    ),
    { numRuns: 40 },
  );
});
