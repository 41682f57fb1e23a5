import type { ConfigReading } from '../config/repository-config.ts';
import { fixersFor } from '../fixers/registry.ts';
import { type Fixer, type FixSource, isDeclined } from '../fixers/types.ts';
import { readBranchHead, readFile, readTree } from '../github/reads.ts';
import type { TreeEntry } from '../github/types.ts';
import { BUDGETS, decisionFor, fixerEnabled } from '../policy/decide.ts';
import type { Edit } from '../policy/gate.ts';
import { passGate } from '../policy/gate.ts';
import type { JobData } from '../queue/queues.ts';
import type { JobContext } from '../queue/run-job.ts';
import { record } from '../store/audit.ts';
import { latestDiagnosis, type StoredDiagnosis } from '../store/diagnoses.ts';
import { countAttempts, type Fix, fixesOfIncidents, hasOpenPullRequest, planFix } from '../store/fixes.ts';
import { findIncident, type Incident } from '../store/incidents.ts';
import { carryFix } from './carry-fix.ts';
import { hashOf, unifiedPatch } from './patch.ts';
import { readPolicy } from './repository-policy.ts';
import { BRANCH_PREFIX, type Services } from './services.ts';
import { findTarget, type Target } from './target.ts';

/** An executable or a symlink: `createCommitOnBranch` would turn both into plain files. */
const PLAIN_FILE_MODE = '100644';

/**
 * Brings an incident to a fix pull request. A retry of any step finds what is there already: the attempt in the books,
 * the branch, the commit and the pull request on GitHub.
 */
export async function fixIncident(
  services: Services,
  job: Extract<JobData['remedies'], { kind: 'fix' }>,
  context: JobContext,
): Promise<void> {
  const target = await findTarget(services, job);
  // 1 Is there still something to do?
  const incident = await findIncident(services.database, job.incidentId);
  const diagnosis = incident && (await latestDiagnosis(services.database, incident.id));
  if (!incident || incident.status === 'closed' || !diagnosis) return;
  if (decisionFor(diagnosis.decision, 'fix').verdict !== 'allowed') return;
  const earlier = await fixesOfIncidents(services.database, [incident.id]);
  const unfinished = earlier.find((fix) => fix.state !== 'ended');
  if (!unfinished && !mayTryAgain(earlier, diagnosis)) return;
  if (!unfinished && (await hasOpenPullRequest(services.database, incident.id))) return;
  if (!unfinished && (await readBranchHead(target.at, incident.branch)) !== diagnosis.headSha) {
    context.log.info({ incident: incident.id, headSha: diagnosis.headSha }, 'no fix: the branch has moved on');
    return;
  }
  // 2 Make the change, in a process of its own
  const change = await makeChange(services, target, diagnosis, context);
  if ('declined' in change) {
    await decline(services, incident, change.declined, context);
    return;
  }
  // 3 Write the attempt down before anything is pushed
  const fix = await planFix(
    services.database,
    planned(target, incident, diagnosis, change, { attempt: unfinished?.attempt ?? earlier.length + 1, context }),
  );
  // 4 Branch, commit, pull request
  const carried = await carryFix(services, {
    target,
    incident,
    diagnosis,
    fix,
    edits: change.edits,
    fixer: change.fixer,
    context,
  });
  if (carried === 'superseded') {
    // An attempt that was planned for an older commit is over; the newer failure has its own turn.
    if (fix.baseSha !== diagnosis.headSha) await requestAgain(services, job);
    return;
  }
  // 5 Show it on the commit that failed
  await services.queue.send('remedies', {
    data: { kind: 'report', installationId: job.installationId, repositoryId: job.repositoryId, headSha: diagnosis.headSha },
    key: `report:${job.repositoryId}:${diagnosis.headSha}`,
    repositoryId: job.repositoryId,
  });
}

async function requestAgain(services: Services, job: Extract<JobData['remedies'], { kind: 'fix' }>): Promise<void> {
  await services.queue.send('remedies', { data: job, key: `fix:${job.incidentId}`, repositoryId: job.repositoryId });
}

/** A commit that has had its attempt gets no second one: the same fixer would do the same again. */
function mayTryAgain(earlier: readonly Fix[], diagnosis: StoredDiagnosis): boolean {
  if (countAttempts(earlier) >= BUDGETS.attemptsPerIncident) return false;
  return !earlier.some((fix) => fix.baseSha === diagnosis.headSha || fix.outcome === 'rejected');
}

export interface Change {
  fixer: Fixer;
  edits: Edit[];
  skipped: { path: string; reason: string }[];
}

