import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { JobState, RunRequest, RunResult } from '../../../src/sandbox/runner/contract.ts';
import { createWorkflowRunner, isWorkflowFault } from '../../../src/sandbox/runner/index.ts';

const run = promisify(execFile);
const TOOLS = path.resolve('node_modules/.bin');

/** What GitHub's environment must not leak from: set here, looked for in the steps. */
process.env['LEAK_PROBE'] = 'leaked';

export interface Sandbox {
  /** Carries out a workflow on the commit of the repository. */
  run(yaml: string, options?: Partial<RunRequest> & { onChange?: (job: JobState) => void | Promise<void> }): Promise<RunResult>;
  commit: string;
  workDirectory: string;
  /** What is left in the folder that the runner was given. */
  leftovers(): Promise<string[]>;
  close(): Promise<void>;
}

/** A bare repository with one commit on `main`, and a runner. */
export async function createSandbox(files: Record<string, string>): Promise<Sandbox> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sandbox-runner-'));
  const source = path.join(folder, 'source');
  const gitDir = path.join(folder, 'bare.git');
  const workDirectory = path.join(folder, 'work');
  await mkdir(source);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(source, name)), { recursive: true });
    await writeFile(path.join(source, name), content);
  }
  const git = async (...args: string[]): Promise<string> => (await run('git', args, { cwd: source })).stdout.trim();
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '.');
  await git('-c', 'user.name=Mona', '-c', 'user.email=mona@example.com', 'commit', '--quiet', '--message=First');
  await run('git', ['clone', '--quiet', '--bare', source, gitDir]);
  const commit = await git('rev-parse', 'HEAD');
  const runner = createWorkflowRunner();
  return {
    commit,
    workDirectory,
    run(yaml, { onChange = () => {}, ...options } = {}) {
      const workflow = runner.readWorkflow('.github/workflows/ci.yml', yaml);
      if (isWorkflowFault(workflow)) throw new Error(workflow.message);
      const request: RunRequest = {
        workflow,
        event: { name: 'push', ref: 'refs/heads/main', changedPaths: [], payload: { head_commit: { id: commit } } },
        repository: { owner: 'octo', name: 'hello', gitDir },
        headSha: commit,
        checkoutSha: commit,
        headBranch: 'main',
        actor: 'mona',
        runId: 42,
        runNumber: 3,
        runAttempt: 1,
        secrets: { GITHUB_TOKEN: 'ghs_0123456789abcdef' },
        toolPaths: [TOOLS],
        workDirectory,
        stepTimeoutMs: 15_000,
        signal: new AbortController().signal,
        ...options,
      };
      return runner.run(request, { jobChanged: onChange });
    },
    leftovers: () => readdir(workDirectory),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A workflow of one job with the steps given as YAML. */
export function workflowOf(steps: string, more = ''): string {
  return `name: CI\non: push\n${more}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n${steps
    .trim()
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n')}\n`;
}

/** The only job of a result. */
export function onlyJob({ jobs }: RunResult): JobState {
  const [job] = jobs;
  if (!job || jobs.length !== 1) throw new Error(`Expected one job, found ${jobs.length}.`);
  return job;
}

/** A job's log without times. */
export function textOf(job: JobState): string {
  return (job.log?.toString() ?? '').replace(/^\uFEFF?\d{4}-\S+Z /gm, '');
}

/** `name: conclusion` of the steps of the workflow itself. */
export function steps(job: JobState): string[] {
  return job.steps.map(({ name, conclusion }) => `${name}: ${conclusion}`);
}
