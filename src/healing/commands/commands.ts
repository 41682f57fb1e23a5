import {
  ASKED_SINCE,
  decisionText,
  explainText,
  fixText,
  NOTHING_ASKED,
  NOTHING_STOPPED,
  nothingRed,
  readingLogs,
  repositoryState,
  resumedText,
  retryRefused,
  retryText,
  STOPPED_BEFORE,
  STOPPED_NOW,
  statusText,
  unknownQuestion,
} from '../../github/texts/answers.ts';
import { shortId, stopLine } from '../../github/texts/approval.ts';
import { currentDiagnoses } from '../../github/texts/report.ts';
import type { PullRequest } from '../../github/types.ts';
import { decisionFor } from '../../policy/decide.ts';
import type { Remedy } from '../../policy/types.ts';
import { type Approval, approvalsOfCommit } from '../../store/approvals/approvals.ts';
import { record } from '../../store/audit.ts';
import { latestRunsOfCommit, type StoredRun } from '../../store/books/runs.ts';
import { closeBreaker, findBreaker } from '../../store/fixes/guards.ts';
import { findStop, resumePullRequest, stopPullRequest } from '../../store/fixes/stops.ts';
import { currentCorrelationId } from '../../telemetry/log.ts';
import { requestApproval } from '../approvals/ask-approval.ts';
import { decideApproval } from '../approvals/decide-approval.ts';
import { isRed } from '../failures/red.ts';
import { readReportModel } from '../failures/report-commit.ts';
import { requestReport } from '../failures/request-report.ts';
import { requestFix } from '../fixes/request-fix.ts';
import { readPolicy } from '../repository-policy.ts';
import { requestRerun } from '../reruns/rerun-failed.ts';
import type { Services } from '../services.ts';
import type { Target } from '../target.ts';
import type { CommandJob } from './answer-command.ts';

interface Given {
  target: Target;
  job: CommandJob;
}

interface GivenOnPull extends Given {
  pull: PullRequest;
}

/** Carries a command out that a person may give. @returns the answer, in Markdown */
type CommandOf<G> = (services: Services, given: G) => Promise<string>;

/** On an issue there is no commit: what is for the whole repository. */
export const COMMANDS_OF_REPOSITORIES: Partial<Record<string, CommandOf<Given>>> = {
  status: repositoryStatus,
  resume: async (services, given) => resumedText({ pull: false, breaker: await resumeRepository(services, given) }),
};

/** On a pull request: by name. */
export const COMMANDS_OF_PULL_REQUESTS: Partial<Record<string, CommandOf<GivenOnPull>>> = {
  fix,
  retry,
  explain,
  status,
  stop,
  resume,
  approve: (services, given) => decide(services, given, 'approved'),
  reject: (services, given) => decide(services, given, 'rejected'),
};

async function fix(services: Services, { target, job, pull }: GivenOnPull): Promise<string> {
  const { installationId, repositoryId } = job;
  const stop = await findStop(services.database, repositoryId, pull.number);
  if (stop) return stopLine(stop);
  const model = await readReportModel(services, repositoryId, pull.headSha);
  const current = currentDiagnoses(model);
  const says = (verdict: 'allowed' | 'asked', ...remedies: Remedy[]) =>
    current.some((one) => remedies.some((remedy) => decisionFor(one.decision, remedy).verdict === verdict));
  const head = { installationId, repositoryId, branch: pull.headBranch, headSha: pull.headSha };
  const [makes, asks, suggests] = [
    says('allowed', 'fix', 'delegate') || says('asked', 'delegate'),
    says('asked', 'fix', 'delegate') || says('allowed', 'delegate'),
    says('allowed', 'suggest'),
  ];
  if (makes) await requestFix(services, { ...head, askedBy: job.author });
  if (asks) await requestApproval(services, { ...head, headRepository: pull.headRepository, askedBy: job.author });
  if (suggests) await requestSuggestions(services, head, pull.number);
  if (makes || asks || suggests) return fixText(model, pull.headSha);
  // What was refused may be allowed by now: the policy or the budgets have changed.
  const red = await diagnoseAgain(services, { target, job }, pull.headSha);
  if (current.length === 0) return red === 0 ? nothingRed(pull.headSha) : readingLogs(pull.headSha);
  return [fixText(model, pull.headSha), ...(red > 0 ? [readingLogs(pull.headSha)] : [])].join('\n\n');
}

async function requestSuggestions(
  services: Services,
  head: { installationId: number; repositoryId: number; branch: string; headSha: string },
  pullRequestNumber: number,
): Promise<void> {
  await services.queue.send('remedies', {
    data: { kind: 'suggest', ...head, pullRequestNumber },
    key: `suggest:${head.repositoryId}:${head.headSha}`,
    repositoryId: head.repositoryId,
  });
}

/** A person may have run again what a person could run again on GitHub; the limits for Regreen's own re-runs are not theirs. */
async function retry(services: Services, { target, job, pull }: GivenOnPull): Promise<string> {
  const { installationId, repositoryId } = job;
  const stop = await findStop(services.database, repositoryId, pull.number);
  if (stop) return stopLine(stop);
  const { config } = await readPolicy(target);
  if (config.mode !== 'fix') return retryRefused(config.mode);
  const red = await redRuns(services, repositoryId, pull.headSha);
  for (const run of red) {
    const reason = `${job.author} asked for it.`;
    await requestRerun(services, { installationId, repositoryId, runId: run.id, attempt: run.attempt, reason });
  }
  return red.length === 0 ? nothingRed(pull.headSha) : retryText(red.map((run) => run.workflowName));
}

