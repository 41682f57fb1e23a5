import { describe, expect, it } from 'vitest';
import { whyUnproven } from '../../../../src/github/texts/unproven.ts';

const CI = '.github/workflows/ci.yml';

/** Protects that nobody waits for a green tick that can't come. */
describe('what is said of a fix that CI can show nothing of', () => {
  it('a job that was skipped, and one that is not there', () => {
    const unproven = [
      { workflowPath: CI, name: 'docs', state: 'skipped' },
      { workflowPath: CI, name: 'a`b', state: 'absent' },
      { workflowPath: CI, name: 'test', state: 'unknown' },
    ] as const;
    const text = whyUnproven({ held: [], unproven });
    expect(text).toContain(`\`docs\` of \`${CI}\` was skipped here, `);
    expect(text).toContain('is not among the jobs that ran here, so CI has not shown');
    expect(text).toContain('judge the change yourself');
    expect(text).not.toContain('`test`');
  });

  it('a run that waits for a deployment', () => {
    const text = whyUnproven({ held: [{ workflowPath: CI, url: 'https://github.test/runs/7' }], unproven: [] });
    expect(text).toContain('[the run](https://github.test/runs/7)');
    expect(text).toContain('approval of a deployment');
  });

  it('nothing while CI may still say it', () => {
    expect(whyUnproven({ held: [], unproven: [{ workflowPath: CI, name: 'test', state: 'unknown' }] })).toBeNull();
    expect(whyUnproven({ held: [], unproven: [] })).toBeNull();
  });
});
