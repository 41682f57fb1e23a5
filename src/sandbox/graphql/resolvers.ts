import { z } from 'zod';
import { type Caller, callerKey } from '../auth/caller.ts';
import { canSee, type Need, requireAccess } from '../auth/permissions.ts';
import { iso } from '../clock.ts';
import { AutoMergeRefusedError, enableAutoMerge } from '../operations/auto-merge.ts';
import { type Cause, causeOf } from '../operations/cause.ts';
import { commitToBranch, HeadMovedError } from '../operations/commits.ts';
import { setDraft } from '../operations/pulls.ts';
import type { Platform } from '../platform.ts';
import { idOfNode } from '../state/ids.ts';
import type { PullRequest, Repository } from '../state/model.ts';
import { graphqlError, refusing } from './errors.ts';
import { commitNode, pullNode, refNode, repositoryNode } from './nodes.ts';
import { findObject, type ObjectArguments } from './objects.ts';

/** What every resolver is given beside its arguments. */
export interface GraphqlContext {
  platform: Platform;
  caller: Caller;
}

const base64 = z.base64();

const commitInput = z.object({
  branch: z.object({
    branchName: z.string().nullish(),
    id: z.string().nullish(),
    repositoryNameWithOwner: z.string().nullish(),
  }),
  clientMutationId: z.string().nullish(),
  expectedHeadOid: z.string(),
  fileChanges: z
    .object({
      additions: z.array(z.object({ contents: z.string(), path: z.string() })).default([]),
      deletions: z.array(z.object({ path: z.string() })).default([]),
    })
    .nullish(),
  message: z.object({ headline: z.string(), body: z.string().nullish() }),
});

const pullInput = z.object({ pullRequestId: z.string(), clientMutationId: z.string().nullish() });

const autoMergeInput = pullInput.extend({
  mergeMethod: z.enum(['MERGE', 'REBASE', 'SQUASH']).default('MERGE'),
  commitHeadline: z.string().nullish(),
  commitBody: z.string().nullish(),
  expectedHeadOid: z.string().nullish(),
});

const MERGE_METHODS = { MERGE: 'merge', SQUASH: 'squash', REBASE: 'rebase' } as const;

