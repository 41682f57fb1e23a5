import { fixerById } from '../fixers/registry.ts';
import { readPullRequest, readRunsOfCommit } from '../github/reads.ts';
import { endedFixBody } from '../github/texts/fix.ts';
import type { Run } from '../github/types.ts';
import { markReadyForReview, updatePullRequest } from '../github/writes.ts';
import type { JobData } from '../queue/queues.ts';
import type { JobContext } from '../queue/run-job.ts';
import { record } from '../store/audit.ts';
import { latestDiagnosis } from '../store/diagnoses.ts';
import { endFix, type Fix, findFix } from '../store/fixes.ts';
import { findIncident, markFixed } from '../store/incidents.ts';
import { isRed } from './diagnose-run.ts';
import type { Services } from './services.ts';
import { findTarget, type Target } from './target.ts';

/** What CI says of a fix: green, red, or not yet. */
export interface Verdict {
  outcome: 'verified' | 'refuted';
  run: Run;
}

/**
 * Asks GitHub, not the fixer, whether the workflow that failed passes on the fix, and says so on the pull request, the
 * commit and in the books. Does nothing while CI is still at it.
 */
export async function verifyFix(services: Services, job: JobData['verification'], context: JobContext): Promise<void> {
  const fix = await findFix(services.database, job.fixId);
  // Before it is proposed there is nowhere to say it; proposing asks for this again.
  if (!fix?.commitSha || fix.pullRequestNumber === null || fix.outcome === 'rejected') return;
  const target = await findTarget(services, job);
  // 1 What real CI says on the fix's commit
  const verdict = judge(fix, await readRunsOfCommit(target.at, fix.commitSha));
  if (!verdict) return;
  // 2 The pull request says so. It comes before the books, so that a retry after a crash does it again.
  await tellPullRequest(services, target, fix, verdict);
  // 3 The books say so, once
  const first = await endFix(services.database, fix.id, {
    outcome: verdict.outcome,
    reason: `${fix.workflowPath} ${verdict.outcome === 'verified' ? 'passed' : 'is still red'}`,
    runId: verdict.run.id,
    at: services.now(),
  });
  if (first) {
    services.observe.fixEnded(verdict.outcome);
    if (verdict.outcome === 'verified') await markFixed(services.database, fix.incidentId, fix.id);
    await record(services.database, {
      actor: 'regreen',
      action: `fix.${verdict.outcome}`,
      subject: `fix:${fix.id}`,
      repositoryId: fix.repositoryId,
      correlationId: context.correlationId,
      details: { run: verdict.run.id, pullRequest: fix.pullRequestNumber },
    });
    context.log.info({ fix: fix.id, outcome: verdict.outcome }, 'fix judged by CI');
  }
  // 4 The commit that failed says so
  await services.queue.send('remedies', {
    data: { kind: 'report', installationId: job.installationId, repositoryId: job.repositoryId, headSha: fix.baseSha },
    key: `report:${job.repositoryId}:${fix.baseSha}`,
    repositoryId: job.repositoryId,
  });
}

/**
 * Verified when the failed workflow has run on the fix's commit and every such run (one for each event) is green; refuted
 * when one is red; `null` while one is under way or none has begun. Pure.
 */
export function judge(fix: Pick<Fix, 'workflowPath'>, runs: readonly Run[]): Verdict | null {
  const relevant = runs.filter((run) => run.workflowPath === fix.workflowPath);
  const red = relevant.find((run) => run.status === 'completed' && isRed(run.conclusion));
  if (red) return { outcome: 'refuted', run: red };
  const green = relevant.find((run) => run.conclusion === 'success');
  return green && relevant.every((run) => run.status === 'completed') ? { outcome: 'verified', run: green } : null;
}

async function tellPullRequest(services: Services, target: Target, fix: Fix, { outcome, run }: Verdict): Promise<void> {
  const number = fix.pullRequestNumber;
  const [incident, diagnosis] = await Promise.all([
    findIncident(services.database, fix.incidentId),
    latestDiagnosis(services.database, fix.incidentId),
  ]);
  const pull = number === null ? null : await readPullRequest(target.at, number);
  if (!pull || !incident || !diagnosis) return;
  const fixer = { tool: fixerById(fix.fixer)?.tool ?? fix.fixer, version: fix.fixerVersion };
  const body = endedFixBody({ fix, fixer, diagnosis, incident }, { outcome, runUrl: run.url });
  const close = outcome === 'refuted' && pull.state === 'open';
  if (pull.body !== body || close)
    await updatePullRequest(target.at, pull.number, { body, ...(close ? { state: 'closed' as const } : {}) });
  if (outcome === 'verified' && pull.draft && pull.state === 'open') await markReadyForReview(target.at, pull.nodeId);
}
