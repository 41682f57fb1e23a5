import { type ConfigLayer, type ConfigReading, layConfigs } from '../config/effective-config.ts';
import { CONFIG_PATH } from '../config/repository-config.ts';
import { type ConfigText, readConfigText, readConfigTextOfBranch } from '../github/config-text.ts';
import { findOrganizationDefault, saveOrganizationDefault } from '../store/repositories/organization-defaults.ts';
import type { Services } from './services.ts';
import type { Target } from './target.ts';

/** The repository of an owner that holds what counts for all its repositories, as GitHub's own community files do. */
const DEFAULTS_REPOSITORY = '.github';

export function isDefaultsRepository({ name }: { name: string }): boolean {
  return name.toLowerCase() === DEFAULTS_REPOSITORY;
}

/** What no push told of (Regreen is not installed there, a delivery was lost) counts after so long. */
const ORGANIZATION_DEFAULT_MS = 15 * 60_000;

/**
 * The configuration that counts: the default branch's, over the organisation's, over the server's. A pull request can't give
 * itself more rights by changing the file.
 * @param options `fresh` asks GitHub even if the file was read in the last minute: for what can't be taken back, such as money
 */
export async function readPolicy(target: Target, options: { fresh?: boolean } = {}): Promise<ConfigReading> {
  const known = policies.get(target) ?? readPolicyNow(target, options.fresh ?? false);
  policies.set(target, known);
  known.catch(() => policies.delete(target));
  return known;
}

/** One job goes by one policy, which it reads once. */
const policies = new WeakMap<Target, Promise<ConfigReading>>();

async function readPolicyNow(target: Target, fresh: boolean): Promise<ConfigReading> {
  const own = fresh ? readConfigText(target.at, target.repository.defaultBranch) : readCurrentConfig(target);
  const [text, lower] = await Promise.all([own, target.lowerLayers()]);
  return layConfigs([...lower, { layer: 'repository', file: CONFIG_PATH, ...text }]);
}

/** regreen.yml as it is on the default branch. */
export async function readCurrentConfig({ at, repository }: Target): Promise<ConfigText> {
  return readConfigTextOfBranch(at, repository.defaultBranch, repository.defaultBranchSha);
}

/** What lies under the configuration of a repository: the server's default and the organisation's. */
export async function readLowerLayers(
  services: Services,
  repository: { owner: string; name: string; installationId: number },
): Promise<ConfigLayer[]> {
  const server = services.serverDefault ? [services.serverDefault] : [];
  // There the organisation's file is the repository's own.
  if (isDefaultsRepository(repository)) return server;
  const file = `${repository.owner}/${DEFAULTS_REPOSITORY}/${CONFIG_PATH}`;
  return [...server, { layer: 'organization', file, ...(await readOrganizationDefault(services, repository)) }];
}

async function readOrganizationDefault(services: Services, { owner, installationId }: { owner: string; installationId: number }) {
  const now = services.now();
  const known = await findOrganizationDefault(services.database, owner, new Date(now.getTime() - ORGANIZATION_DEFAULT_MS));
  if (known) return known;
  const at = await services.github.at(installationId, { owner, name: DEFAULTS_REPOSITORY });
  const found = await readConfigText(at, null);
  await saveOrganizationDefault(services.database, owner, found, now);
  return found;
}
