import { z } from 'zod';
import { diffText, fileChanges, listRevisions, mergeBase } from '../git/history.ts';
import { type Endpoint, endpoint, RawAnswer } from '../http/endpoint.ts';
import { idParameter, paginate } from '../http/pages.ts';
import { notFound, Refusal, validationFailed } from '../http/refusal.ts';
import { type Cause, causeOf } from '../operations/cause.ts';
import { refuseBadTitle, refuseLongBody } from '../operations/issues.ts';
import { refreshMerge } from '../operations/merge.ts';
import { closePull, createPull, mergePull, reopenPull } from '../operations/pulls.ts';
import { commitPayload, diffEntry } from '../payloads/commit.ts';
import { pullFigures, pullPayload, simplePull } from '../payloads/pull-request.ts';
import type { Platform } from '../platform.ts';
import type { PullRequest, Repository } from '../state/model.ts';
import { tellPull } from '../webhooks/pull-request.ts';

const READ = [{ pull_requests: 'read' }] as const;
const WRITE = [{ pull_requests: 'write' }] as const;
/** Source: https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files, "maximum of 3000 files"; …#list-commits: 250 */
const MAX_FILES = 3000;
const MAX_COMMITS = 250;

export function findPull(repository: Repository, number: string): PullRequest {
  const pull = repository.pulls.get(idParameter(number));
  if (!pull) throw notFound();
  return pull;
}

const createBody = z.object({
  title: z.string(),
  head: z.string().min(1),
  base: z.string().min(1),
  body: z.string().nullable().default(null),
  draft: z.boolean().default(false),
  maintainer_can_modify: z.boolean().optional(),
});

const updateBody = z.object({
  title: z.string().optional(),
  body: z.string().nullable().optional(),
  state: z.enum(['open', 'closed']).optional(),
  base: z.string().optional(),
  maintainer_can_modify: z.boolean().optional(),
});

/** The list's filters. Source: https://docs.github.com/en/rest/pulls/pulls#list-pull-requests */
function matches(pull: PullRequest, query: URLSearchParams): boolean {
  const state = query.get('state') ?? 'open';
  const head = query.get('head');
  const base = query.get('base');
  if (state !== 'all' && pull.issue.state !== state) return false;
  // A head without its owner is not understood and filters nothing.
  if (head?.includes(':') && head !== `${pull.head.repository.owner.login}:${pull.head.ref}`) return false;
  return base === null || pull.base.ref === base;
}

function sorted(pulls: PullRequest[], query: URLSearchParams): PullRequest[] {
  const field = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const direction = query.get('direction') === 'asc' ? 1 : -1;
  return pulls.sort(
    (a, b) => direction * (a.issue[field].getTime() - b.issue[field].getTime() || a.issue.number - b.issue.number),
  );
}

async function wholePull(platform: Platform, repository: Repository, pull: PullRequest) {
  return pullPayload(platform, repository, pull, await pullFigures(repository, pull));
}

async function update(
  platform: Platform,
  repository: Repository,
  pull: PullRequest,
  body: z.infer<typeof updateBody>,
  cause: Cause,
) {
  const { issue } = pull;
  if (body.title !== undefined) refuseBadTitle('PullRequest', body.title);
  refuseLongBody('PullRequest', body.body);
  if (body.base !== undefined) {
    const sha = repository.git.branch(body.base);
    if (!sha) throw validationFailed({ resource: 'PullRequest', field: 'base', code: 'invalid' });
    pull.base = { ref: body.base, sha };
    await refreshMerge(platform, repository, pull);
  }
  issue.title = body.title ?? issue.title;
  issue.body = body.body === undefined ? issue.body : body.body;
  issue.updatedAt = platform.clock.now();
  const edited = body.title !== undefined || body.body !== undefined || body.base !== undefined;
  if (edited) await tellPull(platform, repository, pull, 'edited', cause.actor);
  if (body.state === 'closed' && issue.state === 'open') await closePull(platform, repository, pull, cause);
  if (body.state === 'open' && issue.state === 'closed') await reopenPull(platform, repository, pull, cause);
}

