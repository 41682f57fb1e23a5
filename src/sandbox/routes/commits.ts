import { diffText, fileChanges, listRevisions, mergeBase } from '../git/history.ts';
import type { Commit } from '../git/objects.ts';
import { type Endpoint, endpoint, RawAnswer } from '../http/endpoint.ts';
import { paginate } from '../http/pages.ts';
import { notFound, Refusal } from '../http/refusal.ts';
import { commitPayload, diffEntry } from '../payloads/commit.ts';
import { simplePull } from '../payloads/pull-request.ts';
import type { Repository } from '../state/model.ts';
import { networkRoot } from '../state/state.ts';

const READ = [{ contents: 'read' }] as const;
/** Source: https://docs.github.com/en/rest/commits/commits#compare-two-commits: "up to 300 changed files" */
const MAX_COMPARED_FILES = 300;

async function commitAt(repository: Repository, ref: string): Promise<Commit> {
  const sha = await repository.git.resolve(ref);
  const commit = sha ? await repository.git.commit(sha) : null;
  if (!commit) throw new Refusal(422, `No commit found for SHA: ${ref}`);
  return commit;
}

async function commitsOf(repository: Repository, shas: readonly string[]): Promise<Commit[]> {
  const commits = await Promise.all(shas.map((sha) => repository.git.commit(sha)));
  return commits.filter((commit) => commit !== null);
}

/** `base...head`, where either may be `owner:branch` of the same network. */
async function comparedCommit(repository: Repository, name: string, all: Iterable<Repository>): Promise<Commit> {
  const colon = name.indexOf(':');
  if (colon < 0) {
    const sha = await repository.git.resolve(name);
    const commit = sha ? await repository.git.commit(sha) : null;
    if (!commit) throw notFound();
    return commit;
  }
  const owner = name.slice(0, colon);
  const other = [...all].find((one) => one.owner.login === owner && networkRoot(one) === networkRoot(repository));
  const sha = other?.git.branch(name.slice(colon + 1));
  if (!other || !sha) throw notFound();
  await repository.git.fetchRef(other.git, sha, `refs/sandbox/compare-${other.id}`);
  return commitAt(repository, sha);
}

export const commitRoutes: Endpoint[] = [
  endpoint('get', '/repos/{owner}/{repo}/branches', {
    access: READ,
    source: 'branches/branches#list-branches',
    handle: (call) => {
      const { platform, repository } = call;
      const page = paginate(call, repository.git.listRefs('refs/heads/'));
      const url = platform.urls.repository(repository);
      const body = page.items.map(([ref, sha]) => ({
        name: ref.slice('refs/heads/'.length),
        commit: { sha, url: `${url}/commits/${sha}` },
        protected: repository.protectedBranches.has(ref.slice('refs/heads/'.length)),
      }));
      return { status: 200, body, headers: page.headers };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/branches/{branch}', {
    access: READ,
    source: 'branches/branches#get-a-branch',
    handle: async ({ platform, repository, params }) => {
      const sha = repository.git.branch(params.branch);
      if (!sha) throw new Refusal(404, 'Branch not found');
      const url = `${platform.urls.repository(repository)}/branches/${encodeURIComponent(params.branch)}`;
      const html = `${platform.urls.repositoryPage(repository)}/tree/${params.branch}`;
      return {
        status: 200,
        body: {
          name: params.branch,
          commit: commitPayload(platform, repository, await commitAt(repository, sha)),
          _links: { self: url, html },
          protected: repository.protectedBranches.has(params.branch),
          protection: {
            enabled: repository.protectedBranches.has(params.branch),
            required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] },
          },
          protection_url: `${url}/protection`,
        },
      };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/commits', {
    access: READ,
    source: 'commits/commits#list-commits',
    handle: async (call) => {
      const { platform, repository, query } = call;
      const head = await repository.git.resolve(query.get('sha') ?? repository.defaultBranch);
      if (!head) throw new Refusal(409, 'Git Repository is empty.');
      const path = query.get('path');
      const shas = await listRevisions(repository.git, { from: head, ...(path ? { path } : {}) });
      const page = paginate(call, shas);
      const commits = await commitsOf(repository, page.items);
      return { status: 200, body: commits.map((commit) => commitPayload(platform, repository, commit)), headers: page.headers };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/commits/{ref}', {
    access: READ,
    source: 'commits/commits#get-a-commit',
    handle: async ({ platform, repository, params, accept }) => {
      const commit = await commitAt(repository, params.ref);
      const [parent] = commit.parents;
      if (accept.includes('.sha')) return new RawAnswer('application/vnd.github.sha; charset=utf-8', commit.sha);
      if (accept.includes('.diff') && parent) {
        return new RawAnswer('application/vnd.github.diff; charset=utf-8', await diffText(repository.git, parent, commit.sha));
      }
      const files = await fileChanges(repository.git, parent ?? null, commit.sha);
      return { status: 200, body: commitPayload(platform, repository, commit, files) };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/commits/{commit_sha}/pulls', {
    access: [{ pull_requests: 'read' }, { contents: 'read' }],
    source: 'commits/commits#list-pull-requests-associated-with-a-commit',
    handle: async (call) => {
      const { platform, repository, params } = call;
      const pulls = [...repository.pulls.values()].filter(
        (pull) => pull.head.sha === params.commit_sha || pull.mergeCommitSha === params.commit_sha,
      );
      const page = paginate(call, pulls);
      return { status: 200, body: page.items.map((pull) => simplePull(platform, repository, pull)), headers: page.headers };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/compare/{basehead}', {
    access: READ,
    source: 'commits/commits#compare-two-commits',
    handle: async ({ platform, repository, params }) => {
      const [baseName, headName] = params.basehead.split('...');
      if (!baseName || !headName) throw notFound();
      const all = platform.state.repositories.values();
      const base = await comparedCommit(repository, baseName, all);
      const head = await comparedCommit(repository, headName, platform.state.repositories.values());
      const start = await mergeBase(repository.git, base.sha, head.sha);
      if (!start) throw new Refusal(404, `No common ancestor between ${baseName} and ${headName}.`);
      const [ahead, behind, files] = await Promise.all([
        listRevisions(repository.git, { from: head.sha, without: base.sha }),
        listRevisions(repository.git, { from: base.sha, without: head.sha }),
        fileChanges(repository.git, start, head.sha),
      ]);
      const url = `${platform.urls.repository(repository)}/compare/${params.basehead}`;
      const page = `${platform.urls.repositoryPage(repository)}/compare/${params.basehead}`;
      const commits = await commitsOf(repository, [...ahead].reverse().slice(0, 250));
      return {
        status: 200,
        body: {
          url,
          html_url: page,
          permalink_url: page,
          diff_url: `${page}.diff`,
          patch_url: `${page}.patch`,
          base_commit: commitPayload(platform, repository, base),
          merge_base_commit: commitPayload(platform, repository, await commitAt(repository, start)),
          status: comparison(ahead.length, behind.length),
          ahead_by: ahead.length,
          behind_by: behind.length,
          total_commits: ahead.length,
          commits: commits.map((commit) => commitPayload(platform, repository, commit)),
          files: files.slice(0, MAX_COMPARED_FILES).map((file) => diffEntry(platform, repository, head.sha, file)),
        },
      };
    },
  }),
];

function comparison(ahead: number, behind: number): 'diverged' | 'ahead' | 'behind' | 'identical' {
  if (ahead > 0) return behind > 0 ? 'diverged' : 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}
