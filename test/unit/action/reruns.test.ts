import { describe, expect, it } from 'vitest';
import type { Occasion } from '../../../src/action/occasion.ts';
import { rerunRefusal } from '../../../src/action/reruns.ts';
import { layConfigs } from '../../../src/config/effective-config.ts';

const NOW = new Date('2026-11-28T12:00:00Z');
const network = [{ verdict: 'infrastructure', cause: 'network' }] as const;

function refusal({ isAfterwards = true, attempt = 1, createdAt = '2026-11-28T11:00:00Z', text = 'mode: fix\n' } = {}) {
  const policy = layConfigs([{ layer: 'repository', file: '.github/regreen.yml', text }]);
  const occasion = { isAfterwards, run: { attempt, createdAt } } as Occasion;
  return rerunRefusal(occasion, network, { failedJobs: 1, policy, now: NOW });
}

/** Protects from an action that runs itself again and again, and from one that asks GitHub for what it always refuses. */
describe('the action runs failed jobs again', () => {
  it('once their run has ended, twice at most', () => {
    expect(refusal()).toBeNull();
    expect(refusal({ attempt: 2 })).toBeNull();
    expect(refusal({ attempt: 3 })).toMatchObject({ rule: 'reruns', reason: expect.stringContaining('2 times') });
    expect(refusal({ attempt: 2, text: 'mode: fix\nbudgets:\n  rerunsPerRun: 1\n' })).toMatchObject({
      source: 'budgets.rerunsPerRun',
    });
  });

  it('never of the run that it is in, and of none that GitHub has closed', () => {
    expect(refusal({ isAfterwards: false })).toMatchObject({ rule: 'action' });
    expect(refusal({ createdAt: '2026-10-01T00:00:00Z' })).toMatchObject({ rule: 'age' });
  });
});
