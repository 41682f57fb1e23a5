import { readRepositoryConfig } from '../config/effective-config.ts';
import { CONFIG_PATH } from '../config/repository-config.ts';
import { CONFIG_CHECK_NAME, createCheckRun, findCheckRun, updateCheckRun } from '../github/check-runs.ts';
import { readFile } from '../github/reads.ts';
import { brokenConfigContent, validConfigContent } from '../github/texts/config-report.ts';
import type { JobData } from '../queue/queues.ts';
import { readRepositoryMatchers } from './repository-matchers.ts';
import type { Services } from './services.ts';
import { findTarget } from './target.ts';

/** Says on a commit that changes regreen.yml, or problem matchers that it may name, whether they are right, or which line is not. */
export async function checkConfig(services: Services, job: Extract<JobData['remedies'], { kind: 'config' }>): Promise<void> {
  const target = await findTarget(services, job);
  // 1 Read the files as they are in that commit
  const text = await readFile(target.at, CONFIG_PATH, job.headSha);
  if (text === null) return;
  const reading = readRepositoryConfig(text);
  const { broken } = await readRepositoryMatchers(target, reading.config, job.headSha);
  const wrong = reading.faults.length > 0 ? { path: CONFIG_PATH, faults: reading.faults } : broken[0];
  // 2 Say it, in the place of an earlier attempt
  const { content, annotations } =
    wrong !== undefined
      ? brokenConfigContent(wrong.path, wrong.faults)
      : { content: validConfigContent(CONFIG_PATH, reading.config.mode), annotations: [] };
  const check = { name: CONFIG_CHECK_NAME, headSha: job.headSha, externalId: `config:${job.headSha}` };
  const found = await findCheckRun(target.at, check, services.github.appId);
  if (found === null) await createCheckRun(target.at, check, content, annotations);
  else await updateCheckRun(target.at, found, content, []);
}
