import { readBranchHead } from '../github/reads.ts';
import type { Action } from './action.ts';
import { openCheckout } from './checkout.ts';
import { branchOf, type Failure, workOf } from './failures.ts';
import { type Healing, nothing } from './healing.ts';
import { openFixOf, wasRejected } from './history.ts';
import { make } from './make.ts';
import { propose } from './propose.ts';
import { missingRight, suggest } from './suggest.ts';
import { type Trial, tryOut } from './trial.ts';

/**
 * Fixes what may be fixed of a run's failures, in one pull request, one commit on the branch, or as suggestions. With a token
 * whose pushes start CI, CI verifies it; with the workflow's own, the commands that had failed are run again here first, and what
 * they refute is not pushed.
 */
export async function heal(action: Action, failures: readonly Failure[]): Promise<Healing> {
  const { at, environment, occasion, history } = action;
  const { run } = occasion;
  const base = branchOf(run);
  const checkout = () =>
    openCheckout({
      workspace: environment.workspace,
      // What is checked out for a pull request is its test merge.
      commits: [run.headSha, ...(environment.event.name === 'pull_request' ? [environment.sha] : [])],
      env: environment.forPrograms,
    });
  // 1 What may be fixed, and has nobody said no to it?
  const suggestible = workOf(occasion, failures, 'suggest');
  if (suggestible.length > 0) return suggest(action, { work: suggestible, failures, openCheckout: checkout });
  if (occasion.fork && !occasion.readsPulls) return nothing(missingRight(occasion));
  const allowed = workOf(occasion, failures, 'fix');
  const work = allowed.filter(({ incident }) => !wasRejected(history, { base, fingerprint: incident.fingerprint }));
  if (allowed.length === 0) return nothing('');
  if (work.length === 0) return nothing('A person has closed a fix of this, so Regreen leaves it to people.');
  const open = openFixOf(history, { base, workflowPath: run.workflowPath });
  if (open?.marker.sha === run.headSha) return nothing(`#${open.pull.number} is there already.`);
  if ((await readBranchHead(at, base)) !== run.headSha) return nothing(`${base} has moved on.`);
  const opened = await checkout();
  // 2 Make the change
  const { made, reasons } = await make(action, work, opened);
  if (made === null) return nothing(reasons.join(' '));
  // 3 Does it help? Where CI can't tell, its commands can
  const trial = environment.startsWorkflows ? null : await tryOut(action, made, failures, opened);
  if (trial?.kind === 'failed') {
    return { outcome: 'refuted', reason: `With it \`${trial.command}\` is still red, so nothing was pushed.`, made };
  }
  // 4 Propose it
  const proposed = await propose(action, { made, trial, open });
  if ('refusal' in proposed) return nothing(proposed.refusal);
  return { outcome: trial?.kind === 'passed' ? 'verified' : 'proposed', reason: reasonOf(trial, reasons), made, proposed };
}

function reasonOf(trial: Trial | null, left: readonly string[]): string {
  const how = trial?.kind === 'unchecked' ? [`It was not verified, for ${trial.reason}.`] : [];
  return [...how, ...left].join(' ');
}
