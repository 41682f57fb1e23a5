import { applyPatch } from 'diff';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnosisWithoutLog } from '../../../src/healing/failures/missing-log.ts';
import { hashOf, unifiedPatch } from '../../../src/healing/fixes/patch.ts';
import { isOwnBranch } from '../../../src/healing/services.ts';

describe('a failure without a log', () => {
  it.each([
    ['startup_failure', 'workflow-config', /could not start the workflow/],
    ['timed_out', 'timeout', /time limit/],
    ['cancelled', 'cancelled', /was cancelled/],
    ['failure', 'unknown', /has no log/],
    [null, 'unknown', /has no log/],
  ])('that ended as %s', (conclusion, category, text) => {
    const { diagnosis, excerpt } = diagnosisWithoutLog(conclusion);
    expect(diagnosis.cause.category).toBe(category);
    expect(excerpt).toMatch(text);
    expect(diagnosis.fingerprint).toMatch(/^[0-9a-f]{8,}$/);
  });

  it('is told apart by how it ended, and alike when it ended alike', () => {
    const fingerprints = ['startup_failure', 'timed_out', 'cancelled', 'failure'].map(
      (end) => diagnosisWithoutLog(end).diagnosis.fingerprint,
    );
    expect(new Set(fingerprints).size).toBe(4);
    expect(diagnosisWithoutLog('timed_out').diagnosis.fingerprint).toBe(fingerprints[1]);
  });
});

describe('a patch', () => {
  it('is a unified diff that leads from before to after', () => {
    const line = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', ' ', '+', '-', '\\', 'ä') });
    const content = fc.array(line, { maxLength: 30 }).map((lines) => lines.map((one) => `${one}\n`).join(''));
    fc.assert(
      fc.property(content, content, fc.constantFrom('', 'no end of line'), (before, after, rest) => {
        expect(applyPatch(before, unifiedPatch([{ path: 'a.ts', before, after: after + rest }]))).toBe(after + rest);
      }),
    );
  });

  it('names each file, and has a hash of its own', () => {
    const one = unifiedPatch([{ path: 'src/a.ts', before: 'a\n', after: 'b\n' }]);
    expect(one).toContain('--- a/src/a.ts');
    expect(one).toContain('+++ b/src/a.ts');
    expect(hashOf(one)).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf(`${one} `)).not.toBe(hashOf(one));
  });
});

it.each([
  ['regreen/ci-abc', true],
  ['regreen', false],
  ['feature/regreen/x', false],
  [null, false],
])('%s is a branch of our own: %s', (branch, own) => {
  expect(isOwnBranch(branch)).toBe(own);
});
