import type { ActionEnvironment } from '../config/action-environment.ts';
import { layConfigs } from '../config/effective-config.ts';
import { CONFIG_PATH } from '../config/repository-config.ts';
import { readConfigText } from '../github/config-text.ts';
import type { At } from '../github/index.ts';
import { readOwnPulls } from '../github/own-pulls.ts';
import { atWithToken } from '../github/token-client.ts';
import { isRed } from '../healing/failures/red.ts';
import { readRepositoryMatchers } from '../healing/repository-matchers.ts';
import { BRANCH_PREFIX, isOwnBranch } from '../healing/services.ts';
import { diagnoseJobs, redJobs } from './diagnose.ts';
import { decideAll } from './failures.ts';
import { heal } from './heal.ts';
import { historyOf } from './history.ts';
import { type Occasion, readOccasion } from './occasion.ts';
import type { ActionOutput } from './output.ts';
import { rerunWhereAllowed } from './reruns.ts';
import { tell } from './tell.ts';
import { judge, readPast } from './verdict.ts';
import { verifyOwn } from './verify-own.ts';

/**
 * The action's whole story: reads the logs of the run's red jobs, says why, and fixes what regreen.yml allows. Without a server
 * and a database: what it must remember stands in its pull requests.
 */
export async function explainAndHeal(environment: ActionEnvironment, output: ActionOutput, now: Date): Promise<void> {
  // 1 Which run, and what of it is red?
  const at = atWithToken({ ...environment, warn: output.say });
  const occasion = await readOccasion(at, environment);
  const { run, repository } = occasion;
  if (occasion.isAfterwards && !occasion.fork && isOwnBranch(run.headBranch)) {
    return verifyOwn(at, occasion, layConfigs(await readLayers(at, occasion)).config.mode, output);
  }
  const { seen, unread } = redJobs(occasion);
  if (seen.length === 0) {
    const how = isRed(run.conclusion) ? 'has no red job' : `ended with ${run.conclusion ?? 'no red job so far'}`;
    output.say(`Nothing to explain: ${run.workflowName} ${how}.`);
    return;
  }
  // 2 The policy of the default branch, and what earlier runs have done
  const policy = layConfigs(await readLayers(at, occasion));
  for (const fault of policy.faults) output.say(`${fault.file}:${fault.line}: ${fault.message}`);
  const { matchers } = await readRepositoryMatchers({ at }, policy.config, repository.defaultBranch);
  const history = historyOf(await readOwnPulls(at, BRANCH_PREFIX), now);
  // 3 Why, whose fault, and what may be done?
  const analyses = await diagnoseJobs(at, seen, matchers);
  const past = await readPast(at, occasion);
  const judged = await Promise.all(analyses.map(async (one) => ({ ...one, verdict: await judge(at, past, one, matchers) })));
  const failures = decideAll(occasion, judged, { policy, history, failedJobs: seen.length + unread.length });
  // 4 Run it again, or fix it
  const action = { environment, output, at, occasion, policy, history };
  const rerun = await rerunWhereAllowed(action, failures);
  const healing = await heal(action, failures);
  // 5 Tell
  await tell(action, failures, { unread, rerun, healing });
}

/** The repository's own file over its organisation's, as everywhere. */
async function readLayers(at: At, { repository }: Occasion) {
  const organization = { ...at, repository: { owner: repository.owner, name: '.github' } };
  const isDefaults = repository.name.toLowerCase() === '.github';
  const [own, lower] = await Promise.all([
    readConfigText(at, repository.defaultBranch),
    isDefaults ? null : readConfigText(organization, null),
  ]);
  const file = `${repository.owner}/.github/${CONFIG_PATH}`;
  return [
    ...(lower ? [{ layer: 'organization' as const, file, ...lower }] : []),
    { layer: 'repository' as const, file: CONFIG_PATH, ...own },
  ];
}
