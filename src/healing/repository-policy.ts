import { type ConfigReading, readRepositoryConfig } from '../config/effective-config.ts';
import { CONFIG_PATH } from '../config/repository-config.ts';
import { readFile } from '../github/reads.ts';
import type { Target } from './target.ts';

/**
 * The configuration that counts: the default branch's. A pull request can't give itself more rights by changing the
 * file.
 */
export async function readPolicy({ at, repository }: Target): Promise<ConfigReading> {
  return readRepositoryConfig(await readFile(at, CONFIG_PATH, repository.defaultBranch));
}
