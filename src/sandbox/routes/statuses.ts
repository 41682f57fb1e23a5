import { z } from 'zod';
import { type Endpoint, endpoint } from '../http/endpoint.ts';
import { paginate } from '../http/pages.ts';
import { notFound } from '../http/refusal.ts';
import { addStatus } from '../operations/statuses.ts';
import { simpleStatus, statusPayload } from '../payloads/check.ts';
import { minimalRepository } from '../payloads/repository.ts';
import type { CommitStatus } from '../state/model.ts';

const READ = [{ statuses: 'read' }] as const;

/** Source: https://docs.github.com/en/rest/commits/statuses#get-the-combined-status-for-a-specific-reference */
function combined(statuses: readonly CommitStatus[]): 'failure' | 'pending' | 'success' {
  if (statuses.some((one) => one.state === 'error' || one.state === 'failure')) return 'failure';
  return statuses.length === 0 || statuses.some((one) => one.state === 'pending') ? 'pending' : 'success';
}

export const statusRoutes: Endpoint[] = [
  endpoint('post', '/repos/{owner}/{repo}/statuses/{sha}', {
    access: [{ statuses: 'write' }],
    source: 'commits/statuses#create-a-commit-status',
    body: z.object({
      state: z.enum(['error', 'failure', 'pending', 'success']),
      target_url: z.string().nullable().default(null),
      description: z.string().nullable().default(null),
      context: z.string().default('default'),
    }),
    handle: async ({ platform, repository, params, body, actor }) => {
      const { target_url: targetUrl, ...facts } = body;
      const status = await addStatus(platform, repository, { ...facts, targetUrl, sha: params.sha }, actor());
      return { status: 201, body: statusPayload(platform, repository, status) };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/commits/{ref}/statuses', {
    access: READ,
    source: 'commits/statuses#list-commit-statuses-for-a-reference',
    handle: async (call) => {
      const { platform, repository, params } = call;
      const sha = await repository.git.resolve(params.ref);
      const page = paginate(call, repository.statuses.filter((one) => one.sha === sha).reverse());
      return { status: 200, body: page.items.map((one) => statusPayload(platform, repository, one)), headers: page.headers };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/commits/{ref}/status', {
    access: READ,
    source: 'commits/statuses#get-the-combined-status-for-a-specific-reference',
    handle: async ({ platform, repository, params }) => {
      const sha = await repository.git.resolve(params.ref);
      if (!sha) throw notFound();
      const ofCommit = repository.statuses.filter((one) => one.sha === sha);
      const newest = [...new Map(ofCommit.map((one): [string, CommitStatus] => [one.context, one])).values()];
      const url = platform.urls.repository(repository);
      return {
        status: 200,
        body: {
          state: combined(newest),
          statuses: newest.map((one) => simpleStatus(platform, repository, one)),
          sha,
          total_count: newest.length,
          repository: minimalRepository(platform.urls, repository),
          commit_url: `${url}/commits/${sha}`,
          url: `${url}/commits/${sha}/status`,
        },
      };
    },
  }),
];
