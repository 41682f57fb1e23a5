import { describe, expect, it } from 'vitest';
import type { Case, CaseOf } from '../../../bench/accuracy/case.ts';
import { accuracyDocument } from '../../../bench/accuracy/document.ts';
import { causePairs, macroF1, scoreCause } from '../../../bench/accuracy/scorers/cause.ts';
import { scoreDiagnostics } from '../../../bench/accuracy/scorers/diagnostics.ts';
import { scoreExcerpt } from '../../../bench/accuracy/scorers/excerpt.ts';
import { scoreTests } from '../../../bench/accuracy/scorers/tests.ts';
import { analyzeLog } from '../../../src/diagnosis/analyzer.ts';
import type { CauseCategory, Diagnosis, TestReport } from '../../../src/diagnosis/types.ts';

const EMPTY = analyzeLog(new Uint8Array());
const saying = (parts: Partial<Diagnosis>): Diagnosis => ({ ...EMPTY, ...parts });
const common = { id: 'a', log: 'a.log' };

const shown = (...ranges: [number, number][]) =>
  saying({ excerpts: ranges.map(([startLine, endLine]) => ({ startLine, endLine, score: 1 })) });

const ofCause = (category: CauseCategory) => saying({ cause: { category, confidence: 1, evidence: [] } });

const ofErrors = (...places: [path: string, line: number, message: string, column?: number][]) =>
  saying({
    diagnostics: places.map(([path, line, message, column]) => ({
      tool: 'x',
      path,
      line,
      column: column ?? null,
      endLine: null,
      endColumn: null,
      severity: 'error',
      code: null,
      message,
      logLine: 1,
    })),
  });

// A scorer that is kinder than it says makes every figure of docs/accuracy.md worthless.
describe('the score of excerpts', () => {
  const log = Array.from({ length: 100 }, (_, index) => `line ${index + 1}`).join('\n');
  const one = (truth: CaseOf<'excerpt'>['truth']): CaseOf<'excerpt'> => ({ ...common, kind: 'excerpt', truth });

  it('counts lines in common, and what nobody has to read', () => {
    expect(scoreExcerpt(one({ ranges: [[11, 20]] }), shown([16, 25]), log)).toMatchObject({
      hit: 1,
      recall: 0.5,
      precision: 0.5,
      f1: 0.5,
      jaccard: 5 / 15,
      reduction: 0.9,
    });
  });

  it('looks for the marked text wherever it stands, blanks and colours aside, and counts the best fit', () => {
    const twice = 'x\n\x1b[31mbroken  here\x1b[0m\ny\nbroken here\n';
    expect(scoreExcerpt(one({ ranges: [[2, 2]], text: 'broken here' }), shown([4, 4]), twice)).toMatchObject({ f1: 1 });
  });

  it('is hit only within the first 60 lines that are shown', () => {
    expect(scoreExcerpt(one({ ranges: [[90, 90]] }), shown([1, 60], [90, 90]), log)).toMatchObject({ hit: 0, recall: 1 });
  });

  it('is nothing where nothing is shown', () => {
    expect(scoreExcerpt(one({ ranges: [[1, 1]] }), EMPTY, log)).toMatchObject({ hit: 0, recall: 0, precision: 0, jaccard: 0 });
  });
});