async function explain(services: Services, { target, job, pull }: GivenOnPull): Promise<string> {
  const model = await readReportModel(services, job.repositoryId, pull.headSha);
  const known = currentDiagnoses(model).length > 0;
  const red = known ? 0 : await diagnoseAgain(services, { target, job }, pull.headSha);
  await requestReport(services, { ...job, headSha: pull.headSha });
  return red > 0 ? readingLogs(pull.headSha) : explainText(model, pull.headSha);
}

async function status(services: Services, { job, pull }: GivenOnPull): Promise<string> {
  const [model, breaker, stop] = await Promise.all([
    readReportModel(services, job.repositoryId, pull.headSha),
    findBreaker(services.database, job.repositoryId),
    findStop(services.database, job.repositoryId, pull.number),
  ]);
  return statusText({ ...model, stop }, pull.headSha, breaker);
}

async function repositoryStatus(services: Services, { job }: Given): Promise<string> {
  const [line] = repositoryState(await findBreaker(services.database, job.repositoryId));
  return line ?? NOTHING_STOPPED;
}

async function stop(services: Services, { job, pull }: GivenOnPull): Promise<string> {
  const { repositoryId } = job;
  const first = await stopPullRequest(services.database, { repositoryId, number: pull.number }, job.author, services.now());
  if (!first) return STOPPED_BEFORE;
  await note(services, job, 'pull_request.stopped');
  await requestReport(services, { ...job, headSha: pull.headSha });
  return STOPPED_NOW;
}

/** Goes on with the pull request, and with the repository where refuted fixes had stopped it. */
async function resume(services: Services, { target, job, pull }: GivenOnPull): Promise<string> {
  const { repositoryId } = job;
  const resumed = await resumePullRequest(services.database, { repositoryId, number: pull.number }, job.author, services.now());
  if (resumed) await note(services, job, 'pull_request.resumed');
  const breaker = await resumeRepository(services, { target, job });
  if (resumed || breaker) {
    await diagnoseAgain(services, { target, job }, pull.headSha);
    await requestReport(services, { ...job, headSha: pull.headSha });
  }
  return resumedText({ pull: resumed, breaker });
}

async function resumeRepository(services: Services, { job }: Given): Promise<boolean> {
  if (!(await closeBreaker(services.database, job.repositoryId, job.author, services.now()))) return false;
  await record(services.database, {
    actor: job.author,
    action: 'breaker.closed',
    subject: `repository:${job.repositoryId}`,
    repositoryId: job.repositoryId,
    correlationId: currentCorrelationId() ?? null,
    details: { from: placeOf(job) },
  });
  return true;
}

/** `approve [number]`, `reject [number] [why]`: without a number, all that was asked when the comment was written. */
async function decide(services: Services, { target, job, pull }: GivenOnPull, to: 'approved' | 'rejected'): Promise<string> {
  const approvals = await approvalsOfCommit(services.database, job.repositoryId, pull.headSha);
  const { named, rest } = readArgument(job.argument);
  const wanted = named === null ? approvals.filter((one) => one.state === 'pending') : ofNumber(approvals, named);
  if (wanted.length === 0) return named === null ? lastWord(approvals) : unknownQuestion(named);
  const seen = wanted.filter((one) => named !== null || wasAskedBefore(one, job.commentedAt));
  if (seen.length === 0) return ASKED_SINCE;
  const by = { name: job.author, kind: 'person' as const, from: placeOf(job) };
  const answers = [];
  for (const approval of seen) {
    const answer = await decideApproval(services, target, approval, { to, by, reason: rest === '' ? null : rest });
    answers.push({ approval: answer.approval, refused: answer.kind === 'refused' ? answer.why : null });
  }
  return decisionText(answers);
}

/** What was decided last is the answer to a word that comes too late. */
function lastWord(approvals: readonly Approval[]): string {
  const last = approvals.filter((one) => one.decidedBy !== null).at(-1);
  return last ? decisionText([{ approval: last, refused: 'decided' }]) : NOTHING_ASKED;
}

function readArgument(argument: string): { named: string | null; rest: string } {
  const [, digits, rest] = /^`?([0-9a-f]{8,12})`?(?:\s(.*))?$/.exec(argument) ?? [];
  return digits === undefined ? { named: null, rest: argument } : { named: digits, rest: rest?.trim() ?? '' };
}

function ofNumber(approvals: readonly Approval[], digits: string): Approval[] {
  return approvals.filter((one) => shortId(one).startsWith(digits));
}

/** GitHub tells whole seconds, rounded down. */
function wasAskedBefore({ askedAt }: Approval, commentedAt: string): boolean {
  return askedAt.getTime() < Date.parse(commentedAt) + 1_000;
}

async function diagnoseAgain(services: Services, { job }: Given, headSha: string): Promise<number> {
  const red = await redRuns(services, job.repositoryId, headSha);
  for (const run of red) {
    await services.queue.send('analysis', {
      data: { installationId: job.installationId, repositoryId: job.repositoryId, runId: run.id, attempt: run.attempt },
      key: `run:${run.id}:${run.attempt}`,
      repositoryId: job.repositoryId,
    });
  }
  return red.length;
}

async function redRuns(services: Services, repositoryId: number, headSha: string): Promise<StoredRun[]> {
  return (await latestRunsOfCommit(services.database, repositoryId, headSha)).filter((run) => isRed(run.conclusion));
}

async function note(services: Services, job: CommandJob, action: string): Promise<void> {
  await record(services.database, {
    actor: job.author,
    action,
    subject: `repository:${job.repositoryId}#${job.number}`,
    repositoryId: job.repositoryId,
    correlationId: currentCorrelationId() ?? null,
    details: { from: placeOf(job) },
  });
}

/** Where a word was said, for the audit log. */
function placeOf({ thread, commentId }: CommandJob): string {
  return `${thread === 'review' ? 'review-comment' : 'comment'}:${commentId}`;
}
