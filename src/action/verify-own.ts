import type { At } from '../github/index.ts';
import { readOwnPulls } from '../github/own-pulls.ts';
import { readJobs, readRunsOfCommit } from '../github/reads.ts';
import { code } from '../github/texts/markdown.ts';
import { whyUnproven } from '../github/texts/unproven.ts';
import type { Run } from '../github/types.ts';
import { markReadyForReview, updatePullRequest } from '../github/writes.ts';
import { isRed } from '../healing/failures/red.ts';
import { BRANCH_PREFIX } from '../healing/services.ts';
import { type JudgedJob, type Judgement, judge } from '../healing/verification/judge-fix.ts';
import type { Mode } from '../policy/types.ts';
import type { EarlierFix } from './history.ts';
import { readMarker, replaceMarker } from './marker.ts';
import type { Occasion } from './occasion.ts';
import type { ActionOutput } from './output.ts';

/**
 * A run on a branch of ours has ended: has CI verified the fix? What it says is written into the pull request, which is then
 * ready for people, or closed. Marked ready it is in `mode: fix` alone, and in `observe` nothing is written.
 */
export async function verifyOwn(at: At, { run }: Occasion, mode: Mode, output: ActionOutput): Promise<void> {
  // 1 Which fix is it?
  const fix = (await readOwnPulls(at, BRANCH_PREFIX)).flatMap((pull): EarlierFix[] => {
    const marker = readMarker(pull.body);
    return marker && pull.state === 'open' && pull.headBranch === run.headBranch ? [{ pull, marker }] : [];
  })[0];
  if (!fix || fix.pull.headSha !== run.headSha || fix.marker.outcome === 'refuted') {
    output.say(`Nothing to verify: no open fix has the head of ${run.headBranch ?? run.headSha}.`);
    return;
  }
  // 2 What does CI say?
  const judgement = await judgeFix(at, fix);
  if (judgement.kind === 'waiting') {
    const reason = whyUnproven(judgement);
    if (reason === null) output.say('CI has not ended on this fix yet.');
    else await tellUnproven(at, fix, reason, { mode, output });
    return;
  }
  // 3 Say it
  const outcome = judgement.kind;
  if (mode !== 'observe') {
    const body = replaceMarker(withVerification(fix.pull.body, wordsFor(judgement)), { ...fix.marker, outcome });
    await updatePullRequest(at, fix.pull.number, { body, ...(outcome === 'refuted' ? { state: 'closed' as const } : {}) });
  }
  if (outcome === 'verified' && fix.pull.draft && mode === 'fix') await markReadyForReview(at, fix.pull.nodeId);
  await output.set('fix', outcome);
  await output.set('pull-request', String(fix.pull.number));
  await output.set('pull-request-url', fix.pull.url);
  await output.summary(`#${fix.pull.number}: ${wordsFor(judgement)}`);
  output.say(`#${fix.pull.number} is ${outcome} by CI.`);
}

/** No later run may come to say it. */
async function tellUnproven(
  at: At,
  { pull }: EarlierFix,
  reason: string,
  { mode, output }: { mode: Mode; output: ActionOutput },
): Promise<void> {
  const body = withVerification(pull.body, `⚠️ **Not verified**: ${reason}`);
  if (body !== pull.body && mode !== 'observe') await updatePullRequest(at, pull.number, { body });
  output.say(`#${pull.number} is not verified: ${reason}`);
}

async function judgeFix(at: At, { pull, marker }: EarlierFix): Promise<Judgement> {
  const runs = newestOfEach(await readRunsOfCommit(at, pull.headSha));
  const jobs = new Map<number, Awaited<ReturnType<typeof readJobs>>>();
  const healed = new Set(marker.heals.map(({ workflowPath }) => workflowPath));
  const telling = runs.filter((one) => isRed(one.conclusion) || (healed.has(one.workflowPath) && mayProve(one)));
  for (const run of telling) jobs.set(run.id, await readJobs(at, run.id, run.attempt));
  const base: JudgedJob[] = [];
  for (const run of newestOfEach(await readRunsOfCommit(at, marker.sha)).filter((one) => isRed(one.conclusion))) {
    for (const job of await readJobs(at, run.id, run.attempt)) base.push({ ...job, workflowPath: run.workflowPath });
  }
  const heals = marker.heals.map((one, index) => ({
    ...one,
    jobs: [...one.jobs],
    incidentId: marker.fingerprints[index] ?? '',
    fingerprint: marker.fingerprints[index] ?? '',
  }));
  return judge({ heals, runs, jobs, base });
}

/** Whether the jobs of a run may show that one was healed. */
function mayProve({ status, conclusion }: Run): boolean {
  return status === 'waiting' || conclusion === 'success';
}

/** A commit has a run of a workflow for each event; each counts. Those that listen to `workflow_run` are about others. */
function newestOfEach(runs: readonly Run[]): Run[] {
  return runs.filter((run) => run.event !== 'workflow_run');
}

function wordsFor(judgement: Exclude<Judgement, { kind: 'waiting' }>): string {
  const { run } = judgement;
  if (judgement.kind === 'verified') return `✅ **Verified**: ${code(run.workflowName)} [passed](${run.url}) on this branch.`;
  const names = judgement.jobs
    .slice(0, 5)
    .map(({ name }) => code(name))
    .join(', ');
  return `❌ **Refuted**: ${names} [failed](${run.url}) with this change, so it is withdrawn. A person should look.`;
}

/** The body with other words under its heading. */
function withVerification(body: string, words: string): string {
  return body.replace(
    /(### Verification\n)[\s\S]*?(\n\n---\n)/,
    (_whole, before: string, after: string) => `${before}${words}${after}`,
  );
}
