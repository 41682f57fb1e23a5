import { describe, expect, it } from 'vitest';
import { scene } from './support.ts';

/** Protects what GitHub promises to writers who act at the same time: one wins, the others are refused, nothing is made twice. */
describe('at the same time', () => {
  it('one ref, one pull request and one merge are made', async () => {
    const { sandbox, octokit, repository, owner, at } = await scene();
    const sha = await sandbox.people.push({ repository, branch: 'feature', actor: owner, files: { b: 'b' } });
    const five = Array.from({ length: 5 });
    const fulfilled = async (requests: Promise<unknown>[]) =>
      (await Promise.allSettled(requests)).filter((one) => one.status === 'fulfilled').length;

    expect(await fulfilled(five.map(() => octokit.rest.git.createRef({ ...at, ref: 'refs/heads/x', sha })))).toBe(1);
    expect(
      await fulfilled(five.map(() => octokit.rest.pulls.create({ ...at, head: 'feature', base: 'main', title: 'One' }))),
    ).toBe(1);
    expect(repository.pulls.size).toBe(1);
    const [number] = repository.pulls.keys();
    expect(await fulfilled(five.map(() => octokit.rest.pulls.merge({ ...at, pull_number: number ?? 0 })))).toBe(1);
    await sandbox.idle();
    expect(sandbox.state.requests.filter((request) => request.status >= 500)).toEqual([]);
  });

  it('every exchange can be recorded whole', async () => {
    const exchanges: string[] = [];
    const { octokit, at } = await scene({
      recorder: ({ method, route, status, requestBody, responseBody }) =>
        exchanges.push(`${method} ${route} ${status} ${requestBody} ${responseBody.slice(0, 1)}`),
    });
    await octokit.rest.issues.create({ ...at, title: 'One' });
    expect(exchanges.at(-1)).toBe('POST /repos/{owner}/{repo}/issues 201 {"title":"One"} {');
  });
});
