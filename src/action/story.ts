import type { FixStory } from '../github/texts/fix.ts';
import { healedBy } from '../healing/fixes/healed-by.ts';
import { hashOf, unifiedPatch } from '../healing/fixes/patch.ts';
import type { Fix } from '../store/fixes/fixes.ts';
import type { Action } from './action.ts';
import { branchOf } from './failures.ts';
import type { Made } from './make.ts';
import type { Marker } from './marker.ts';
import type { Trial } from './trial.ts';

/** How a change comes to people. */
export type Way = Pick<
  Fix,
  'attempt' | 'branch' | 'targetBranch' | 'courseNote' | 'delivery' | 'pullRequestNumber' | 'stalledReason'
>;

/** A change as the server's books would hold it; that is the form in which texts take it. */
export function storyOf(action: Action, made: Made, way: Way): FixStory {
  return {
    fix: fixOf(action, made, way),
    diagnoses: made.work.flatMap(({ diagnoses }) => diagnoses.slice(0, 1)),
    incidents: made.work.map(({ incident }) => incident),
    inWorkflow: true,
  };
}

function fixOf({ occasion, history }: Action, made: Made, way: Way): Fix {
  const { repository, run } = occasion;
  const patch = unifiedPatch(made.edits);
  const [change] = made.changes;
  return {
    id: `run-${run.id}-${run.attempt}`,
    incidentId: made.work[0]?.incident.id ?? '',
    repositoryId: repository.id,
    fixer: change?.fixer ?? '',
    fixerVersion: change?.version ?? '',
    state: 'proposed',
    outcome: null,
    reason: null,
    workflowPath: run.workflowPath,
    baseBranch: branchOf(run),
    baseSha: run.headSha,
    parentSha: run.headSha,
    commitSha: null,
    committedAt: null,
    patch,
    patchHash: hashOf(patch),
    paths: made.edits.map(({ path }) => path),
    changes: made.changes,
    heals: made.work.map(healedBy),
    verifiedByRun: null,
    correlationId: `run-${run.id}`,
    createdAt: history.now,
    ...way,
  };
}

/** What the next run shall know of it. */
export function markerOf(fix: Fix, trial: Trial | null): Marker {
  return {
    base: fix.baseBranch,
    sha: fix.baseSha,
    fingerprints: fix.heals.map(({ fingerprint }) => fingerprint),
    outcome: trial?.kind === 'passed' ? 'verified' : null,
    heals: fix.heals.map(({ workflowPath, jobs }) => ({ workflowPath, jobs })),
  };
}

/** The run whose log shows the trial. */
export function runUrlOf({ environment, occasion }: Action): string {
  return occasion.run.url.replace(/\/actions\/runs\/\d+.*$/, `/actions/runs/${environment.run.id}`);
}
