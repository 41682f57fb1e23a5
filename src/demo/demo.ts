import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Regreen, startRegreen } from '../compose.ts';
import { CAUSE_TEXT } from '../github/texts/causes.ts';
import { WEBHOOK_PATH } from '../intake/receiver.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import type { CheckRun, PullRequest, Repository, Run } from '../sandbox/state/model.ts';
import { findFixByBranch } from '../store/fixes/fix-queries.ts';
import { latestDiagnosis } from '../store/incidents/diagnoses.ts';
import { createLog } from '../telemetry/log.ts';
import { environmentFor } from './environment.ts';
import { colouredDiff, createNarrator, type Narrator, styled } from './narrator.ts';
import { SHOP_FILES, UNFORMATTED_FILES } from './shop.ts';

export interface DemoOptions {
  /** Leave everything running at the end, until a signal. */
  keep: boolean;
  stream: NodeJS.WriteStream;
  /** Folders in which workflows find their tools; the project's own unless named. */
  toolPaths?: readonly string[];
  /** Ends the demo early. */
  signal: AbortSignal;
}

/** One link of the chain may take this long; on a slow machine that is plenty. */
const LINK_TIMEOUT_MS = 180_000;

interface Stage {
  sandbox: Sandbox;
  regreen: Regreen;
  repository: Repository;
  narrator: Narrator;
  stream: NodeJS.WriteStream;
}

/**
 * Shows the main job on real input: a real repository, a real workflow run red by the real prettier, signed webhooks
 * over HTTP, and a fix that the workflow itself has passed on.
 * @throws when any link of the chain does not hold, and the signal's reason when it is told to stop before the end
 */
export async function runDemo({ keep, stream, signal, toolPaths = ownTools() }: DemoOptions): Promise<void> {
  const narrator = stoppable(createNarrator(stream), signal);
  const folder = await mkdtemp(join(tmpdir(), 'regreen-demo-'));
  // As root the database runs under another account, which must be able to enter; its own folder is closed to all.
  await chmod(folder, 0o755);
  const undo: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const apiKey = randomBytes(24).toString('base64url');
  try {
    const sandbox = await narrator.step(
      'Starting a GitHub on this machine',
      () => startSandbox({ toolPaths }),
      (started) => `A GitHub on this machine listens at ${started.apiUrl}`,
    );
    undo.push(() => sandbox.close());
    const regreen = await narrator.step(
      'Starting Regreen with a PostgreSQL of its own',
      () => startServer(sandbox, folder, apiKey),
      (started) => `Regreen listens at ${started.url}, on a PostgreSQL of its own`,
    );
    undo.push(() => regreen.stop());
    const repository = await narrator.step(
      'Making a repository',
      () => makeRepository(sandbox, regreen),
      (made) => `octo-shop/${made.name}: a workflow checks the formatting; CI is green; the App is installed`,
    );
    await tellStory({ sandbox, regreen, repository, narrator, stream });
    stream.write(farewell(regreen, apiKey, keep));
    if (keep) await ended(signal);
  } finally {
    for (const step of undo.toReversed()) await step();
  }
}

/** Begins no further step once it is told to stop. */
function stoppable({ step, show }: Narrator, signal: AbortSignal): Narrator {
  return {
    show,
    step: async (title, work, told) => {
      signal.throwIfAborted();
      return step(title, work, told);
    },
  };
}

async function tellStory(stage: Stage): Promise<void> {
  // 1 Somebody breaks the build
  const pull = await openPullRequest(stage);
  const run = await watchRedRun(stage, pull);
  // 2 Regreen says why
  await watchDiagnosis(stage, pull, run);
  // 3 Regreen fixes it
  const fix = await watchFix(stage);
  // 4 Real CI says whether it is right
  await watchVerification(stage, pull, fix);
}

