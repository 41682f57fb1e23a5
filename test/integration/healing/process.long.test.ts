import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP_FILES, UNFORMATTED_FILES } from '../../../src/demo/shop.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import type { Account, PullRequest, Repository } from '../../../src/sandbox/state/model.ts';
import { type ChildRegreen, startChildRegreen } from '../../support/child-regreen.ts';
import { fixBranches } from '../../support/shops.ts';
import { until } from '../../support/until.ts';
import { fixPulls, TOOL_PATHS } from '../../support/world.ts';

const LONG = { timeoutMs: 120_000 };
/** Where people would reach it behind a proxy. */
const PUBLIC_URL = 'http://localhost:1';

/** Protects against half a fix, and two, when the process ends in the middle: the end is the same as without. */
describe('a process that ends in the middle of a fix', () => {
  let sandbox: Sandbox;
  let folder: string;
  let regreen: ChildRegreen;
  let org: Account;
  let mona: Account;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regreen-child-'));
    // As root the database runs under another account, which must be able to enter.
    await chmod(folder, 0o755);
    sandbox = await startSandbox({ toolPaths: TOOL_PATHS });
    org = sandbox.people.createAccount('octo-shop', { kind: 'Organization', plan: 'team' });
    mona = sandbox.people.createAccount('mona');
    sandbox.setCallbackUrls([`${PUBLIC_URL}/api/v1/auth/github/callback`]);
    await writeFile(join(folder, 'client-secret'), sandbox.app.clientSecret);
    regreen = await start();
    sandbox.people.installApp({ account: org });
  });

  afterAll(async () => {
    await regreen.terminate();
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('gives the database to a command while it runs: keys create makes a key that it knows at once', async () => {
    const { key } = await regreen.createKey();
    const answer = await fetch(`${regreen.url}/api/v1/keys`, { headers: { authorization: `Bearer ${key}` } });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ items: [{ name: 'made beside it', createdBy: 'command-line' }] });
  });

  it('lets people sign in, and out as soon as they say so at GitHub', async () => {
    const go = (path: string, cookie = '') => fetch(new URL(path, regreen.url), { headers: { cookie }, redirect: 'manual' });
    const cookieOf = (response: Response) =>
      response.headers
        .getSetCookie()
        .map((one) => one.split(';')[0])
        .join('; ');
    const sent = await go('/api/v1/auth/github');
    const back = new URL(sandbox.people.authorise(mona, sent.headers.get('location') ?? ''));
    const cookie = cookieOf(await go(back.pathname + back.search, cookieOf(sent)));
    expect(await (await go('/api/v1/auth/session', cookie)).json()).toMatchObject({ login: 'mona' });
    sandbox.people.revokeAuthorisation(mona);
    await until(async () => (await go('/api/v1/auth/session', cookie)).status === 401, 'the session is over');
  });

  function start(): Promise<ChildRegreen> {
    const variables = {
      PUBLIC_URL,
      GITHUB_CLIENT_ID: sandbox.app.clientId,
      GITHUB_CLIENT_SECRET_FILE: join(folder, 'client-secret'),
      ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
    };
    return startChildRegreen(sandbox, folder, { variables });
  }

  async function failingPull(name: string): Promise<{ repository: Repository; pull: PullRequest }> {
    const repository = await sandbox.people.createRepository({
      owner: org,
      name,
      files: SHOP_FILES,
      collaborators: { mona: 'write' },
    });
    await sandbox.people.push({ repository, branch: 'discount', actor: mona, files: UNFORMATTED_FILES });
    return { repository, pull: await sandbox.people.openPullRequest({ repository, actor: mona, head: 'discount' }) };
  }

  /** Starts Regreen again; then somebody sends again what it could not take meanwhile. */
  async function startAgain(): Promise<void> {
    regreen = await start();
    await sandbox.idle();
    const taken = new Set(sandbox.state.deliveries.filter((one) => one.statusCode === 202).map((one) => one.guid));
    const missed = new Set(sandbox.state.deliveries.map((one) => one.guid).filter((guid) => !taken.has(guid)));
    for (const guid of missed) sandbox.redeliver(guid);
  }

  async function expectOneFix(repository: Repository, pull: PullRequest): Promise<void> {
    await sandbox.waitFor(() => fixPulls(repository)[0]?.issue.body?.includes('✅ **Verified**'), {
      ...LONG,
      what: 'a verified fix',
    });
    await sandbox.idle();
    expect(fixBranches(repository)).toHaveLength(1);
    const fixes = fixPulls(repository);
    expect(fixes).toHaveLength(1);
    const commit = await repository.git.commit(fixes[0]?.head.sha ?? '');
    expect(commit?.parents).toEqual([pull.head.sha]);
  }

  function isWritten(repository: Repository, route: string): boolean {
    return sandbox.state.requests.some(
      (one) => one.method === 'POST' && one.route === route && one.path.includes(`/${repository.name}/`) && one.status < 300,
    );
  }

  it.each([
    ['branch', (repository: Repository) => isWritten(repository, '/repos/{owner}/{repo}/git/refs')],
    ['commit', (repository: Repository, base: string) => fixBranches(repository)[0]?.sha !== base],
    ['pull-request', (repository: Repository) => fixPulls(repository).length > 0],
  ])(
    'killed after the %s: started again, there is one branch, one commit and one pull request, verified',
    async (name, reached) => {
      const { repository, pull } = await failingPull(`killed-after-${name}`);
      await sandbox.waitFor(() => fixBranches(repository).length > 0 && reached(repository, pull.head.sha), {
        ...LONG,
        what: name,
      });
      await regreen.kill();
      await startAgain();
      await expectOneFix(repository, pull);
    },
  );

  it('SIGTERM: running jobs end, exit status 0, and nothing is done twice after the next start', async () => {
    const { repository, pull } = await failingPull('terminated');
    await sandbox.waitFor(() => fixBranches(repository).length > 0, { ...LONG, what: 'the branch' });
    expect(await regreen.terminate()).toBe(0);
    await startAgain();
    await expectOneFix(repository, pull);
    const posts = sandbox.state.requests.filter((one) => one.method === 'POST' && one.path.includes('/terminated/'));
    const count = (route: string) => posts.filter((one) => one.route === route).length;
    expect(count('/repos/{owner}/{repo}/git/refs')).toBe(1);
    expect(count('/repos/{owner}/{repo}/pulls')).toBe(1);
    expect(count('/repos/{owner}/{repo}/check-runs')).toBe(1);
  });
});
