import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import { createBrowser } from '../../support/browser.ts';
import { ManualClock } from './support.ts';

const MANIFEST = {
  name: 'Healer',
  url: 'https://example.com',
  hook_attributes: { url: 'https://example.com/hooks' },
  redirect_url: 'http://127.0.0.1:9/created',
  default_permissions: { checks: 'write', issues: 'read' },
  default_events: ['check_run', 'issue_comment'],
};

/** Protects `regreen setup`: a manifest that this GitHub takes, and a code that it gives out, would be GitHub's. */
describe('registering an app from a manifest', () => {
  const clock = new ManualClock();
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox({ clock });
    sandbox.people.createAccount('acme', { kind: 'Organization' });
    sandbox.people.createAccount('someone');
  });

  afterAll(() => sandbox.close());

  async function propose(manifest: object | string, path = '/settings/apps/new') {
    const body = new URLSearchParams({ manifest: typeof manifest === 'string' ? manifest : JSON.stringify(manifest) });
    const response = await fetch(`${sandbox.apiUrl}${path}?state=abc123`, { method: 'POST', body });
    return { url: response.url, status: response.status, headers: response.headers, text: await response.text() };
  }

  /** @returns where the browser is sent */
  async function register(manifest: object, name: string, path?: string): Promise<URL> {
    const page = await propose(manifest, path);
    const action = /action="([^"]*)"/.exec(page.text)?.[1] ?? '';
    const answer = await fetch(new URL(action, sandbox.apiUrl), {
      method: 'POST',
      body: new URLSearchParams({ name }),
      redirect: 'manual',
    });
    return new URL(answer.headers.get('location') ?? `error:${await answer.text()}`);
  }

  const convert = (code: string | null) =>
    fetch(`${sandbox.apiUrl}/api/v3/app-manifests/${code}/conversions`, { method: 'POST' });

  it('gives a code and the state to the redirect address, and the secrets for the code, once', async () => {
    const location = await register(MANIFEST, 'My healer', '/organizations/acme/settings/apps/new');
    expect(`${location.origin}${location.pathname}`).toBe('http://127.0.0.1:9/created');
    expect(location.searchParams.get('state')).toBe('abc123');
    const code = location.searchParams.get('code');
    const first = await convert(code);
    expect(first.status).toBe(201);
    expect(await first.json()).toMatchObject({
      name: 'My healer',
      slug: 'my-healer',
      owner: { login: 'acme' },
      permissions: { checks: 'write', issues: 'read', metadata: 'read' },
      events: ['check_run', 'issue_comment'],
      pem: expect.stringContaining('BEGIN RSA PRIVATE KEY'),
      webhook_secret: sandbox.app.webhookSecret,
      id: sandbox.app.id,
    });
    expect((await convert(code)).status).toBe(404);
  });

  it('knows no code that it did not give, and none that is older than an hour', async () => {
    expect((await convert('0123456789abcdef')).status).toBe(404);
    const location = await register(MANIFEST, 'Late healer');
    clock.advance(60 * 60 * 1_000 + 1);
    expect((await convert(location.searchParams.get('code'))).status).toBe(404);
  });

  it.each([
    ['no manifest', '', 'not a JSON object'],
    ['no url', { ...MANIFEST, url: undefined }, '&quot;url&quot; wasn&#39;t supplied'],
    ['a webhook without url', { ...MANIFEST, hook_attributes: { active: false } }, '&quot;url&quot; wasn&#39;t supplied'],
    ['an address of another kind', { ...MANIFEST, redirect_url: 'javascript:alert(1)' }, 'is not a valid URL'],
    [
      'an event that reaches every app',
      { ...MANIFEST, default_events: ['installation'] },
      'Default events unsupported: installation',
    ],
    [
      'an event without its permission',
      { ...MANIFEST, default_permissions: { issues: 'read' } },
      'Default events are not supported by permissions: check_run',
    ],
    [
      'issue_comment with the permission for pull requests only',
      { ...MANIFEST, default_permissions: { checks: 'write', pull_requests: 'write' } },
      'Default events are not supported by permissions: issue_comment',
    ],
    ['an unknown permission', { ...MANIFEST, default_permissions: { everything: 'write' } }, 'is not included in the list'],
    ['a name that is too long', { ...MANIFEST, name: 'x'.repeat(35) }, 'maximum is 34 characters'],
    ['too many callbacks', { ...MANIFEST, callback_urls: new Array(11).fill('https://example.com') }, 'limited to 10'],
  ])('refuses %s', async (_what, manifest, said) => {
    const page = await propose(manifest);
    expect(page.status).toBe(422);
    expect(page.text).toContain(said);
  });

  it.each([
    ['a name in use', 'someone', 'already in use'],
    ['no name', ' ', 'be blank'],
    ['a name that is too long', 'x'.repeat(35), 'maximum is 34 characters'],
  ])('refuses %s when the person confirms', async (_what, name, said) => {
    const page = await propose(MANIFEST);
    const answer = await createBrowser().submit(page, { name });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(said);
  });

  it('knows no organisation that is none, and no page that it did not show', async () => {
    expect((await propose(MANIFEST, '/organizations/someone/settings/apps/new')).status).toBe(404);
    expect((await fetch(`${sandbox.apiUrl}/settings/apps/manifest/unknown`, { method: 'POST' })).status).toBe(404);
  });
});
