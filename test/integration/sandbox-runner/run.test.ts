// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub Actions are written so.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobState, RunResult } from '../../../src/sandbox/runner/contract.ts';
import { createSandbox, onlyJob, type Sandbox, steps, textOf, workflowOf } from './harness.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox({ 'README.md': '# hi\n' });
});
afterAll(() => sandbox.close());

const job = (key: string, script: string, more = ''): string =>
  `  ${key}:\n    runs-on: ubuntu-latest\n${more}    steps:\n      - run: ${JSON.stringify(script)}\n`;
const workflow = (...jobs: string[]): string => `on: push\njobs:\n${jobs.join('')}`;
const conclusions = ({ jobs }: RunResult): Record<string, string | null> =>
  Object.fromEntries(jobs.map(({ name, conclusion }) => [name, conclusion]));
const named = ({ jobs }: RunResult, name: string): JobState => {
  const found = jobs.find((one) => one.name === name);
  if (!found) throw new Error(`No job '${name}' among ${jobs.map((one) => one.name).join(', ')}`);
  return found;
};

// Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idneeds
describe('jobs that need others', () => {
  it('run after them, and get their outputs and results', async () => {
    const first = job('first', 'echo v=7 >> $GITHUB_OUTPUT', '    outputs:\n      v: ${{ steps.s.outputs.v }}\n').replace(
      '- run',
      '- id: s\n        run',
    );
    const result = await sandbox.run(
      workflow(job('second', 'echo got ${{ needs.first.outputs.v }} ${{ needs.first.result }}', '    needs: first\n'), first),
    );
    expect(textOf(named(result, 'second'))).toContain('\ngot 7 success\n');
    expect(named(result, 'first').outputs).toEqual({ v: '7' });
    const ended = named(result, 'first').completedAt?.getTime() ?? 0;
    expect(named(result, 'second').createdAt.getTime()).toBeGreaterThanOrEqual(ended);
    expect(result.jobs.map(({ key }) => key)).toEqual(['second', 'first']);
  });

  it('are skipped when one before them failed, also at a distance, unless they ask', async () => {
    const result = await sandbox.run(
      workflow(
        job('a', 'exit 1'),
        job('b', 'true', '    needs: a\n'),
        job('c', 'true', '    needs: b\n'),
        job('always', 'true', '    needs: b\n    if: always()\n'),
        job('afterAlways', 'true', '    needs: always\n'),
        job('onFailure', 'true', '    needs: c\n    if: failure()\n'),
        job('free', 'true'),
      ),
    );
    expect(conclusions(result)).toEqual({
      a: 'failure',
      b: 'skipped',
      c: 'skipped',
      always: 'success',
      afterAlways: 'skipped',
      onFailure: 'success',
      free: 'success',
    });
    expect(result.conclusion).toBe('failure');
    expect(named(result, 'b')).toMatchObject({ log: null, steps: [] });
  });

  it('go on after a failure that `continue-on-error` allows', async () => {
    const result = await sandbox.run(
      workflow(job('a', 'exit 1', '    continue-on-error: true\n'), job('b', 'true', '    needs: a\n')),
    );
    expect(conclusions(result)).toEqual({ a: 'failure', b: 'success' });
    expect(result.conclusion).toBe('success');
  });

  it('an output that holds a secret is not handed on', async () => {
    const a = job(
      'a',
      'echo v=$S >> $GITHUB_OUTPUT',
      '    env:\n      S: ${{ secrets.S }}\n    outputs:\n      v: ${{ steps.s.outputs.v }}\n',
    ).replace('- run', '- id: s\n        run');
    const result = await sandbox.run(workflow(a), { secrets: { S: 'hunter22' } });
    expect(onlyJob(result).outputs).toEqual({});
    expect(textOf(onlyJob(result))).toContain("##[warning]Skip output 'v' since it may contain secret.");
  });

  it('a run of which all is skipped is skipped', async () => {
    expect((await sandbox.run(workflow(job('a', 'true', '    if: false\n')))).conclusion).toBe('skipped');
  });
});

describe('a matrix', () => {
  it('is unfolded, from an earlier job too', async () => {
    const list = job('list', `echo 'v=["x","y"]' >> $GITHUB_OUTPUT`, '    outputs:\n      v: ${{ steps.s.outputs.v }}\n').replace(
      '- run',
      '- id: s\n        run',
    );
    const each = job(
      'each',
      'echo ${{ matrix.v }} of ${{ strategy.job-total }}',
      '    needs: list\n    strategy:\n      matrix:\n        v: ${{ fromJSON(needs.list.outputs.v) }}\n',
    );
    const result = await sandbox.run(workflow(list, each));
    expect(conclusions(result)).toEqual({ list: 'success', 'each (x)': 'success', 'each (y)': 'success' });
    expect(textOf(named(result, 'each (y)'))).toContain('\ny of 2\n');
  });

  it('stops with its first failure, unless `fail-fast` is off', async () => {
    const strategy = (failFast: boolean): string =>
      `    strategy:\n      fail-fast: ${failFast}\n      max-parallel: 1\n      matrix: { n: [1, 2] }\n`;
    const fast = await sandbox.run(workflow(job('m', 'exit ${{ matrix.n }}', strategy(true))));
    expect(conclusions(fast)).toEqual({ 'm (1)': 'failure', 'm (2)': 'cancelled' });
    expect(fast.conclusion).toBe('failure');
    const slow = await sandbox.run(workflow(job('m', 'exit ${{ matrix.n }}', strategy(false))));
    expect(conclusions(slow)).toEqual({ 'm (1)': 'failure', 'm (2)': 'failure' });
  });

  it('cancels siblings that are running', async () => {
    const script = 'if [ ${{ matrix.n }} = 1 ]; then exit 1; fi; sleep 30';
    const result = await sandbox.run(workflow(job('m', script, '    strategy:\n      matrix: { n: [1, 2] }\n')));
    expect(conclusions(result)).toEqual({ 'm (1)': 'failure', 'm (2)': 'cancelled' });
  });

  it('that has no values fails its job and says so', async () => {
    const result = await sandbox.run(
      workflow(job('m', 'true', "    strategy:\n      matrix:\n        v: ${{ fromJSON('[]') }}\n")),
    );
    expect(textOf(onlyJob(result))).toContain("##[error]Matrix vector 'v' does not contain any values");
    expect(result.conclusion).toBe('failure');
  });
});