describe('the score of diagnostics', () => {
  const one = (truth: Partial<CaseOf<'diagnostics'>['truth']>): CaseOf<'diagnostics'> => ({
    ...common,
    kind: 'diagnostics',
    truth: { issues: [], ...truth },
  });

  it('wants path and line, forgives folders before it, and takes each finding once', () => {
    const issues = [
      { path: '/w/src/a.c', line: 3, column: 5, message: 'unknown type' },
      { path: '/w/src/a.c', line: 3, column: 9, message: 'another one' },
      { path: 'b.c', line: 1, message: 'gone' },
    ];
    const said = ofErrors(['src\\a.c', 3, 'another one', 9], ['src/a.c', 3, 'unknown type', 4], ['b.c', 2, 'gone']);
    expect(scoreDiagnostics(one({ issues, count: 3 }), said)).toMatchObject({
      recall: 2 / 3,
      message: 2 / 3,
      column: 0.5,
      count: 1,
      precision: 1,
    });
  });

  it('counts findings that nobody expected against precision', () => {
    const issues = [{ path: 'a.c', line: 3, message: 'm' }];
    const said = ofErrors(['a.c', 3, 'm'], ['a.c', 4, 'n']);
    expect(scoreDiagnostics(one({ issues, complete: true }), said)).toMatchObject({ recall: 1, precision: 0.5, count: null });
    expect(scoreDiagnostics(one({ issues, count: 1 }), said)).toMatchObject({ precision: 0.5, count: 0, excess: 1 });
    expect(scoreDiagnostics(one({ count: 0 }), EMPTY)).toMatchObject({ precision: 1, recall: null, count: 1 });
  });
});

describe('the score of tests', () => {
  const report = (names: string[], counts: Partial<TestReport> = {}): Diagnosis =>
    saying({
      tests: {
        ...{ framework: 'x', total: null, failedCount: null, skippedCount: null },
        ...counts,
        failed: names.map((name) => ({ name, suite: null, file: null, line: null, message: null, frame: null, logLine: 1 })),
      },
    });
  const one = (truth: CaseOf<'tests'>['truth']): CaseOf<'tests'> => ({ ...common, kind: 'tests', truth });

  it('knows a test by its own name, and counts each once', () => {
    const scores = scoreTests(one({ failed: ['adds(shop.TillTest)', 'takes(shop.TillTest)'] }), report(['adds', 'opens']));
    expect(scores).toMatchObject({ recall: 0.5, precision: 0.5 });
    expect(scoreTests(one({ failed: ['adds'] }), EMPTY)).toMatchObject({ recall: 0, precision: 0 });
  });

  it('wants exact counts', () => {
    const truth = { num_t_failed: 1, num_t_run: 9 };
    expect(scoreTests(one(truth), report(['a'], { failedCount: 1, total: 9 }))).toMatchObject({ failedCount: 1, runCount: 1 });
    expect(scoreTests(one(truth), report(['a'], { failedCount: 2, total: 8 }))).toMatchObject({ failedCount: 0, runCount: 0 });
  });
});

describe('the score of causes', () => {
  const one = (cause: CauseCategory, accept: CauseCategory[] = []): Case & CaseOf<'cause'> => ({
    ...common,
    kind: 'cause',
    truth: { cause, accept },
  });

  it('takes what a second labeller found defensible', () => {
    expect(scoreCause(one('network'), ofCause('rate-limit'))).toMatchObject({ accuracy: 0 });
    expect(scoreCause(one('network', ['rate-limit']), ofCause('rate-limit'))).toMatchObject({ accuracy: 1 });
  });

  it('is the mean of F1 over labelled causes, however rare', () => {
    const pairs = causePairs([
      { one: one('network'), diagnosis: ofCause('network') },
      { one: one('network'), diagnosis: ofCause('network') },
      { one: one('crash'), diagnosis: ofCause('network') },
    ]);
    expect(macroF1(pairs)).toBeCloseTo((0.8 + 0) / 2);
  });

  it('fills the document with figures, goals and the confusion, and with nothing of the logs', () => {
    const rows = [{ one: one('crash'), diagnosis: ofCause('network'), scores: { accuracy: 0, worth: 0 } }];
    const text = accuracyDocument(
      [{ name: 'issues', figures: { cases: 1, causeMacroF1: 0, causeAccuracy: 0 }, counts: {}, pairs: causePairs(rows), rows }],
      ['- Commit: 1a2b'],
    );
    expect(text).toContain('Goals missed: issues causeMacroF1.');
    expect(text).toContain(
      '| causeMacroF1 | F1 of the causes, the mean over those that are labelled | 1 | 0.000 | ≥ 0.9 | **no** |',
    );
    expect(text).toContain('| | network |\n| --- | ---: |\n| **crash** | 1 |');
    expect(text).not.toContain('a.log');
  });
});
