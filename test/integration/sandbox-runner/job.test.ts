// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub Actions are written so.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox, onlyJob, type Sandbox, steps, textOf, workflowOf } from './harness.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox({
    'a.js': 'const a   = 1\n',
    'sub/b.txt': 'b\n',
    'package.json': '{}\n',
    'fake-python': '#!/bin/sh\necho "python runs $(basename "$1" | tail -c 4): $(cat "$1")"\n',
  });
});
afterAll(() => sandbox.close());

describe('a job of a real tool', () => {
  it('is red when prettier is, with the log of GitHub', async () => {
    const result = await sandbox.run(
      workflowOf(
        '- uses: actions/checkout@v4\n- run: prettier --check a.js\n- run: echo never\n- if: always()\n  run: echo last',
      ),
    );
    const job = onlyJob(result);
    expect(result.conclusion).toBe('failure');
    expect(steps(job)).toEqual([
      'Set up job: success',
      'Run actions/checkout@v4: success',
      'Run prettier --check a.js: failure',
      'Run echo never: skipped',
      'Run echo last: success',
      'Post Run actions/checkout@v4: success',
      'Complete job: success',
    ]);
    const log = textOf(job);
    expect(log).toMatch(/^Current runner version: '\d/);
    expect(log).toContain('##[group]Run prettier --check a.js\n\u001b[36;1mprettier --check a.js\u001b[0m\nshell: ');
    expect(log).toMatch(/shell: \S+\/bash -e \{0\}\n##\[endgroup\]\nChecking formatting\.\.\.\n/);
    expect(log).toMatch(
      /a\.js\n.*Code style issues found.*\n##\[error\]Process completed with exit code 1\.\n##\[group\]Run echo last/,
    );
    expect(log).not.toContain('never\n##');
    expect(log).toContain('Post job cleanup.\n');
    expect(log).toContain('Cleaning up orphan processes\n');
    expect(log).not.toContain(sandbox.workDirectory);
    expect(job.log?.subarray(0, 3).toString('hex')).toBe('efbbbf');
    expect(job.annotations).toMatchObject([
      { level: 'failure', message: 'Process completed with exit code 1.', path: '.github' },
    ]);
  });

  it('may open what it writes to by its name, as on GitHub', async () => {
    const result = await sandbox.run(workflowOf('- run: echo twice | tee /dev/stderr\n- run: echo once > /dev/stdout'));
    expect(result.conclusion).toBe('success');
    const said = textOf(onlyJob(result))
      .split('\n')
      .filter((line) => line === 'twice' || line === 'once');
    expect(said).toEqual(['twice', 'twice', 'once']);
  });

  it('is green when prettier is', async () => {
    const result = await sandbox.run(workflowOf('- uses: actions/checkout@v4\n- run: prettier --check package.json'));
    expect(result.conclusion).toBe('success');
    expect(textOf(onlyJob(result))).toContain('All matched files use Prettier code style!');
  });

  it('is told as it goes on, each state once and in order', async () => {
    const told: string[] = [];
    const result = await sandbox.run(workflowOf('- run: "true"'), {
      onChange: (job) => void told.push([job.status, ...job.steps.map((step) => step.status[0])].join(' ')),
    });
    expect(told).toEqual([
      'queued',
      'in_progress i q',
      'in_progress c q',
      'in_progress c i',
      'in_progress c c',
      'in_progress c c i',
      'completed c c c',
    ]);
    const job = onlyJob(result);
    const times = job.steps.flatMap(({ startedAt, completedAt }) => [startedAt, completedAt]);
    const all = [job.createdAt, job.startedAt, ...times, job.completedAt].map((time) => time?.getTime() ?? 0);
    expect(all).toEqual([...all].sort((a, b) => a - b));
    expect(all).not.toContain(0);
  });
});

describe('steps', () => {
  it.each([
    [
      'the default shell stops at the first failure',
      '- run: |\n    false\n    echo after',
      'failure',
      'Process completed with exit code 1.',
    ],
    ['the default shell looks at the last of a pipe only', '- run: false | cat', 'success', ''],
    ['`shell: bash` sees a failure in a pipe', '- run: false | cat\n  shell: bash', 'failure', '-e -o pipefail {0}'],
    ['`sh` is another shell', '- run: echo "$0" | grep -c sh\n  shell: sh', 'success', 'sh -e {0}'],
    ['a shell may be any program', '- run: hello\n  shell: cat {0}', 'success', 'hello'],
    ['a shell that is not there fails', '- run: x\n  shell: nope {0}', 'failure', '##[error]nope: command not found'],
    ['a shell without a script fails', '- run: x\n  shell: cat', 'failure', '##[error]Invalid shell option.'],
    ['the exit code is told', '- run: exit 42', 'failure', 'Process completed with exit code 42.'],
    ['a script that kills itself has the code of its signal', '- run: kill -9 $$', 'failure', 'exit code 137.'],
    [
      'a folder that is not there fails',
      '- run: pwd\n  working-directory: nowhere',
      'failure',
      "/nowhere'. No such file or directory",
    ],
    [
      'a working directory is used',
      '- uses: actions/checkout@v4\n- run: cat b.txt\n  working-directory: sub',
      'success',
      '\nb\n',
    ],
    [
      'an expression without a value fails the step',
      "- run: echo ${{ fromJSON('{') }}",
      'failure',
      '##[error]The template is not valid.',
    ],
    [
      'a command that is refused fails the step',
      '- run: echo "::set-env name=A::1"',
      'failure',
      'The `set-env` command is disabled.',
    ],
    [
      'a file command that cannot be read fails the step',
      '- run: echo nonsense >> "$GITHUB_OUTPUT"',
      'failure',
      "Unable to process file command 'output' successfully.",
    ],
    [
      'an environment that cannot be fails the step',
      '- run: echo\n  env: { A: "a\\0b" }',
      'failure',
      'An error occurred trying to start process',
    ],
    ['`continue-on-error` keeps the job green', '- run: exit 3\n  continue-on-error: true', 'success', 'exit code 3.'],
  ])('%s', async (_name, yaml, conclusion, text) => {
    const result = await sandbox.run(workflowOf(yaml));
    expect(textOf(onlyJob(result))).toContain(text);
    expect(result.conclusion).toBe(conclusion);
  });

  it('hand on outputs, variables and paths', async () => {
    const yaml = workflowOf(`
- id: first
  run: |
    echo "x=1" >> "$GITHUB_OUTPUT"
    echo "VAR=two words" >> "$GITHUB_ENV"
    mkdir tools && printf '#!/bin/sh\\necho tool ran\\n' > tools/mytool && chmod +x tools/mytool
    echo "$PWD/tools" >> "$GITHUB_PATH"
    echo "::set-output name=y::2"
- run: echo "\${{ steps.first.outputs.x }}\${{ steps.first.outputs.y }} $VAR \${{ env.VAR }} \${{ steps.first.outcome }}"; mytool
- if: steps.first.outputs.x == '2'
  run: echo never
- run: exit 1
  id: second
  continue-on-error: true
- if: steps.second.outcome == 'failure' && steps.second.conclusion == 'success'
  run: echo seen`);
    const job = onlyJob(await sandbox.run(yaml));
    const log = textOf(job);
    expect(log).toContain('\n12 two words two words success\ntool ran\n');
    expect(log).toContain('env:\n  VAR: two words\n');
    expect(log).toContain('\nseen\n');
    expect(steps(job)).toContain('Run echo never: skipped');
    expect(job.conclusion).toBe('success');
  });

  it('of the python shell are files that python is given', async () => {
    const yaml = workflowOf(`
- uses: actions/checkout@v4
- run: |
    mkdir tools && cp fake-python tools/python && chmod +x tools/python
    echo "$PWD/tools" >> "$GITHUB_PATH"
- run: print(1)
  shell: python`);
    expect(textOf(onlyJob(await sandbox.run(yaml)))).toContain('\npython runs .py: print(1)\n');
  });

  it('see env of the workflow, the job and the step, the nearest first', async () => {
    const yaml = `on: push
env: { A: workflow, B: workflow, C: workflow }
defaults: { run: { shell: bash } }
jobs:
  build:
    runs-on: ubuntu-latest
    env: { B: job, C: job }
    steps:
      - run: echo "$A $B $C \${{ env.C }} \${{ github.run_number }} \${{ github.event.head_commit.id }} $GITHUB_SHA"
        env: { C: step }`;
    const log = textOf(onlyJob(await sandbox.run(yaml)));
    expect(log).toContain(`\nworkflow job step step 3 ${sandbox.commit} ${sandbox.commit}\n`);
    expect(log).toContain('--noprofile --norc -e -o pipefail {0}\nenv:\n  A: workflow\n  B: job\n  C: step\n');
  });

  it('get nothing of the environment of this process', async () => {
    const log = textOf(onlyJob(await sandbox.run(workflowOf('- run: env'))));
    expect(log).not.toContain('LEAK_PROBE');
    expect(log).not.toContain('VITEST');
    expect(log).toContain('\nCI=true\n');
    expect(log).toContain('\nHOME=/home/runner\n');
    expect(log).toContain('\nGITHUB_WORKSPACE=/home/runner/work/hello/hello\n');
    expect(log).not.toContain('\nGITHUB_TOKEN=');
  });

  it('have their secrets masked', async () => {
    const yaml = workflowOf(
      '- run: echo "$S" | tr a a; echo "::add-mask::later"; echo now-later-now\n  env:\n    S: ${{ secrets.KEY }}',
    );
    const log = textOf(onlyJob(await sandbox.run(yaml, { secrets: { KEY: 'first-line\nsecond-line' } })));
    expect(log).toContain('\n***\n***\nnow-***-now\n');
    expect(log).not.toMatch(/first-line|second-line/);
  });
});

describe('limits', () => {
  // Source: `timeout-minutes`, https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
  it('a step that runs too long is ended, and fails', async () => {
    const result = await sandbox.run(workflowOf('- run: sleep 30\n  timeout-minutes: 0.01\n  name: Slow'));
    expect(textOf(onlyJob(result))).toContain("##[error]The action 'Slow' has timed out after 0.01 minutes.");
    expect(result.conclusion).toBe('failure');
  });

  it('the run has a hard limit of its own for a step', async () => {
    const result = await sandbox.run(workflowOf('- run: sleep 30\n  timeout-minutes: 5'), { stepTimeoutMs: 600 });
    expect(textOf(onlyJob(result))).toContain('has timed out after 0.01 minutes.');
    expect(result.conclusion).toBe('failure');
  });

  it('a step that ignores SIGTERM is killed', async () => {
    const result = await sandbox.run(workflowOf('- run: |\n    trap "" TERM\n    while :; do sleep 0.1; done'), {
      stepTimeoutMs: 300,
    });
    expect(result.conclusion).toBe('failure');
  });

  // GitHub concludes such a job as cancelled, with an annotation that the log doesn't have.
  it('a job that runs too long is cancelled', async () => {
    const yaml =
      'on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    timeout-minutes: 0.05\n    steps:\n      - run: sleep 30\n      - run: echo never';
    const job = onlyJob(await sandbox.run(yaml));
    expect(job.conclusion).toBe('cancelled');
    expect(steps(job).slice(1, 3)).toEqual(['Run sleep 30: cancelled', 'Run echo never: skipped']);
    expect(textOf(job)).toContain('##[error]The operation was canceled.');
    expect(job.annotations?.map(({ message }) => message)).toContain('The job has exceeded the maximum execution time of 0m3s');
  });

  it('nothing outlives the job: no process, even in a session of its own, and no file', async () => {
    const marker = `orphan-${process.pid}-${Date.now()}`;
    const yaml = workflowOf(
      `- run: |\n    setsid bash -c 'exec -a ${marker} sleep 60' >/dev/null 2>&1 &\n    bash -c 'exec -a ${marker} sleep 60' >/dev/null 2>&1 &\n    mkdir locked && touch locked/x && chmod 0 locked\n    until [ "$(pgrep -fc "^${marker}")" = 2 ]; do sleep 0.05; done`,
    );
    const job = onlyJob(await sandbox.run(yaml));
    expect(job.conclusion).toBe('success');
    expect(textOf(job).match(/Terminate orphan process: pid \(\d+\) \(sleep\)/g)).toHaveLength(2);
    expect(await processesNamed(marker)).toEqual([]);
    expect(await sandbox.leftovers()).toEqual([]);
  });
});

async function processesNamed(marker: string): Promise<string[]> {
  const { readdir, readFile } = await import('node:fs/promises');
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return commands.filter((command) => command.startsWith(marker));
}

describe('what the sandbox has not, fails and says so', () => {
  const jobWith = (more: string): string => `on: push\njobs:\n  build:\n${more}`;
  it.each([
    // The words of GitHub's runner, seen in public logs.
    [
      'an action it does not know',
      '    runs-on: ubuntu-latest\n    steps:\n      - run: echo first\n      - uses: octo/nope@v1\n',
      '##[error]Unable to resolve action octo/nope, repository not found',
    ],
    [
      'a version that is not there',
      '    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v44\n',
      '##[error]Unable to resolve action `actions/checkout@v44`, unable to find version `v44`',
    ],
    [
      'a version that GitHub has retired',
      '    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/upload-artifact@v3\n',
      '##[error]This request has been automatically failed because it uses a deprecated version of `actions/upload-artifact: v3`.',
    ],
    [
      'an action of the repository',
      '    runs-on: ubuntu-latest\n    steps:\n      - uses: ./action\n',
      "neither actions of the repository itself nor containers: './action'",
    ],
    [
      'an action without a version',
      '    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout\n',
      "Expected format {org}/{repo}[/path]@ref. Actual 'actions/checkout'",
    ],
    ['Windows', '    runs-on: windows-latest\n    steps: [{run: x}]\n', "The sandbox has no runner for 'windows-latest'"],
    ['macOS', '    runs-on: [self-hosted, macos-15]\n    steps: [{run: x}]\n', "The sandbox has no runner for 'macos-15'"],
    ['another label', '    runs-on: gpu\n    steps: [{run: x}]\n', "The sandbox has no runner for 'gpu'"],
    ['a container', '    runs-on: ubuntu-latest\n    container: node:20\n    steps: [{run: x}]\n', 'no containers'],
    ['a service', '    runs-on: ubuntu-latest\n    services: {db: {image: postgres}}\n    steps: [{run: x}]\n', 'no containers'],
    ['a reusable workflow', '    uses: octo/x/.github/workflows/a.yml@main\n', 'no reusable workflows'],
  ])('%s', async (_what, yaml, text) => {
    const result = await sandbox.run(jobWith(yaml));
    const job = onlyJob(result);
    expect(result.conclusion).toBe('failure');
    expect(steps(job)).toEqual(['Set up job: failure']);
    expect(textOf(job)).toContain(text);
    expect(textOf(job)).not.toContain('\nfirst\n');
  });
});

describe('actions', () => {
  it('set-up actions tell the version that there really is', async () => {
    const yaml = workflowOf(
      '- uses: actions/setup-node@v4\n  with: { node-version: 20 }\n  id: node\n- run: echo "is ${{ steps.node.outputs.node-version }} $(node --version)"',
    );
    const log = textOf(onlyJob(await sandbox.run(yaml)));
    expect(log).toContain(`##[group]Run actions/setup-node@v4\nwith:\n  node-version: 20\n`);
    const version = /node: (v\d+\.\d+\.\d+)\n/.exec(log)?.[1];
    expect(log).toContain(`\nis ${version} ${version}\n`);
  });

  it('cache and artifacts say that nothing is kept', async () => {
    const yaml = workflowOf(
      "- uses: actions/checkout@v4\n- uses: actions/cache@v4\n  with:\n    path: x\n    key: k-${{ hashFiles('**/package.json') }}\n- uses: actions/upload-artifact@v4\n  with: { path: x, name: out }",
    );
    const result = await sandbox.run(yaml);
    expect(result.conclusion).toBe('success');
    expect(textOf(onlyJob(result))).toMatch(/Cache not found for input keys: k-[0-9a-f]{64}\n/);
    expect(textOf(onlyJob(result))).toContain("'out' was not uploaded");
  });

  it.each([
    ['another ref that is not there', 'ref: nowhere', "A branch or tag with the name 'nowhere' could not be found"],
    ['a ref that looks like an option', 'ref: --upload-pack=touch', 'could not be found'],
    ['another repository', 'repository: octo/other', "not 'octo/other'"],
    ['a path out of the workspace', 'path: ../../..', 'is not under'],
  ])('checkout refuses %s', async (_what, input, text) => {
    const result = await sandbox.run(workflowOf(`- uses: actions/checkout@v4\n  with:\n    ${input}`));
    expect(result.conclusion).toBe('failure');
    expect(textOf(onlyJob(result))).toContain(text);
  });

  it('checkout takes a pull request as a detached head, and a path', async () => {
    const yaml = workflowOf(
      '- uses: actions/checkout@v4\n  with: { path: here }\n- run: git status | head -1; git log -1 --format=%s; cat sub/b.txt\n  working-directory: here',
    );
    const event = {
      name: 'pull_request',
      action: 'opened',
      ref: 'refs/pull/7/merge',
      baseBranch: 'main',
      changedPaths: [],
      payload: {},
    } as const;
    const log = textOf(onlyJob(await sandbox.run(yaml, { event })));
    expect(log).toContain(`+${sandbox.commit}:refs/remotes/pull/7/merge\n`);
    expect(log).toMatch(/\nHEAD detached at \S+\nFirst\nb\n/);
  });
});
