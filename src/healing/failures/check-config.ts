import { layConfigs } from '../../config/effective-config.ts';
import { CONFIG_PATH } from '../../config/repository-config.ts';
import { CONFIG_CHECK_NAME, createCheckRun, findCheckRun, updateCheckRun } from '../../github/check-runs.ts';
import { readConfigText } from '../../github/config-text.ts';
import { changesPath } from '../../github/reads.ts';
import { brokenConfigContent, type DecisionChange, validConfigContent } from '../../github/texts/config-report.ts';
import { outcomeOf } from '../../policy/outcome.ts';
import type { JobData } from '../../queue/queues.ts';
import { newestFailures } from '../../store/incidents/known-failures.ts';
import { readRepositoryMatchers } from '../repository-matchers.ts';
import { readCurrentConfig, readPolicy } from '../repository-policy.ts';
import type { Services } from '../services.ts';
import { findTarget, type Target } from '../target.ts';
import { decideAgain } from './decide-again.ts';

type ConfigJob = Extract<JobData['remedies'], { kind: 'config' }>;

/** So many of the newest failures are decided anew. */
const FAILURES_DECIDED_AGAIN = 20;

/**
 * Says on a commit that changes regreen.yml, or problem matchers that it may name, whether they are right, or which line is
 * not; and what would have become of the newest failures under it.
 */
export async function checkConfig(services: Services, job: ConfigJob): Promise<void> {
  const target = await findTarget(services, job);
  // 1 Read the files as they are in that commit
  const own = await readConfigText(target.at, job.headSha);
  if (own.text === null && own.readable && job.pullRequestNumber === undefined) return;
  if (!(await isChanged(target, job, own.text))) return;
  const proposed = layConfigs([...(await target.lowerLayers()), { layer: 'repository', file: CONFIG_PATH, ...own }]);
  const { broken } = await readRepositoryMatchers(target, proposed.config, job.headSha);
  const faults = proposed.faults.filter(({ layer }) => layer === 'repository');
  const wrong = faults.length > 0 ? { path: CONFIG_PATH, faults } : broken[0];
  const kind = faults.length > 0 ? 'configuration' : 'problem-matchers';
  // 2 What would be decided otherwise
  const around = {
    repository: `${target.repository.owner}/${target.repository.name}`,
    defaultBranch: target.repository.defaultBranch,
    agents: services.agent === null ? [] : [services.agent.backend],
  };
  const current = await readPolicy(target);
  const failures = wrong ? [] : await newestFailures(services.database, target.repository.id, FAILURES_DECIDED_AGAIN);
  const changes = failures.map((failure): DecisionChange => {
    const [now, then] = [current, proposed].map((policy) => outcomeOf(decideAgain(failure, policy, around)));
    return { ...failure, current: now ?? NOTHING, proposed: then ?? NOTHING };
  });
  // 3 Say it, in the place of an earlier attempt
  const { content, annotations } =
    wrong !== undefined
      ? brokenConfigContent(kind, wrong.path, wrong.faults)
      : { content: validConfigContent(CONFIG_PATH, proposed.config.mode, changes), annotations: [] };
  const check = { name: CONFIG_CHECK_NAME, headSha: job.headSha, externalId: `config:${job.headSha}` };
  const found = await findCheckRun(target.at, check, services.github.appId);
  if (found === null) await createCheckRun(target.at, check, content, annotations);
  else await updateCheckRun(target.at, found, content, []);
}

const NOTHING = { done: [], asked: [] };

/** A pull request is only spoken to about a file that it changes itself; a branch may also just be older. */
async function isChanged(target: Target, job: ConfigJob, text: string | null): Promise<boolean> {
  if (job.pullRequestNumber === undefined) return true;
  const { text: current } = await readCurrentConfig(target);
  return current !== text && changesPath(target.at, job.pullRequestNumber, CONFIG_PATH);
}
