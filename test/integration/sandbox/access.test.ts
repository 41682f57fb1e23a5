import { createSign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { octokitFor, octokitWith, otherKey, refusal, scene, WITHOUT_WORKFLOWS } from './support.ts';

/** Protects the claim that the sandbox lets nobody in whom GitHub would keep out. */

function jwt(privateKey: string, claims: Record<string, unknown>, algorithm = 'RS256'): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${encode({ alg: algorithm, typ: 'JWT' })}.${encode(claims)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey).toString('base64url')}`;
}

describe('the app’s JWT', () => {
  it.each<[string, (now: number, id: number) => Record<string, unknown>, string]>([
    ['has ended', (now, id) => ({ iat: now - 700, exp: now - 1, iss: id }), "'exp'"],
    ['ends too far ahead', (now, id) => ({ iat: now, exp: now + 3600, iss: id }), 'too far in the future'],
    ['was issued in the future', (now, id) => ({ iat: now + 600, exp: now + 650, iss: id }), "'iat'"],
    ['is of another app', (now) => ({ iat: now, exp: now + 60, iss: 1 }), 'Integration not found'],
    ['has no times', (_now, id) => ({ iss: id }), 'could not be decoded'],
  ])('is refused when it %s', async (_name, claims, message) => {
    const { sandbox, clock } = await scene();
    const now = Math.floor(clock.now().getTime() / 1000);
    const token = jwt(sandbox.app.privateKey, claims(now, sandbox.app.id));
    const refused = await refusal(octokitWith(sandbox, token).request('GET /app'));
    expect(refused.status).toBe(401);
    expect(refused.message).toContain(message);
  });

  it('is refused when another key has signed it, or its algorithm is another', async () => {
    const { sandbox, clock } = await scene();
    const now = Math.floor(clock.now().getTime() / 1000);
    const claims = { iat: now, exp: now + 60, iss: sandbox.app.id };
    for (const token of [jwt(otherKey(), claims), jwt(sandbox.app.privateKey, claims, 'none')]) {
      expect((await refusal(octokitWith(sandbox, token).request('GET /app'))).status).toBe(401);
    }
    const good = jwt(sandbox.app.privateKey, { ...claims, iss: sandbox.app.clientId });
    expect((await octokitWith(sandbox, good).request('GET /app')).data?.slug).toBe('regreen');
  });
});

describe('installation tokens', () => {
  it('have today’s form and length, end after an hour, and reach only their repositories', async () => {
    const { sandbox, clock, appOctokit, installation, owner, at } = await scene();
    const secret = await sandbox.people.createRepository({ owner, name: 'secret', private: true, files: { a: 'b' } });
    const made = await appOctokit.rest.apps.createInstallationAccessToken({
      installation_id: installation.id,
      repositories: ['widgets'],
    });
    expect(made.data.token).toMatch(/^ghs_[A-Za-z0-9._-]{36,}$/);
    expect(made.data.token.length).toBeGreaterThan(500);
    expect(made.data.token.length).toBeLessThan(540);
    const octokit = octokitWith(sandbox, made.data.token);
    expect((await octokit.rest.apps.listReposAccessibleToInstallation()).data.total_count).toBe(1);
    expect((await octokit.rest.repos.get(at)).data.full_name).toBe('acme/widgets');
    expect((await refusal(octokit.rest.repos.get({ owner: 'acme', repo: secret.name }))).status).toBe(404);
    clock.advance(60 * 60 * 1000);
    expect(await refusal(octokit.rest.repos.get(at))).toMatchObject({ status: 401 });
  });

  it('are never wider than the installation', async () => {
    const { appOctokit, installation } = await scene();
    const wider = appOctokit.request('POST /app/installations/{installation_id}/access_tokens', {
      installation_id: installation.id,
      permissions: { statuses: 'write' },
    });
    expect((await refusal(wider)).status).toBe(422);
    const unknown = appOctokit.rest.apps.createInstallationAccessToken({
      installation_id: installation.id,
      repositories: ['nowhere'],
    });
    expect((await refusal(unknown)).status).toBe(422);
  });
});

describe('permissions', () => {
  it('that app.yml does not ask for are refused, by name', async () => {
    const { octokit, repository, at } = await scene();
    const sha = repository.git.branch('main') ?? '';
    const refused = await refusal(octokit.rest.repos.createCommitStatus({ ...at, sha, state: 'success' }));
    expect(refused).toMatchObject({ status: 403, headers: { 'x-accepted-github-permissions': 'statuses=write' } });
    expect(refused.message).toContain('Resource not accessible by integration');
  });

  it('of an installation that were not granted are refused', async () => {
    const { sandbox, clock, repository, at } = await scene();
    const sha = repository.git.branch('main') ?? '';
    const other = sandbox.people.createAccount('globex');
    const narrow = await sandbox.people.createRepository({ owner: other, name: 'widgets', files: { a: 'b' } });
    const installation = sandbox.people.installApp({ account: other, permissions: { metadata: 'read', checks: 'read' } });
    const octokit = octokitFor(sandbox, clock, installation.id);
    const target = { owner: 'globex', repo: narrow.name };
    expect((await refusal(octokit.rest.checks.create({ ...target, name: 'x', head_sha: sha }))).status).toBe(403);
    expect((await refusal(octokit.rest.pulls.create({ ...target, head: 'a', base: 'main', title: 'x' }))).status).toBe(403);
    // Public repositories of others can be read, and not written.
    expect((await octokit.rest.repos.getContent({ ...at, path: 'README.md' })).status).toBe(200);
    expect((await refusal(octokit.rest.issues.create({ ...at, title: 'x' }))).status).toBe(403);
  });

  it('of people let nobody write checks', async () => {
    const { sandbox, repository, owner, at } = await scene();
    const octokit = octokitWith(sandbox, sandbox.people.createToken(owner));
    const sha = repository.git.branch('main') ?? '';
    expect((await refusal(octokit.rest.checks.create({ ...at, name: 'x', head_sha: sha }))).status).toBe(403);
  });

  it('to change workflow files are refused on every way to a branch', async () => {
    const { octokit, repository, at } = await scene({ permissions: WITHOUT_WORKFLOWS });
    const sha = repository.git.branch('main') ?? '';
    const path = '.github/workflows/ci.yml';
    const content = Buffer.from('on: push\n').toString('base64');
    const put = await refusal(octokit.rest.repos.createOrUpdateFileContents({ ...at, path, message: 'x', content }));
    expect(put).toMatchObject({ status: 403 });
    expect(put.message).toContain('without `workflows` permission');
    const base = await octokit.rest.git.getCommit({ ...at, commit_sha: sha });
    const tree = await octokit.rest.git.createTree({
      ...at,
      base_tree: base.data.tree.sha,
      tree: [{ path, mode: '100644', type: 'blob', content: 'on: push\n' }],
    });
    const commit = await octokit.rest.git.createCommit({ ...at, message: 'x', tree: tree.data.sha, parents: [sha] });
    expect((await refusal(octokit.rest.git.createRef({ ...at, ref: 'refs/heads/x', sha: commit.data.sha }))).status).toBe(403);
    expect((await refusal(octokit.rest.git.updateRef({ ...at, ref: 'heads/main', sha: commit.data.sha }))).status).toBe(403);
    expect(repository.git.branch('main')).toBe(sha);
  });
});

describe('what this GitHub lacks', () => {
  it('is answered with 501 and its name', async () => {
    const { octokit, at } = await scene();
    const refused = await refusal(octokit.request('GET /repos/{owner}/{repo}/releases', at));
    expect(refused.status).toBe(501);
    expect(refused.message).toContain('GET /repos/acme/widgets/releases');
  });
});
