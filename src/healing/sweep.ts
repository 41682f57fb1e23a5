import {
  awaitedPulls,
  forgetSweeps,
  isDue,
  type Patience,
  redWithoutSequel,
  rerunsUnderWay,
  runsUnderWay,
  type SweepWindow,
  type UnansweredHead,
  unansweredHeads,
  unfinishedFixes,
  workingInstallation,
} from '../store/books/sweep-queries.ts';
import { fixesAwaitingVerification, verificationSubject } from '../store/fixes/fix-queries.ts';
import { requestApproval } from './approvals/ask-approval.ts';
import { requestDiagnosis } from './branches/follow-run.ts';
import { requestFix, requestSuggestions } from './fixes/request-fix.ts';
import { BRANCH_PREFIX, type Services } from './services.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A fix that has waited this long may have lost an event, in milliseconds. */
const VERIFICATION_DUE_MS = MINUTE_MS;
/** Of each kind and sweep, so that one sweep costs no installation its hour. */
const MOST_AT_ONCE = 100;
const MOST_LOOKS_AT_ONCE = 20;
/** GitHub ends a run after 35 days: https://docs.github.com/actions/reference/limits */
const LONGEST_RUN_MS = 35 * DAY_MS;
/** What nobody has answered for so long is not red any more, or somebody looks after it. */
const LONGEST_UNANSWERED_MS = 3 * DAY_MS;
/** What was swept up longer ago is over. */
const SWEEP_MEMORY_MS = 40 * DAY_MS;

/** A job that fails is tried again by its queue; this is for those that died there, or never came to be. */
const LOST_JOB: Patience = { firstMs: 2 * MINUTE_MS, longestMs: 6 * HOUR_MS, times: 8 };
/** CI begins within minutes and ends within hours, and its events come as a rule. */
const JUDGEMENT: Patience = { firstMs: MINUTE_MS, longestMs: 6 * HOUR_MS, times: 1_000 };
/** What may last is asked about as long as it may last. */
const LASTING: Patience = { firstMs: 5 * MINUTE_MS, longestMs: 6 * HOUR_MS, times: 1_000 };

/**
 * Finds what events should have woken and did not: events get lost, jobs die, and nothing else would ever go on. It only asks
 * for what an event would have asked for; what is there already is found by those jobs.
 */
export async function sweepFixes(services: Services): Promise<void> {
  const find = installations(services);
  await sweepVerifications(services);
  await sweepRuns(services, find);
  await sweepHeads(services, find);
  await sweepUnfinished(services, find);
  await sweepPulls(services, find);
  await forgetSweeps(services.database, before(services, SWEEP_MEMORY_MS));
}

/** The installation of a repository; `null` where nothing can be done there. */
type FindInstallation = (repositoryId: number) => Promise<number | null>;

function installations(services: Services): FindInstallation {
  const known = new Map<number, number | null>();
  return async (id) => {
    const found = known.get(id);
    if (found !== undefined) return found;
    const installation = await workingInstallation(services.database, id);
    known.set(id, installation);
    return installation;
  };
}

function before(services: Services, ms: number): Date {
  return new Date(services.now().getTime() - ms);
}

function windowOf(services: Services, age: { least: number; most: number; limit?: number }): SweepWindow {
  return { since: before(services, age.most), until: before(services, age.least), limit: age.limit ?? MOST_AT_ONCE };
}

/** Fixes that wait for CI. */
async function sweepVerifications(services: Services): Promise<void> {
  const { database, queue } = services;
  const now = services.now();
  const window = windowOf(services, { least: VERIFICATION_DUE_MS, most: LONGEST_RUN_MS });
  const due = await fixesAwaitingVerification(database, window, { patience: JUDGEMENT, now });
  for (const { fixId, repositoryId, installationId, correlationId } of due) {
    if (!(await isDue(database, verificationSubject(fixId), JUDGEMENT, now))) continue;
    await queue.send('verification', {
      data: { installationId, repositoryId, fixId, swept: true },
      key: `verify:${fixId}`,
      repositoryId,
      correlationId,
    });
  }
}