/** Tries the fixers in their order until one has a change that passes the gate. */
async function makeChange(
  services: Services,
  target: Target,
  diagnosis: StoredDiagnosis,
  context: JobContext,
): Promise<Change | { declined: string }> {
  const [policy, tree] = await Promise.all([readPolicy(target), readTree(target.at, diagnosis.headSha)]);
  if (tree === null) return { declined: 'The repository has more files than GitHub lists in one answer.' };
  const reasons: string[] = [];
  for (const fixer of fixersFor(diagnosis)) {
    if (!fixerEnabled(policy.config, fixer.id)) continue;
    const change = await tryFixer(services, { target, diagnosis, tree, policy, fixer, signal: context.signal });
    if (!('declined' in change)) return change;
    reasons.push(`${fixer.id}: ${change.declined}`);
  }
  return { declined: reasons.join(' ') || 'No fixer is switched on for this.' };
}

interface Attempt {
  target: Target;
  diagnosis: StoredDiagnosis;
  tree: ReadonlyMap<string, TreeEntry>;
  policy: ConfigReading;
  fixer: Fixer;
  signal: AbortSignal;
}

async function tryFixer(services: Services, one: Attempt): Promise<Change | { declined: string }> {
  const plan = one.fixer.plan(one.diagnosis, new Set(one.tree.keys()));
  if (isDeclined(plan)) return plan;
  const plain = plan.targets.filter((path) => one.tree.get(path)?.mode === PLAIN_FILE_MODE);
  if (plain.length < plan.targets.length) {
    return { declined: 'A file to change is executable or a symlink, and a commit through the API would lose that.' };
  }
  const [targets, context] = await Promise.all([readFiles(one, plain), readFiles(one, plan.context)]);
  const result = await services.runFixer({ fixer: one.fixer.id, source: sourceOf(one.diagnosis), targets, context }, one.signal);
  if (isDeclined(result)) return result;
  const gate = passGate({ edits: result.edits, namedPaths: plan.targets, protectedPaths: one.policy.config.paths.protected });
  if (!gate.pass) return { declined: gate.reasons.join(' ') };
  return { fixer: one.fixer, ...result };
}

/** A process of its own gets only what it needs. */
function sourceOf({ diagnosis, printedDiffs }: StoredDiagnosis): FixSource {
  return { diagnosis, printedDiffs };
}

async function readFiles({ target, diagnosis }: Attempt, paths: readonly string[]): Promise<Record<string, string>> {
  const entries = await Promise.all(
    paths.map(async (path) => [path, await readFile(target.at, path, diagnosis.headSha)] as const),
  );
  return Object.fromEntries(entries.filter((entry): entry is readonly [string, string] => entry[1] !== null));
}

function planned(
  target: Target,
  incident: Incident,
  diagnosis: StoredDiagnosis,
  change: Change,
  { attempt, context }: { attempt: number; context: JobContext },
) {
  const patch = unifiedPatch(change.edits);
  return {
    incidentId: incident.id,
    repositoryId: target.repository.id,
    attempt,
    fixer: change.fixer.id,
    fixerVersion: change.fixer.version,
    workflowPath: incident.workflowPath,
    baseBranch: incident.branch,
    baseSha: diagnosis.headSha,
    branch: branchName(incident, attempt),
    patch,
    patchHash: hashOf(patch),
    paths: change.edits.map((edit) => edit.path),
    correlationId: context.correlationId,
  };
}

/** `regreen/<workflow>-<fingerprint>`, the same for one incident; later attempts and pull requests are told apart. */
function branchName(incident: Incident, attempt: number): string {
  const workflow = (incident.workflowPath.split('/').at(-1) ?? 'ci')
    .replace(/\.ya?ml$/, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, 40);
  const where = incident.pullRequestNumber === null ? '' : `-pr${incident.pullRequestNumber}`;
  const again = attempt === 1 ? '' : `-${attempt}`;
  return `${BRANCH_PREFIX}${workflow}-${incident.fingerprint.slice(0, 12)}${where}-${incident.id.slice(0, 4)}${again}`;
}

async function decline(services: Services, incident: Incident, reason: string, context: JobContext): Promise<void> {
  context.log.info({ incident: incident.id, reason }, 'no fix: declined');
  await record(services.database, {
    actor: 'regreen',
    action: 'fix.declined',
    subject: `incident:${incident.id}`,
    repositoryId: incident.repositoryId,
    correlationId: context.correlationId,
    details: { reason },
  });
}
