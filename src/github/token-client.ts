import type { At } from './client.ts';
import { createOctokitClass } from './octokit.ts';
import { createRememberedReads } from './remembered-reads.ts';
import type { RepositoryName } from './types.ts';

/** The way to one repository with a token that somebody else has made, as workflows have one. */
export function atWithToken({
  token,
  apiUrl,
  repository,
  warn,
}: {
  token: string;
  /** The REST API, e.g. `https://api.github.com`. */
  apiUrl: string;
  repository: RepositoryName;
  /** Is told of waiting for rate limits. */
  warn: (message: string) => void;
}): At {
  const Client = createOctokitClass(() => {});
  const client = new Client({
    auth: { token },
    baseUrl: apiUrl,
    log: { debug: () => {}, info: () => {}, warn, error: warn },
  });
  return { client, repository, remembered: createRememberedReads()(0, repository) };
}

/** What a workflow knows of its repository when its event does not say so. */
export async function readRepository(at: At): Promise<{ id: number; defaultBranch: string }> {
  const { data } = await at.client.rest.repos.get({ owner: at.repository.owner, repo: at.repository.name });
  return { id: data.id, defaultBranch: data.default_branch };
}
