import { createAppAuth } from '@octokit/auth-app';
import { ProbotOctokit } from 'probot';
import { describe, expect, it } from 'vitest';
import { refusal, scene } from './support.ts';

/** Protects the limits that Regreen's spacing and retries are tested against. */
describe('rate limits', () => {
  it('stand on every answer, and end in a refusal that says when to come back', async () => {
    const { sandbox, octokit, clock, at } = await scene();
    sandbox.setLimits({ requestsPerHour: 3 });
    const first = await octokit.rest.repos.get(at);
    expect(first.headers).toMatchObject({ 'x-ratelimit-limit': '3', 'x-ratelimit-remaining': '2', 'x-ratelimit-used': '1' });
    await octokit.rest.repos.get(at);
    await octokit.rest.repos.get(at);
    const refused = await refusal(octokit.rest.repos.get(at));
    expect(refused.status).toBe(403);
    expect(refused.message).toContain('API rate limit exceeded');
    const reset = Number(refused.headers['x-ratelimit-reset']);
    expect(refused.headers['x-ratelimit-remaining']).toBe('0');
    expect(reset * 1000).toBe(clock.now().getTime() + 60 * 60 * 1000);
  });

  it('let a request go free that is answered with 304', async () => {
    const { octokit, at } = await scene();
    const first = await octokit.rest.repos.get(at);
    const again = await refusal(octokit.rest.repos.get({ ...at, headers: { 'if-none-match': first.headers.etag ?? '' } }));
    expect(again.status).toBe(304);
    const rate = await octokit.rest.rateLimit.get();
    expect(rate.data.rate.used).toBe(1);
  });

  it('refuse content made too fast, points spent too fast, and too much at once', async () => {
    const { sandbox, octokit, clock, at } = await scene();
    sandbox.setLimits({ contentPerMinute: 2 });
    await octokit.rest.issues.create({ ...at, title: 'One' });
    await octokit.rest.issues.create({ ...at, title: 'Two' });
    const refused = await refusal(octokit.rest.issues.create({ ...at, title: 'Three' }));
    expect(refused).toMatchObject({ status: 403, headers: { 'retry-after': '60' } });
    expect(refused.message).toContain('You have exceeded a secondary rate limit');
    clock.advance(60_000);
    await octokit.rest.issues.create({ ...at, title: 'Three' });
    sandbox.setLimits({ pointsPerMinute: 6 });
    expect((await refusal(octokit.rest.issues.create({ ...at, title: 'Four' }))).message).toContain('secondary rate limit');
    sandbox.setLimits({ pointsPerMinute: 900, concurrentRequests: 0 });
    expect((await refusal(octokit.rest.repos.get(at))).message).toContain('secondary rate limit');
  });

  it('can ask for a pause between writes', async () => {
    const { sandbox, octokit, clock, at } = await scene();
    sandbox.setLimits({ writeSpacingMs: 1000 });
    await octokit.rest.issues.create({ ...at, title: 'One' });
    expect(await refusal(octokit.rest.issues.create({ ...at, title: 'Two' }))).toMatchObject({ headers: { 'retry-after': '1' } });
    clock.advance(1000);
    expect((await octokit.rest.issues.create({ ...at, title: 'Two' })).status).toBe(201);
  });

  it('count GraphQL mutations as content', async () => {
    const { sandbox, octokit, repository } = await scene();
    sandbox.setLimits({ contentPerMinute: 0 });
    const input = {
      branch: { repositoryNameWithOwner: 'acme/widgets', branchName: 'main' },
      expectedHeadOid: repository.git.branch('main'),
      message: { headline: 'x' },
    };
    const mutation = 'mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }';
    expect((await refusal(octokit.graphql(mutation, { input }))).message).toContain('secondary rate limit');
  });

  it('are seen by Octokit’s throttling', async () => {
    const { sandbox, installation, at } = await scene();
    const seen: string[] = [];
    const octokit = new ProbotOctokit({
      baseUrl: sandbox.apiUrl,
      authStrategy: createAppAuth,
      auth: { appId: sandbox.app.id, privateKey: sandbox.app.privateKey, installationId: installation.id },
      retry: { enabled: false },
      throttle: {
        onRateLimit: () => {
          seen.push('primary');
          return false;
        },
        onSecondaryRateLimit: () => {
          seen.push('secondary');
          return false;
        },
      },
      log: { debug() {}, info() {}, warn() {}, error() {} },
    });
    await octokit.rest.repos.get(at);
    sandbox.setLimits({ concurrentRequests: 0 });
    await refusal(octokit.rest.repos.get(at));
    sandbox.setLimits({ concurrentRequests: 100, requestsPerHour: 1 });
    await refusal(octokit.rest.repos.get(at));
    expect(seen).toEqual(['secondary', 'primary']);
  });
});