describe('cancellation', () => {
  it('ends the step that runs, skips the rest, and lets `always()` steps run', async () => {
    const abort = new AbortController();
    const yaml = workflowOf(
      '- run: sleep 30\n- run: echo never\n- if: always()\n  run: echo tidy\n- if: cancelled()\n  run: echo told',
    );
    const result = await sandbox.run(yaml, {
      signal: abort.signal,
      onChange: ({ steps: [, first] }) => {
        if (first?.status === 'in_progress') abort.abort();
      },
    });
    expect(steps(onlyJob(result)).slice(1, 5)).toEqual([
      'Run sleep 30: cancelled',
      'Run echo never: skipped',
      'Run echo tidy: success',
      'Run echo told: success',
    ]);
    expect(textOf(onlyJob(result))).toContain('##[error]The operation was canceled.');
    expect(result.conclusion).toBe('cancelled');
    expect(await sandbox.leftovers()).toEqual([]);
  });

  it('before the start carries nothing out', async () => {
    const result = await sandbox.run(workflow(job('a', 'true'), job('b', 'true', '    needs: a\n')), {
      signal: AbortSignal.abort(),
    });
    expect(conclusions(result)).toEqual({ a: 'cancelled', b: 'cancelled' });
    expect(result.jobs.map(({ log }) => log)).toEqual([null, null]);
  });

  it('a hook that breaks breaks the run, and nothing is left', async () => {
    const run = sandbox.run(workflow(job('a', 'sleep 30')), {
      onChange: ({ status }) => {
        if (status === 'in_progress') throw new Error('the hook broke');
      },
    });
    await expect(run).rejects.toThrow('the hook broke');
    expect(await sandbox.leftovers()).toEqual([]);
  });
});

describe('a re-run of some jobs', () => {
  const yaml = workflow(
    job('a', 'exit ${{ github.run_attempt == 1 && 1 || 0 }}'),
    job('b', 'true', '    needs: a\n'),
    job('c', 'true', '    outputs: { v: "9" }\n'),
    job('d', 'echo c ${{ needs.c.outputs.v }}', '    needs: [a, c]\n'),
  );

  it('carries out those, and what depends on them; the rest keeps its state', async () => {
    const first = await sandbox.run(yaml);
    expect(conclusions(first)).toEqual({ a: 'failure', b: 'skipped', c: 'success', d: 'skipped' });
    const told = new Set<string>();
    const second = await sandbox.run(yaml, {
      runAttempt: 2,
      onlyJobs: ['a'],
      previousJobs: first.jobs,
      onChange: ({ name }) => void told.add(name),
    });
    expect(conclusions(second)).toEqual({ a: 'success', b: 'success', c: 'success', d: 'success' });
    expect(second.conclusion).toBe('success');
    expect([...told].sort()).toEqual(['a', 'b', 'd']);
    expect(named(second, 'c')).toBe(named(first, 'c'));
    expect(textOf(named(second, 'd'))).toContain('\nc 9\n');
  });

  it('may be one job of a matrix', async () => {
    const matrix = workflow(
      job(
        'm',
        'exit ${{ matrix.n == 1 && github.run_attempt == 1 && 1 || 0 }}',
        '    strategy:\n      fail-fast: false\n      matrix: { n: [1, 2] }\n',
      ),
    );
    const first = await sandbox.run(matrix);
    expect(conclusions(first)).toEqual({ 'm (1)': 'failure', 'm (2)': 'success' });
    const second = await sandbox.run(matrix, { runAttempt: 2, onlyJobs: ['m (1)'], previousJobs: first.jobs });
    expect(conclusions(second)).toEqual({ 'm (1)': 'success', 'm (2)': 'success' });
    expect(named(second, 'm (2)')).toBe(named(first, 'm (2)'));
  });
});

it('variables and inputs reach the expressions', async () => {
  const yaml =
    'on:\n  workflow_dispatch:\n    inputs:\n      level: { default: low }\n      who: { default: nobody }\njobs:\n' +
    job('a', 'echo ${{ vars.V }} ${{ inputs.level }} ${{ inputs.who }}');
  const event = {
    name: 'workflow_dispatch',
    ref: 'refs/heads/main',
    changedPaths: [],
    payload: { inputs: { who: 'mona' } },
  } as const;
  expect(textOf(onlyJob(await sandbox.run(yaml, { event, variables: { V: 'v' } })))).toContain('\nv low mona\n');
});
