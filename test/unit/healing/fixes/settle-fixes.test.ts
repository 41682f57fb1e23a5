import { describe, expect, it } from 'vitest';
import { whyNeedless } from '../../../../src/healing/fixes/settle-fixes.ts';
import { aHealedIncident } from '../../github/texts/models.ts';

const CI = '.github/workflows/ci.yml';
const DOCS = '.github/workflows/docs.yml';
const fix = { baseSha: 'old', heals: [aHealedIncident({ incidentId: 'lint', workflowPath: CI })] };

function run(conclusion: string | null, workflowPath = CI) {
  return { workflowPath, conclusion, status: conclusion === null ? 'in_progress' : 'completed' };
}

describe('a fix that waits, once CI has spoken on the branch', () => {
  it.each<[string, string, ReturnType<typeof run>[], string[], string | null]>([
    ['nothing has run', 'new', [], [], null],
    ['its workflow is under way', 'new', [run(null)], [], null],
    ['another workflow is green', 'new', [run('success', DOCS)], [], null],
    ['it is green', 'new', [run('success')], [], 'green-otherwise'],
    ['a re-run of the failed commit is green', 'old', [run('success')], ['lint'], 'green-otherwise'],
    ['it is red with the same failure: built anew', 'new', [run('failure')], ['lint'], null],
    ['it is red with another failure', 'new', [run('failure')], ['test'], 'failure-gone'],
    ['the failed commit is still red', 'old', [run('failure')], ['lint'], null],
    ['one of two runs is red', 'new', [run('success'), run('failure')], ['lint'], null],
  ])('%s', (_what, headSha, runs, red, expected) => {
    expect(whyNeedless(fix, { headSha, runs, red: new Set(red) })).toBe(expected);
  });

  it('of two workflows both must have spoken', () => {
    const both = { ...fix, heals: [...fix.heals, aHealedIncident({ incidentId: 'docs', workflowPath: DOCS })] };
    expect(whyNeedless(both, { headSha: 'new', runs: [run('success')], red: new Set() })).toBeNull();
    const runs = [run('success'), run('success', DOCS)];
    expect(whyNeedless(both, { headSha: 'new', runs, red: new Set() })).toBe('green-otherwise');
  });
});