async function openPullRequest({ sandbox, repository, narrator }: Stage): Promise<PullRequest> {
  const mona = sandbox.people.createAccount('mona');
  repository.collaborators.set('mona', 'write');
  return narrator.step(
    'mona opens a pull request',
    async () => {
      await sandbox.people.push({
        repository,
        branch: 'discount',
        actor: mona,
        files: UNFORMATTED_FILES,
        message: 'Add discounts',
      });
      return sandbox.people.openPullRequest({ repository, actor: mona, head: 'discount', title: 'Add discounts' });
    },
    (pull) => `mona opens pull request #${pull.issue.number} "Add discounts"`,
  );
}

async function watchRedRun({ sandbox, repository, narrator, stream }: Stage, pull: PullRequest): Promise<Run> {
  const run = await narrator.step(
    'The workflow runs',
    () =>
      sandbox.waitFor(() => [...repository.runs.values()].find((one) => one.headSha === pull.head.sha && isOver(one)), {
        timeoutMs: LINK_TIMEOUT_MS,
        what: 'the workflow run on the pull request',
      }),
    (one) => `Workflow "${one.record.name}" ran for real: ${styled('red', one.attempts.at(-1)?.conclusion ?? '?', stream)}`,
  );
  if (run.attempts.at(-1)?.conclusion !== 'failure') throw new Error('the workflow should have failed');
  narrator.show(styled('dim', lastLines(logOf(run), 8), stream));
  return run;
}

async function watchDiagnosis(
  { sandbox, regreen, repository, narrator, stream }: Stage,
  pull: PullRequest,
  run: Run,
): Promise<void> {
  const check = await narrator.step(
    'A signed webhook tells Regreen, which reads the log',
    () =>
      sandbox.waitFor(() => regreenCheck(repository, pull.head.sha), {
        timeoutMs: LINK_TIMEOUT_MS,
        what: 'the check run of Regreen',
      }),
    (one) => `Regreen's check run on ${pull.head.sha.slice(0, 7)} says: ${styled('yellow', one.title ?? '', stream)}`,
  );
  const incident = await regreen.services.database.selectFrom('incidents').select(['id']).executeTakeFirstOrThrow();
  const diagnosis = await latestDiagnosis(regreen.services.database, incident.id);
  if (diagnosis?.cause !== 'formatting' || diagnosis.runId !== run.id) throw new Error('the diagnosis is not about this run');
  narrator.show(
    [
      `cause        ${diagnosis.cause}: ${CAUSE_TEXT[diagnosis.cause]} (confidence ${Math.round(diagnosis.confidence * 100)} %)`,
      `evidence     ${diagnosis.diagnosis.cause.evidence.map((line) => `log line ${line}`).join(', ')}`,
      `fingerprint  ${diagnosis.fingerprint.slice(0, 12)}`,
      ...check.annotations.map((one) => `annotation   ${one.path}:${one.startLine} ${one.message}`),
    ].join('\n'),
  );
}

async function watchFix({ sandbox, regreen, repository, narrator, stream }: Stage): Promise<PullRequest> {
  const fix = await narrator.step(
    'Regreen makes the change and opens a pull request',
    () =>
      sandbox.waitFor(() => [...repository.pulls.values()].find((one) => one.head.ref.startsWith('regreen/')), {
        timeoutMs: LINK_TIMEOUT_MS,
        what: 'the fix pull request',
      }),
    (one) => `Regreen opens pull request #${one.issue.number} "${one.issue.title}" from ${one.head.ref}`,
  );
  const known = await findFixByBranch(regreen.services.database, repository.id, fix.head.ref);
  if (!known) throw new Error('the books know nothing of the fix');
  narrator.show(colouredDiff(known.patch, stream));
  return fix;
}