/** Field resolvers of the roots, in graphql-js's form for `rootValue`. */
export const rootValue = {
  repository: ({ owner, name }: { owner: string; name: string }, { platform, caller }: GraphqlContext) => {
    const repository = platform.state.repository(owner, name);
    if (!repository || !canSee(caller, repository)) {
      throw graphqlError('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`);
    }
    return {
      ...repositoryNode(platform, repository),
      object: (given: ObjectArguments, context: GraphqlContext) => findObject(repository, given, context),
    };
  },
  rateLimit: (_: object, { platform, caller }: GraphqlContext) => {
    const { limit, remaining, reset, used } = platform.limits.state(callerKey(caller));
    return { cost: 1, limit, remaining, used, resetAt: iso(new Date(reset * 1000)) };
  },
  createCommitOnBranch: ({ input }: { input: unknown }, context: GraphqlContext) =>
    refusing(() => createCommitOnBranch(input, context)),
  markPullRequestReadyForReview: ({ input }: { input: unknown }, context: GraphqlContext) =>
    refusing(() => changeDraft(pullInput.parse(input), context, false)),
  convertPullRequestToDraft: ({ input }: { input: unknown }, context: GraphqlContext) =>
    refusing(() => changeDraft(pullInput.parse(input), context, true)),
  enablePullRequestAutoMerge: ({ input }: { input: unknown }, context: GraphqlContext) =>
    refusing(() => autoMerge(input, context)),
};

/** Source: https://docs.github.com/en/graphql/reference/mutations#createcommitonbranch */
async function createCommitOnBranch(given: unknown, { platform, caller }: GraphqlContext) {
  const input = commitInput.parse(given);
  const { repository, branch } = findBranch(platform, input.branch);
  const cause = permitted(platform, caller, repository, [{ contents: 'write' }]);
  const head = repository.git.branch(branch);
  if (!head) throw graphqlError('NOT_FOUND', `Could not resolve to a ref with the name '${branch}'.`);
  const additions = input.fileChanges?.additions ?? [];
  const deletions = input.fileChanges?.deletions ?? [];
  const undecodable = additions.find((file) => !base64.safeParse(file.contents).success);
  if (undecodable) throw graphqlError('UNPROCESSABLE', `The contents of ${undecodable.path} are not Base64.`);
  const change = {
    branch,
    // This mutation knows no executable bit: every file that it writes is an ordinary one.
    files: Object.fromEntries([
      ...additions.map((file) => [file.path, { content: Buffer.from(file.contents, 'base64') }] as const),
      ...deletions.map((file) => [file.path, null] as const),
    ]),
    message: input.message.body ? `${input.message.headline}\n\n${input.message.body}` : input.message.headline,
    expectedHead: input.expectedHeadOid,
    signed: true,
  };
  const sha = await commitToBranch(platform, repository, change, cause).catch((error: unknown) => {
    if (!(error instanceof HeadMovedError)) throw error;
    throw graphqlError(
      'STALE_DATA',
      `Expected branch to point to "${input.expectedHeadOid}" but it did not. Pull and try again.`,
    );
  });
  return {
    clientMutationId: input.clientMutationId ?? null,
    commit: await commitNode(platform, repository, sha),
    ref: refNode(platform, repository, `refs/heads/${branch}`),
  };
}

/** A branch by its node id, or by repository and name; exactly one of the two ways. */
function findBranch(
  platform: Platform,
  wanted: z.infer<typeof commitInput>['branch'],
): { repository: Repository; branch: string } {
  const byName = wanted.repositoryNameWithOwner && wanted.branchName;
  if (Boolean(wanted.id) === Boolean(byName)) {
    throw graphqlError('UNPROCESSABLE', 'Specify either the id of the branch or its repositoryNameWithOwner and branchName.');
  }
  if (!byName) return branchOfNode(platform, wanted.id ?? '');
  const [owner = '', name = ''] = (wanted.repositoryNameWithOwner ?? '').split('/');
  const repository = platform.state.repository(owner, name);
  if (!repository) throw graphqlError('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`);
  return { repository, branch: (wanted.branchName ?? '').replace(/^refs\/heads\//, '') };
}

function branchOfNode(platform: Platform, id: string): { repository: Repository; branch: string } {
  const [, repositoryId, ref] = /^REF:(\d+):(.+)$/.exec(Buffer.from(id.replace(/^REF_/, ''), 'base64url').toString('utf8')) ?? [];
  const repository = platform.state.repositories.get(Number(repositoryId));
  if (!repository || !ref) throw graphqlError('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
  return { repository, branch: ref.replace(/^refs\/heads\//, '') };
}

async function changeDraft(input: z.infer<typeof pullInput>, { platform, caller }: GraphqlContext, draft: boolean) {
  const { repository, pull } = findPull(platform, input.pullRequestId);
  const cause = permitted(platform, caller, repository, [{ pull_requests: 'write' }]);
  await setDraft(platform, repository, pull, draft, cause);
  return { clientMutationId: input.clientMutationId ?? null, pullRequest: pullNode(platform, repository, pull) };
}

async function autoMerge(given: unknown, { platform, caller }: GraphqlContext) {
  const input = autoMergeInput.parse(given);
  const { repository, pull } = findPull(platform, input.pullRequestId);
  const cause = permitted(platform, caller, repository, [{ contents: 'write', pull_requests: 'write' }]);
  const method = MERGE_METHODS[input.mergeMethod];
  const facts = {
    method,
    expectedHead: input.expectedHeadOid ?? null,
    title: input.commitHeadline ?? '',
    message: input.commitBody ?? '',
  };
  try {
    enableAutoMerge(platform, repository, pull, facts, cause);
  } catch (error) {
    if (!(error instanceof AutoMergeRefusedError)) throw error;
    throw graphqlError('UNPROCESSABLE', error.message);
  }
  return { clientMutationId: input.clientMutationId ?? null, pullRequest: pullNode(platform, repository, pull) };
}

function findPull(platform: Platform, nodeId: string): { repository: Repository; pull: PullRequest } {
  const id = idOfNode('PR', nodeId);
  for (const repository of platform.state.repositories.values()) {
    const pull = [...repository.pulls.values()].find((one) => one.id === id);
    if (pull) return { repository, pull };
  }
  throw graphqlError('NOT_FOUND', `Could not resolve to a node with the global id of '${nodeId}'`);
}

/** Checks the permission and counts the content that is made. */
function permitted(platform: Platform, caller: Caller, repository: Repository, needs: readonly Need[]): Cause {
  requireAccess(caller, repository, needs);
  platform.limits.spendContent(callerKey(caller));
  return causeOf(caller);
}