const pullRequestRoutes: Endpoint[] = [
  endpoint('get', '/repos/{owner}/{repo}/pulls', {
    access: READ,
    source: 'pulls/pulls#list-pull-requests',
    handle: (call) => {
      const { platform, repository, query } = call;
      const pulls = sorted(
        [...repository.pulls.values()].filter((pull) => matches(pull, query)),
        query,
      );
      const page = paginate(call, pulls);
      return { status: 200, body: page.items.map((pull) => simplePull(platform, repository, pull)), headers: page.headers };
    },
  }),
  endpoint('post', '/repos/{owner}/{repo}/pulls', {
    access: WRITE,
    source: 'pulls/pulls#create-a-pull-request',
    body: createBody,
    handle: async ({ platform, repository, body, caller }) => {
      const { maintainer_can_modify: maintainerCanModify, ...facts } = body;
      const asked = { ...facts, ...(maintainerCanModify === undefined ? {} : { maintainerCanModify }) };
      const pull = await createPull(platform, repository, asked, causeOf(caller));
      return { status: 201, body: await wholePull(platform, repository, pull) };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/pulls/{pull_number}', {
    access: READ,
    source: 'pulls/pulls#get-a-pull-request',
    handle: async ({ platform, repository, params, accept }) => {
      const pull = findPull(repository, params.pull_number);
      if (accept.includes('.diff')) {
        const start = (await mergeBase(repository.git, pull.base.sha, pull.head.sha)) ?? pull.base.sha;
        return new RawAnswer('application/vnd.github.diff; charset=utf-8', await diffText(repository.git, start, pull.head.sha));
      }
      return { status: 200, body: await wholePull(platform, repository, pull) };
    },
  }),
  endpoint('patch', '/repos/{owner}/{repo}/pulls/{pull_number}', {
    access: WRITE,
    source: 'pulls/pulls#update-a-pull-request',
    body: updateBody,
    handle: async ({ platform, repository, params, body, caller }) => {
      const pull = findPull(repository, params.pull_number);
      await update(platform, repository, pull, body, causeOf(caller));
      return { status: 200, body: await wholePull(platform, repository, pull) };
    },
  }),
];

const insideRoutes: Endpoint[] = [
  endpoint('get', '/repos/{owner}/{repo}/pulls/{pull_number}/files', {
    access: READ,
    source: 'pulls/pulls#list-pull-requests-files',
    handle: async (call) => {
      const { platform, repository, params } = call;
      const pull = findPull(repository, params.pull_number);
      const start = await mergeBase(repository.git, pull.base.sha, pull.head.sha);
      const page = paginate(call, (await fileChanges(repository.git, start, pull.head.sha)).slice(0, MAX_FILES));
      const body = page.items.map((file) => ({ ...diffEntry(platform, repository, pull.head.sha, file), sha: file.sha }));
      return { status: 200, body, headers: page.headers };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/pulls/{pull_number}/commits', {
    access: READ,
    source: 'pulls/pulls#list-commits-on-a-pull-request',
    handle: async (call) => {
      const { platform, repository, params } = call;
      const pull = findPull(repository, params.pull_number);
      const shas = (await listRevisions(repository.git, { from: pull.head.sha, without: pull.base.sha }))
        .reverse()
        .slice(0, MAX_COMMITS);
      const page = paginate(call, shas);
      const commits = await Promise.all(page.items.map((sha) => repository.git.commit(sha)));
      const body = commits.flatMap((commit) => (commit ? [commitPayload(platform, repository, commit)] : []));
      return { status: 200, body, headers: page.headers };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/pulls/{pull_number}/merge', {
    access: READ,
    source: 'pulls/pulls#check-if-a-pull-request-has-been-merged',
    handle: ({ repository, params }) => {
      if (!findPull(repository, params.pull_number).mergedAt) throw notFound();
      return { status: 204 };
    },
  }),
  endpoint('put', '/repos/{owner}/{repo}/pulls/{pull_number}/merge', {
    access: [{ contents: 'write' }],
    source: 'pulls/pulls#merge-a-pull-request',
    content: true,
    body: z.object({
      commit_title: z.string().optional(),
      commit_message: z.string().optional(),
      sha: z.string().optional(),
      merge_method: z.enum(['merge', 'squash', 'rebase']).default('merge'),
    }),
    handle: async ({ platform, repository, params, body, caller }) => {
      const pull = findPull(repository, params.pull_number);
      if (pull.mergedAt) throw new Refusal(405, 'Pull Request is not mergeable');
      const options = {
        method: body.merge_method,
        ...(body.commit_title === undefined ? {} : { title: body.commit_title }),
        ...(body.commit_message === undefined ? {} : { message: body.commit_message }),
        ...(body.sha === undefined ? {} : { sha: body.sha }),
      };
      const sha = await mergePull(platform, repository, pull, options, causeOf(caller));
      return { status: 200, body: { sha, merged: true, message: 'Pull Request successfully merged' } };
    },
  }),
  endpoint('post', '/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers', {
    access: WRITE,
    source: 'pulls/review-requests#request-reviewers-for-a-pull-request',
    body: z.object({ reviewers: z.array(z.string()).default([]) }),
    handle: ({ platform, repository, params, body }) => {
      const pull = findPull(repository, params.pull_number);
      const accounts = body.reviewers.map((login) => {
        const account = platform.state.account(login);
        // Source: same page, 422 "if user is not a collaborator"
        const known = account && (account.id === repository.owner.id || repository.collaborators.has(account.login));
        if (!account || !known) throw new Refusal(422, 'Reviews may only be requested from collaborators.');
        if (account.id === pull.issue.user.id) throw new Refusal(422, 'Review cannot be requested from pull request author.');
        return account;
      });
      pull.requestedReviewers = [...new Set([...pull.requestedReviewers, ...accounts])];
      return { status: 201, body: simplePull(platform, repository, pull) };
    },
  }),
];

export const pullRoutes: Endpoint[] = [...pullRequestRoutes, ...insideRoutes];