async function watchVerification(
  { sandbox, repository, narrator, stream }: Stage,
  pull: PullRequest,
  fix: PullRequest,
): Promise<void> {
  const run = await narrator.step(
    "The fix's own CI runs",
    () =>
      sandbox.waitFor(() => [...repository.runs.values()].find((one) => one.headSha === fix.head.sha && isOver(one)), {
        timeoutMs: LINK_TIMEOUT_MS,
        what: "the run on the fix's commit",
      }),
    (one) => `Workflow "${one.record.name}" ran on the fix: ${styled('green', one.attempts.at(-1)?.conclusion ?? '?', stream)}`,
  );
  if (run.attempts.at(-1)?.conclusion !== 'success') throw new Error('the workflow should have passed on the fix');
  await narrator.step(
    'Regreen verifies the fix',
    () =>
      sandbox.waitFor(
        () =>
          fix.issue.body?.includes('**Verified**') &&
          !fix.draft &&
          regreenCheck(repository, pull.head.sha)?.summary?.includes('CI has passed on it'),
        { timeoutMs: LINK_TIMEOUT_MS, what: 'the verdict on the fix' },
      ),
    () =>
      `Pull request #${fix.issue.number} is ${styled('green', 'verified', stream)} and ready to merge; #${pull.issue.number}'s check run says so`,
  );
}

async function startServer(sandbox: Sandbox, folder: string, apiKey: string): Promise<Regreen> {
  const environment = environmentFor(sandbox, { databaseUrl: null, dataFolder: join(folder, 'data') }, { apiKeys: [apiKey] });
  const regreen = await startRegreen({ environment, log: createLog({ level: 'silent' }) });
  sandbox.deliverTo(`${regreen.url}${WEBHOOK_PATH}`);
  return regreen;
}

async function makeRepository(sandbox: Sandbox, regreen: Regreen): Promise<Repository> {
  const owner = sandbox.people.createAccount('octo-shop', { kind: 'Organization', plan: 'team' });
  sandbox.people.installApp({ account: owner });
  const repository = await sandbox.people.createRepository({ owner, name: 'shop', files: SHOP_FILES });
  await sandbox.waitFor(() => [...repository.runs.values()].some(isOver), {
    timeoutMs: LINK_TIMEOUT_MS,
    what: 'the first run on main',
  });
  const first = [...repository.runs.values()][0];
  if (first?.attempts.at(-1)?.conclusion !== 'success')
    throw new Error(`the first run should be green:\n${first ? lastLines(logOf(first), 20) : ''}`);
  if (!regreen.url) throw new Error('Regreen does not listen');
  return repository;
}

/** The project's own tools, and the Node that runs this, for `npm run` in the workflow. */
function ownTools(): string[] {
  const tools = fileURLToPath(new URL('../../node_modules/.bin', import.meta.url));
  return [tools, dirname(process.execPath)].filter((path) => !path.includes(delimiter));
}

function isOver(run: Run): boolean {
  return run.attempts.at(-1)?.status === 'completed';
}

function logOf(run: Run): string {
  return (run.attempts.at(-1)?.jobs ?? []).map((job) => job.state.log?.toString('utf8') ?? '').join('\n');
}

/** The end of what the failed step printed, without the time at the beginning of each line. */
function lastLines(log: string, count: number): string {
  const lines = log.split('\n').map((line) => line.replace(/^\ufeff?\d{4}-\d\d-\d\dT[\d:.]+Z /, ''));
  const error = lines.findIndex((line) => line.startsWith('##[error]'));
  return lines.slice(Math.max(0, error - count + 1), error + 1).join('\n');
}

function regreenCheck(repository: Repository, headSha: string): CheckRun | undefined {
  return [...repository.checkRuns.values()].find((run) => run.name === 'Regreen' && run.headSha === headSha);
}

function farewell(regreen: Regreen, apiKey: string, keep: boolean): string {
  if (!keep) {
    return [
      '',
      'Nothing here was pretended but GitHub itself: git, the workflow, prettier, PostgreSQL, HTTP and signatures were real.',
      'Look around in it with "npm run demo -- --keep". Install it on your own repositories: see README.md, "Installation".',
      '',
    ].join('\n');
  }
  return [
    '',
    'Everything keeps running until Ctrl-C. Where to look:',
    `  ${regreen.url}/health`,
    `  ${regreen.url}/metrics`,
    `  ${regreen.url}/docs (the API, with examples)`,
    `  curl -H "Authorization: Bearer ${apiKey}" ${regreen.url}/api/v1/incidents`,
    '',
  ].join('\n');
}

async function ended(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) return;
  signal.addEventListener('abort', () => resolve(), { once: true });
  // A pending promise alone does not keep a process alive; the servers do.
  return promise;
}