/** Runs whose end nobody told, above all after a re-run of ours; red ones that nobody has looked at. */
async function sweepRuns(services: Services, find: FindInstallation): Promise<void> {
  const { database } = services;
  const lasting = { most: LONGEST_RUN_MS, limit: MOST_LOOKS_AT_ONCE };
  const reruns = await rerunsUnderWay(database, windowOf(services, { least: 2 * MINUTE_MS, ...lasting }));
  const runs = await runsUnderWay(database, windowOf(services, { least: 30 * MINUTE_MS, ...lasting }));
  for (const { repositoryId, runId } of [...reruns, ...runs]) {
    const installationId = await find(repositoryId);
    if (installationId === null || !(await isDue(database, `run:${runId}`, LASTING, services.now()))) continue;
    await services.queue.send('remedies', {
      data: { kind: 'look-at-run', installationId, repositoryId, runId },
      key: `look-at-run:${runId}`,
      repositoryId,
    });
  }
  const unread = { ...windowOf(services, { least: 3 * MINUTE_MS, most: LONGEST_UNANSWERED_MS }), ownPrefix: BRANCH_PREFIX };
  for (const { repositoryId, runId, attempt } of await redWithoutSequel(database, unread)) {
    const installationId = await find(repositoryId);
    if (installationId === null || !(await isDue(database, `red:${runId}:${attempt}`, LOST_JOB, services.now()))) continue;
    await requestDiagnosis(services, { installationId, repositoryId, runId, attempt });
  }
}

/** Heads on which something may be done, and neither was it done nor declined: the job has died or was lost. */
async function sweepHeads(services: Services, find: FindInstallation): Promise<void> {
  const window = windowOf(services, { least: 3 * MINUTE_MS, most: LONGEST_UNANSWERED_MS });
  for (const head of await unansweredHeads(services.database, window)) {
    const installationId = await find(head.repositoryId);
    const subject = `head:${head.repositoryId}:${head.headSha}:${head.branch}`;
    if (installationId === null || !(await isDue(services.database, subject, LOST_JOB, services.now()))) continue;
    await requestAnswer(services, { ...head, installationId });
  }
}

async function requestAnswer(services: Services, head: UnansweredHead & { installationId: number }): Promise<void> {
  const { installationId, repositoryId, branch, headSha, headRepository, pullRequestNumber } = head;
  if (head.mayFix) await requestFix(services, { installationId, repositoryId, branch, headSha });
  if (head.mayAsk) await requestApproval(services, { installationId, repositoryId, branch, headRepository, headSha });
  if (head.maySuggest && pullRequestNumber !== null) {
    await requestSuggestions(services, { installationId, repositoryId, branch, headSha, pullRequestNumber });
  }
}

/** Fixes that were begun, and whose job is gone: it goes on where it was. */
async function sweepUnfinished(services: Services, find: FindInstallation): Promise<void> {
  const window = windowOf(services, { least: 5 * MINUTE_MS, most: LONGEST_UNANSWERED_MS });
  for (const { repositoryId, fixId, branch, headSha, suggestsOn } of await unfinishedFixes(services.database, window)) {
    const installationId = await find(repositoryId);
    if (installationId === null || !(await isDue(services.database, `fix:${fixId}`, LOST_JOB, services.now()))) continue;
    const head = { installationId, repositoryId, branch, headSha };
    if (suggestsOn === null) await requestFix(services, head);
    else await requestSuggestions(services, { ...head, pullRequestNumber: suggestsOn });
  }
}

/** Pull requests that a fix or an incident waits for: they may have been merged or closed. */
async function sweepPulls(services: Services, find: FindInstallation): Promise<void> {
  const window = windowOf(services, { least: 10 * MINUTE_MS, most: LONGEST_RUN_MS, limit: MOST_LOOKS_AT_ONCE });
  for (const { repositoryId, number } of await awaitedPulls(services.database, window)) {
    const installationId = await find(repositoryId);
    if (installationId === null || !(await isDue(services.database, `pull:${repositoryId}:${number}`, LASTING, services.now())))
      continue;
    await services.queue.send('remedies', {
      data: { kind: 'look-at-pull', installationId, repositoryId, number },
      key: `look-at-pull:${repositoryId}:${number}`,
      repositoryId,
    });
  }
}
