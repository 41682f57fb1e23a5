import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAUSES } from '../../../src/diagnosis/types.ts';
import { RERUN_LIMITS, type RerunInput, refuseRerun } from '../../../src/policy/rerun.ts';
import { DETERMINISTIC, judgeFailure, type VerdictInput, type VerdictKind } from '../../../src/policy/verdict.ts';

const failure: VerdictInput = {
  cause: 'test-failure',
  confidence: 0.9,
  base: { state: 'green', sameFailure: false },
  sameCommit: { green: 0, red: 0 },
  failedTests: 1,
  flakyTests: 0,
};
const unknown = { state: 'unknown', sameFailure: false } as const;
const redBase = { state: 'red', sameFailure: false } as const;

describe('whose fault a failure is', () => {
  it.each<[string, VerdictKind, Partial<VerdictInput>]>([
    ['the base is green', 'change', {}],
    ['the base is red with the same failure', 'upstream', { base: { state: 'red', sameFailure: true } }],
    ['the base is red with another one', 'inconclusive', { base: redBase }],
    ['nothing is known, and a test failed', 'inconclusive', { base: unknown }],
    ['nothing is known, and a linter refused a file', 'change', { base: unknown, cause: 'lint', failedTests: 0 }],
    ['the network failed', 'infrastructure', { cause: 'network' }],
    ['the network failed on the base too', 'infrastructure', { cause: 'network', base: { state: 'red', sameFailure: true } }],
    ['perhaps the network failed', 'change', { cause: 'network', confidence: 0.3 }],
    ['the runner was lost', 'infrastructure', { cause: 'runner-lost', base: unknown }],
    ['it passed on the same commit', 'flake', { sameCommit: { green: 1, red: 0 } }],
    ['it passed and failed on the same commit', 'flake', { sameCommit: { green: 1, red: 3 }, base: unknown }],
    ['it failed twice on the same commit', 'change', { sameCommit: { green: 0, red: 1 }, base: unknown }],
    ['a formatter refused what it had passed', 'inconclusive', { cause: 'formatting', sameCommit: { green: 1, red: 0 } }],
    ['all failed tests are known to be flaky', 'flake', { failedTests: 2, flakyTests: 2 }],
    ['one of two failed tests is known to be flaky', 'change', { failedTests: 2, flakyTests: 1 }],
    ['known to be flaky, but red again and again', 'change', { flakyTests: 1, sameCommit: { green: 0, red: 1 } }],
  ])('%s: %s', (_what, expected, change) => {
    expect(judgeFailure({ ...failure, ...change }).kind).toBe(expected);
  });

  const anyFailure = fc.record({
    cause: fc.constantFrom(...CAUSES),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    base: fc.record({ state: fc.constantFrom('green' as const, 'red' as const, 'unknown' as const), sameFailure: fc.boolean() }),
    sameCommit: fc.record({ green: fc.nat(2), red: fc.nat(2) }),
    failedTests: fc.nat(3),
    flakyTests: fc.nat(3),
  });

  it('is always said with what it rests on', () => {
    fc.assert(
      fc.property(anyFailure, (one) => {
        const { evidence } = judgeFailure(one);
        expect(evidence.length).toBeGreaterThan(0);
        for (const line of evidence) expect(line).toMatch(/^[A-Z].*\.$/);
      }),
    );
  });

  it('is a flake only where the same thing has passed, or is known for it', () => {
    fc.assert(
      fc.property(anyFailure, (one) => {
        if (judgeFailure(one).kind !== 'flake') return;
        expect(one.sameCommit.green > 0 || (one.failedTests > 0 && one.failedTests === one.flakyTests)).toBe(true);
      }),
    );
  });
});

describe('a re-run', () => {
  const flake = { verdict: 'flake', cause: 'test-failure' } as const;
  const deserved: RerunInput = { failures: [flake], failedJobs: 1, attempt: 1, reruns: 0, perRun: 2, age: 0 };
  it.each<[string | undefined, Partial<RerunInput>]>([
    [undefined, {}],
    [undefined, { failures: [flake, { verdict: 'infrastructure', cause: 'network' }], failedJobs: 2, attempt: 2, reruns: 1 }],
    [undefined, { failedJobs: RERUN_LIMITS.failedJobs, attempt: RERUN_LIMITS.attempts }],
    ['verdict', { failures: [] }],
    ['verdict', { failures: [flake, { verdict: 'change', cause: 'test-failure' }] }],
    ['deterministic', { failures: [flake, { verdict: 'infrastructure', cause: 'compile-error' }] }],
    ['failed-jobs', { failedJobs: 6 }],
    ['reruns', { reruns: 2 }],
    ['reruns', { reruns: 2, perRun: 9 }],
    ['reruns', { reruns: 1, perRun: 1 }],
    ['reruns', { perRun: 0 }],
    ['attempts', { attempt: 51 }],
    ['age', { age: RERUN_LIMITS.age + 1 }],
  ])('%s', (expected, change) => {
    expect(refuseRerun({ ...deserved, ...change })?.rule).toBe(expected);
  });

  it('never follows a failure of compiler, linter or formatter', () => {
    for (const cause of ['compile-error', 'lint', 'formatting'] as const) expect(DETERMINISTIC.has(cause)).toBe(true);
  });
});
