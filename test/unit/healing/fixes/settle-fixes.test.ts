import { describe, expect, it } from 'vitest';
import { whyNeedless } from '../../../../src/healing/fixes/settle-fixes.ts';
import { aHealedIncident } from '../../github/texts/models.ts';

const CI = '.github/workflows/ci.yml';
const DOCS = '.github/workflows/docs.yml';
const fix = { baseSha: 'old', heals: [aHealedIncident({ incidentId: 'lint', workflowPath: CI })] };

function run(conclusion: string | null, workflowPath = CI, isRead = conclusion === 'failure') {
  return { workflowPath, conclusion, status: conclusion === null ? 'in_progress' : 'completed', isRead };
}

const unread = (conclusion: string, workflowPath = CI) => run(conclusion, workflowPath, false);

describe('a fix that waits, once CI has spoken on the branch', () => {
  it.each<[string, string, ReturnType<typeof run>[], string[], string | null]>([
    ['nothing has run', 'new', [], [], null],
    ['its workflow is under way', 'new', [run(null)], [], null],
    ['another workflow is green', 'new', [run('success', DOCS)], [], null],
    ['it is green', 'new', [run('success')], [], 'green-otherwise'],
    ['a re-run of the failed commit is green', 'old', [run('success')], ['lint'], 'green-otherwise'],
    ['it is red with the same failure: built anew', 'new', [run('failure')], ['lint'], null],
    ['it is red with another failure', 'new', [run('failure')], ['test'], 'failure-gone'],
    ['it is red, and nobody has read why', 'new', [unread('failure'), run('success', DOCS)], [], null],
    ['one of its two red runs is read', 'new', [run('failure'), unread('timed_out')], ['test'], null],
    [
      'another workflow is red, and nobody has read why',
      'new',
      [run('failure'), unread('failure', DOCS)],
      ['test'],
      'failure-gone',
    ],
    ['it was cancelled', 'new', [run('cancelled'), run('success', DOCS)], [], null],
    ['it was skipped', 'new', [run('skipped')], [], null],
    ['it waits for a person', 'new', [run('action_required')], [], null],
    [
      'one of its runs was cancelled, the other is red with another failure',
      'new',
      [run('cancelled'), run('failure')],
      ['test'],
      'failure-gone',
    ],
    ['a re-run of the failed commit was cancelled', 'old', [run('cancelled')], ['lint'], null],
    ['the failed commit is still red', 'old', [run('failure')], ['lint'], null],
    ['one of two runs is red', 'new', [run('success'), run('failure')], ['lint'], null],
  ])('%s', (_what, headSha, runs, red, expected) => {
    expect(whyNeedless(fix, { headSha, runs, red: new Set(red) })).toBe(expected);
  });

  it('of two workflows both must have spoken', () => {
    const both = { ...fix, heals: [...fix.heals, aHealedIncident({ incidentId: 'docs', workflowPath: DOCS })] };
    expect(whyNeedless(both, { headSha: 'new', runs: [run('success')], red: new Set() })).toBeNull();
    const cancelled = [run('success'), run('cancelled', DOCS)];
    expect(whyNeedless(both, { headSha: 'new', runs: cancelled, red: new Set() })).toBeNull();
    const runs = [run('success'), run('success', DOCS)];
    expect(whyNeedless(both, { headSha: 'new', runs, red: new Set() })).toBe('green-otherwise');
  });
});
