import { describe, expect, it } from 'vitest';
import type { FailedJob } from '../../../src/action/diagnose.ts';
import { failedCommands } from '../../../src/action/failed-commands.ts';

const WORKFLOW = `on: push
env:
  LEVEL: 1
defaults:
  run:
    working-directory: app
jobs:
  lint:
    name: Lint it
    env: { LEVEL: 2, MORE: yes }
    steps:
      - uses: actions/checkout@v5
      - name: Check
        run: |
          npm run lint
          npm run types
      - run: npm test
        shell: bash
        working-directory: app/core
        env: { LEVEL: '3' }
      - run: npm test -- \${{ matrix.part }}
      - name: Windows
        run: dir
        shell: pwsh
      - name: Outside
        run: ls
        working-directory: ../other
`;

function job(name: string, ...failed: string[]): FailedJob {
  const steps = failed.map((step, index) => ({ number: index + 1, name: step, status: 'completed', conclusion: 'failure' }));
  return { id: 1, name, conclusion: 'failure', steps };
}

/** Protects what is run again in a runner: the very command that failed, or none and a reason. */
describe('commands that failed', () => {
  it('are found by what GitHub calls their step, with their folder, shell and environment', () => {
    expect(failedCommands(WORKFLOW, job('Lint it', 'Check', 'Run npm test'))).toEqual({
      commands: [
        {
          title: 'npm run lint',
          script: 'npm run lint\nnpm run types\n',
          folder: 'app',
          shell: null,
          env: { LEVEL: '2', MORE: 'yes' },
        },
        { title: 'npm test', script: 'npm test', folder: 'app/core', shell: 'bash', env: { LEVEL: '3', MORE: 'yes' } },
      ],
    });
  });

  it('are found in a job of a matrix', () => {
    expect(failedCommands(WORKFLOW, job('Lint it (22, linux)', 'Check'))).toHaveProperty('commands');
  });

  it.each([
    ['Lint it', 'Run npm test -- core', 'is not to be found'],
    ['Lint it', 'Windows', 'wants another shell than bash'],
    ['Lint it', 'Outside', 'works outside of the checkout'],
    ['Another', 'Check', 'the job Another is not to be found'],
  ])('are not run again for %s, %s: %s', (name, step, reason) => {
    expect(failedCommands(WORKFLOW, job(name, step))).toEqual({ reason: expect.stringContaining(reason) });
  });

  it('are not run again where an expression stands in them', () => {
    const workflow = `jobs:\n  a:\n    steps:\n      - name: x\n        run: echo \${{ github.sha }}\n`;
    expect(failedCommands(workflow, job('a', 'x'))).toEqual({ reason: expect.stringContaining('holds expressions') });
  });

  it.each([null, '', '[', 'jobs: 1', 'a: &a [*a]'])('are none in %j', (text) => {
    expect(failedCommands(text, job('a', 'x'))).toHaveProperty('reason');
  });

  it('are none where GitHub names no step', () => {
    expect(failedCommands(WORKFLOW, job('Lint it'))).toEqual({ reason: 'GitHub names no step of Lint it that failed' });
  });
});
