import { readFile } from '../../github/files.ts';
import { readPullRequest } from '../../github/reads.ts';
import { stalledFixBody } from '../../github/texts/fix.ts';
import { code } from '../../github/texts/markdown.ts';
import { whySilent } from '../../github/texts/silent.ts';
import { whyUnproven } from '../../github/texts/unproven.ts';
import type { Run } from '../../github/types.ts';
import { updatePullRequest } from '../../github/writes.ts';
import { type FixEvent, readTriggers, startsOn } from '../../policy/workflow-triggers.ts';
import { type Fix, markStalled } from '../../store/fixes/fixes.ts';
import { readPolicy } from '../repository-policy.ts';
import type { Services } from '../services.ts';
import type { Target } from '../target.ts';
import type { Waiting } from '../verification/judge-fix.ts';
import { storyOf } from './tell-fix.ts';

/** CI that has not begun so long after the push is said to be missing, in milliseconds. */
export const CI_START_MS = 10 * 60_000;

/** Says on the pull request that CI has not started, or can show nothing, and why where it can be told; once for each reason. */
export async function tellStalled(
  services: Services,
  { target, fix, waiting, runs }: { target: Target; fix: Fix; waiting: Waiting; runs: readonly Run[] },
): Promise<void> {
  const since = fix.committedAt?.getTime() ?? services.now().getTime();
  const { missing } = waiting;
  if (services.now().getTime() - since < CI_START_MS) return;
  const reason = missing.length > 0 ? await reasonOf(target, fix, missing, runs) : whyUnproven(waiting);
  if (reason === null || fix.stalledReason === reason) return;
  if ((await readPolicy(target)).config.mode === 'observe') return;
  const pull = fix.pullRequestNumber === null ? null : await readPullRequest(target.at, fix.pullRequestNumber);
  if (pull) await updatePullRequest(target.at, pull.number, { body: stalledFixBody(await storyOf(services, fix), reason) });
  await markStalled(services.database, fix.id, reason);
}

async function reasonOf(target: Target, fix: Fix, missing: readonly string[], runs: readonly Run[]): Promise<string> {
  const held = runs.find((run) => run.conclusion === 'action_required' && missing.includes(run.workflowPath));
  if (held) return `a person must approve [the run](${held.url}) of ${code(held.workflowPath)} before it starts.`;
  const silent: { path: string; reason: string }[] = [];
  for (const path of missing) {
    const text = await readFile(target.at, path, fix.commitSha ?? fix.branch);
    if (text === null) silent.push({ path, reason: 'the file is not on this branch' });
    const triggers = text === null ? null : readTriggers(text);
    const answers = triggers === null ? [] : eventsOf(fix).map((event) => startsOn(triggers, event));
    if (answers.length > 0 && !answers.some((answer) => answer.starts)) {
      silent.push({ path, reason: answers.flatMap((answer) => (answer.starts ? [] : [answer.reason])).join(', and ') });
    }
  }
  return (
    whySilent(silent) ??
    `GitHub has started no run of ${missing.map((path) => code(path)).join(', ')} for ${CI_START_MS / 60_000} minutes. Actions may be switched off for this repository, or out of minutes.`
  );
}

function eventsOf(fix: Fix): FixEvent[] {
  return [
    { kind: 'pull_request', base: fix.targetBranch, type: 'opened', paths: fix.paths },
    { kind: 'push', branch: fix.branch, paths: fix.paths },
  ];
}
