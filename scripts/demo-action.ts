/**
 * `npm run demo:action`: builds the action, prints its size and start, and shows it as the last job of the workflow in docs/action.md,
 * on a GitHub on this machine. Ends with an error when any of what docs/action.md promises is not there.
 */
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createNarrator, type Narrator, styled } from '../src/demo/narrator.ts';
import { SHOP_FILES, UNFORMATTED_FILES } from '../src/demo/shop.ts';
import { type Sandbox, startSandbox } from '../src/sandbox/sandbox.ts';
import type { CheckRun, Job, PullRequest, Repository } from '../src/sandbox/state/model.ts';
import { buildAction, reportOf, staleActionFiles } from './build-action.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TOOLS = [fileURLToPath(new URL('../node_modules/.bin', import.meta.url)), dirname(process.execPath)];
/** The whole run with the action's own, on a busy machine. */
const TIMEOUT_MS = 240_000;

/** The first workflow of docs/action.md for the demo's shop, which has its tools already and checks its formatting. Pure. */
export function documentedWorkflow(page: string): string {
  const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const made = text.replace(/^ *- run: npm ci.*\n/gm, '').replace('npm run lint', 'npm run check:format');
  if (!made.includes('check:format') || !made.includes('uses: regreen/regreen@'))
    throw new Error('docs/action.md has no workflow that ends with the action');
  return made;
}

async function show(narrator: Narrator): Promise<void> {
  const report = await narrator.step('Building the action', built, ([size = '']) => size);
  narrator.show(report.slice(1).join('\n'));
  const sandbox = await startSandbox({ toolPaths: TOOLS, actions: { 'regreen/regreen': ROOT }, stepTimeoutMs: TIMEOUT_MS });
  try {
    await tellStory(narrator, sandbox);
  } finally {
    await sandbox.close();
  }
}

async function built(): Promise<string[]> {
  if ((await staleActionFiles()).length > 0) await buildAction();
  return reportOf();
}

async function tellStory(narrator: Narrator, sandbox: Sandbox): Promise<void> {
  const { repository, pull } = await narrator.step(
    'mona opens a pull request',
    () => openPullRequest(sandbox),
    ({ pull: { issue } }) => `mona opens pull request #${issue.number}; its workflow is that of docs/action.md`,
  );
  const job = await narrator.step(
    'The workflow runs, and the action as its last job',
    () => sandbox.waitFor(() => endedJob(repository, 'regreen'), { timeoutMs: TIMEOUT_MS, what: "the action's job" }),
    (one) => `Job "check" is ${endedJob(repository, 'check')?.state.conclusion}, job "regreen" is ${one.state.conclusion}`,
  );
  const check = expectAnnotations(repository, pull);
  narrator.show(
    check.annotations.map(({ path, startLine, message }) => `annotation   ${path}:${startLine} ${message}`).join('\n'),
  );
  const summary = job.state.summary ?? '';
  if (summary === '') throw new Error(`the job has no summary:\n${job.state.log?.toString().slice(-3_000)}`);
  narrator.show(summary.trim().replace(/^/gm, 'summary      '));
  const fix = expectVerifiedFix(repository, summary);
  await narrator.step(
    'The fix',
    async () => String(await repository.git.fileAt(fix.head.sha, 'src/currency.js')),
    () =>
      `Pull request #${fix.issue.number} "${fix.issue.title}" is ${styled('green', 'verified', process.stdout)} in the runner`,
  );
}

async function openPullRequest(sandbox: Sandbox): Promise<{ repository: Repository; pull: PullRequest }> {
  const { people } = sandbox;
  const owner = people.createAccount('octo-shop', { kind: 'Organization', plan: 'team' });
  const mona = people.createAccount('mona');
  const ci = documentedWorkflow(await readFile(new URL('../docs/action.md', import.meta.url), 'utf8'));
  const repository = await people.createRepository({
    owner,
    name: 'shop',
    files: { ...SHOP_FILES, '.github/workflows/ci.yml': ci },
    collaborators: { mona: 'write' },
    actionsMayOpenPulls: true,
  });
  await people.push({ repository, branch: 'discount', actor: mona, files: UNFORMATTED_FILES, message: 'Add discounts' });
  return {
    repository,
    pull: await people.openPullRequest({ repository, actor: mona, head: 'discount', title: 'Add discounts' }),
  };
}

function endedJob(repository: Repository, name: string): Job | undefined {
  const jobs = [...repository.runs.values()].flatMap((run) => run.attempts.flatMap((attempt) => attempt.jobs));
  // On main the same job is skipped, for nothing is red there.
  return jobs.findLast(({ state }) => state.name === name && state.status === 'completed' && state.conclusion !== 'skipped');
}

function expectAnnotations(repository: Repository, pull: PullRequest): CheckRun {
  const check = [...repository.checkRuns.values()].find((one) => one.name === 'Regreen' && one.headSha === pull.head.sha);
  if (!check || check.annotations.length === 0) throw new Error('the commit has no annotations of the action');
  return check;
}

function expectVerifiedFix(repository: Repository, summary: string): PullRequest {
  const fix = [...repository.pulls.values()].find(({ head }) => head.ref.startsWith('regreen/'));
  if (!fix || fix.draft || !fix.issue.body?.includes('**Verified') || !summary.includes(`#${fix.issue.number} fixes this`))
    throw new Error(`no verified fix:\n${fix?.issue.body ?? summary}`);
  return fix;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await show(createNarrator(process.stdout));
