import { unprocessable, validationFailed } from '../http/refusal.ts';
import type { Platform } from '../platform.ts';
import type { Account, CommitStatus, Repository } from '../state/model.ts';
import { tellStatus } from '../webhooks/checks.ts';

/** Source: https://docs.github.com/en/rest/commits/statuses: "1000 statuses per sha and context"; a description has 140 characters. */
const MAX_STATUSES = 1000;
const MAX_DESCRIPTION = 140;

export interface NewStatus {
  sha: string;
  state: CommitStatus['state'];
  context?: string;
  description?: string | null;
  targetUrl?: string | null;
}

export async function addStatus(
  platform: Platform,
  repository: Repository,
  facts: NewStatus,
  creator: Account,
): Promise<CommitStatus> {
  if (!(await repository.git.commit(facts.sha))) throw unprocessable(`No commit found for SHA: ${facts.sha}`);
  if (facts.description && facts.description.length > MAX_DESCRIPTION) {
    throw validationFailed({
      resource: 'Status',
      field: 'description',
      code: 'custom',
      message: `description is too long (maximum is ${MAX_DESCRIPTION} characters)`,
    });
  }
  const context = facts.context ?? 'default';
  const known = repository.statuses.filter((one) => one.sha === facts.sha && one.context === context);
  if (known.length >= MAX_STATUSES) throw unprocessable('This SHA and context has reached the maximum number of statuses.');
  const status: CommitStatus = {
    id: platform.state.ids.take('status'),
    sha: facts.sha,
    state: facts.state,
    context,
    description: facts.description ?? null,
    targetUrl: facts.targetUrl ?? null,
    creator,
    createdAt: platform.clock.now(),
  };
  repository.statuses.push(status);
  await tellStatus(platform, repository, status);
  platform.state.changed();
  return status;
}
