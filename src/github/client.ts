import type { ProbotOctokit } from 'probot';
import type { RememberedReads } from './remembered-reads.ts';
import type { RepositoryName } from './types.ts';

/** An Octokit that acts for one installation. */
export type Client = ProbotOctokit;

/** A client and the repository that it is used on: what every read and write starts from. */
export interface At {
  client: Client;
  repository: RepositoryName;
  /** What need not be read twice; left out, it is read each time. */
  remembered?: RememberedReads;
}

/** The parameters that every repository endpoint wants. */
export function ownerAndRepo({ repository }: At): { owner: string; repo: string } {
  return { owner: repository.owner, repo: repository.name };
}
