import { applyPatch } from 'diff';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/github/types.ts';
import { diagnosisWithoutLog } from '../../../src/healing/missing-log.ts';
import { hashOf, unifiedPatch } from '../../../src/healing/patch.ts';
import { isOwnBranch } from '../../../src/healing/services.ts';
import { judge } from '../../../src/healing/verify-fix.ts';

const WORKFLOW = '.github/workflows/ci.yml';

function aRun(conclusion: string | null, change: Partial<Run> = {}): Run {
  return {
    id: 7,
    attempt: 1,
    workflowId: 1,
    workflowName: 'CI',
    workflowPath: WORKFLOW,
    runNumber: 1,
    event: 'push',
    status: conclusion === null ? 'in_progress' : 'completed',
    conclusion,
    headSha: 'a',
    headBranch: 'regreen/x',
    headRepository: 'octo/shop',
    pullRequests: [],
    actor: null,
    url: 'https://github.test/runs/7',
    createdAt: '2026-01-01T00:00:00Z',
    startedAt: null,
    updatedAt: '2026-01-01T00:00:00Z',
    ...change,
  };
}

describe('what CI says of a fix', () => {
  const elsewhere = { workflowPath: '.github/workflows/docs.yml' };
  it.each<[string, Run[], 'verified' | 'refuted' | undefined]>([
    ['nothing has begun', [], undefined],
    ['another workflow is green', [aRun('success', elsewhere)], undefined],
    ['it is under way', [aRun(null)], undefined],
    ['it is queued', [aRun(null, { status: 'queued' })], undefined],
    ['it is green', [aRun('success')], 'verified'],
    ['it is red', [aRun('failure')], 'refuted'],
    ['it timed out', [aRun('timed_out')], 'refuted'],
    [
      'one of two events is green, the other under way',
      [aRun('success'), aRun(null, { id: 8, event: 'pull_request' })],
      undefined,
    ],
    ['one of two events is red, the other under way', [aRun(null), aRun('failure', { id: 8 })], 'refuted'],
    ['both are green', [aRun('success'), aRun('success', { id: 8 })], 'verified'],
    ['another workflow is red', [aRun('success'), aRun('failure', { id: 8, ...elsewhere })], 'verified'],
    ['it was skipped', [aRun('skipped')], undefined],
    ['it was cancelled', [aRun('cancelled')], undefined],
  ])('%s', (_what, runs, expected) => {
    expect(judge({ workflowPath: WORKFLOW }, runs)?.outcome).toBe(expected);
  });

  it('names the run that decided', () => {
    expect(judge({ workflowPath: WORKFLOW }, [aRun('success'), aRun('failure', { id: 8 })])?.run.id).toBe(8);
  });
});

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
