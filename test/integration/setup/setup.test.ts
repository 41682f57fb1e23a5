import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../src/config/environment.ts';
import { createAppClient, readHookConfig, readOwnApp } from '../../../src/github/app-reads.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import { readVariables } from '../../../src/setup/env-file.ts';
import { type SetupOptions, setUp } from '../../../src/setup/setup.ts';
import type { Terminal } from '../../../src/setup/terminal.ts';
import { createBrowser } from '../../support/browser.ts';
import { until } from '../../support/until.ts';

const HOOK = 'https://regreen.example.com';

/** Protects the first five minutes: from nothing to an App whose credentials work, whatever way the code comes back. */
describe('regreen setup', () => {
  let sandbox: Sandbox;
  let folder: string;
  let envFile: string;

  beforeEach(async () => {
    sandbox = await startSandbox();
    folder = await mkdtemp(join(tmpdir(), 'regreen-setup-'));
    envFile = join(folder, '.env');
  });

  afterEach(async () => {
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  });

  function options(more: Partial<SetupOptions> = {}): SetupOptions {
    return { github: sandbox.apiUrl, url: HOOK, envFile, port: 0, open: true, name: 'My regreen', ...more };
  }

  /** A terminal whose person does as the page says. */
  function terminal(more: Partial<Terminal> = {}): Terminal & { said: string[]; printed: string[] } {
    const said: string[] = [];
    const printed: string[] = [];
    return {
      said,
      printed,
      say: (text) => void said.push(text),
      print: (text) => void printed.push(text),
      ask: null,
      overSsh: false,
      open: async (address) => {
        void pressThrough(address);
        return true;
      },
      ...more,
    };
  }

  async function pressThrough(address: string) {
    const browser = createBrowser();
    const form = await browser.open(address);
    return browser.submit(await browser.submit(form));
  }

  const mode = async () => ((await stat(envFile)).mode & 0o777).toString(8);

  it('registers the App in the browser and writes credentials that GitHub takes, for the owner only', async () => {
    const said = terminal();
    const app = await setUp(options(), said);
    expect(await mode()).toBe('600');
    const environment = readEnvironment(Object.fromEntries(readVariables(await readFile(envFile, 'utf8'))));
    expect(environment.github).toMatchObject({ appId: app.id, apiUrl: `${sandbox.apiUrl}/api/v3` });
    expect(environment.webhook.secrets).toEqual([sandbox.app.webhookSecret]);
    expect(environment.api.signIn).toMatchObject({ publicUrl: HOOK, clientId: app.clientId, clientSecret: app.clientSecret });
    const client = createAppClient(environment.github);
    expect(await readOwnApp(client)).toMatchObject({ id: app.id, name: 'My regreen', permissions: { contents: 'write' } });
    expect(await readHookConfig(client)).toMatchObject({ url: `${HOOK}/api/github/webhooks`, contentType: 'json' });
    expect(said.said.join('\n')).toContain('/apps/my-regreen/installations/new');
    expect(said.said.join('\n')).not.toContain(sandbox.app.webhookSecret);
  });

  it('registers it for an organisation, and Node reads the file as it was meant', async () => {
    sandbox.people.createAccount('acme', { kind: 'Organization' });
    const app = await setUp(options({ organization: 'acme' }), terminal());
    expect(app.owner).toBe('acme');
    const before = { ...process.env };
    process.loadEnvFile(envFile);
    expect(process.env['PRIVATE_KEY']?.replaceAll('\\n', '\n').trim()).toBe(sandbox.app.privateKey.trim());
    process.env = before;
  });

  it('keeps all other lines of the file', async () => {
    await writeFile(envFile, '# mine\nPORT=4000\nAPP_ID=\n\nLOG_LEVEL=debug\n', { mode: 0o644 });
    await setUp(options(), terminal());
    const text = await readFile(envFile, 'utf8');
    expect(text).toMatch(/^# mine\nPORT=4000\nAPP_ID=\d+\n\nLOG_LEVEL=debug\nPRIVATE_KEY=/);
    expect(await mode()).toBe('600');
  });

  it('overwrites no credentials unless somebody says so, and makes no App whose secrets would have no place', async () => {
    const keys = `ENCRYPTION_KEYS=mine:${Buffer.alloc(32).toString('base64')}\n`;
    await writeFile(envFile, `APP_ID=7\nPRIVATE_KEY_PATH=key.pem\n${keys}`);
    await expect(setUp(options(), terminal())).rejects.toMatchObject({ code: 'ENV_FILE_HAS_APP' });
    const questions: string[] = [];
    const answers = (answer: string) => async (question: string) => {
      questions.push(question);
      return answer;
    };
    await expect(setUp(options(), terminal({ ask: answers('') }))).rejects.toMatchObject({ code: 'ENV_FILE_HAS_APP' });
    expect(questions[0]).toContain('App 7');
    expect(await readFile(envFile, 'utf8')).toBe(`APP_ID=7\nPRIVATE_KEY_PATH=key.pem\n${keys}`);
    expect(sandbox.state.registeredApps).toBe(1);
    await setUp(options({ replace: true }), terminal());
    const text = await readFile(envFile, 'utf8');
    expect(text).toContain(`APP_ID=${sandbox.app.id}`);
    expect(text).not.toContain('PRIVATE_KEY_PATH');
    // What lies under the old key must stay readable.
    expect(text).toContain(keys);
  });

  it('prints for a secret store and writes nothing', async () => {
    const out = terminal();
    await setUp(options({ print: 'json' }), out);
    expect(JSON.parse(out.printed.join('\n'))).toMatchObject({
      APP_ID: String(sandbox.app.id),
      PRIVATE_KEY: sandbox.app.privateKey,
      WEBHOOK_SECRET: sandbox.app.webhookSecret,
    });
    await expect(stat(envFile)).rejects.toThrow('ENOENT');
  });

  it('takes the code by paste, as the address that the browser came to, when the browser does not find back', async () => {
    const asked = Promise.withResolvers<string>();
    const out = terminal({ overSsh: true, open: async () => false, ask: () => asked.promise });
    const done = setUp(options({ open: false }), out);
    const address = await addressIn(out.said);
    expect(out.said.join('\n')).toContain(`ssh -N -L ${new URL(address).port}:127.0.0.1`);
    asked.resolve(await addressAfterGitHub(address));
    expect((await done).id).toBe(sandbox.app.id);
  });

  it('takes the code on the command line, once, and learns from GitHub where the webhooks go', async () => {
    const out = terminal({ open: async () => false });
    const first = setUp(options({ smee: 'https://smee.io/a-channel' }), out);
    const browser = createBrowser();
    const back = await addressAfterGitHub(await addressIn(out.said), browser);
    const byCode = { github: sandbox.apiUrl, envFile, port: 0, open: false, code: new URL(back).searchParams.get('code') ?? '' };
    await setUp(byCode, terminal());
    expect(readVariables(await readFile(envFile, 'utf8')).get('WEBHOOK_PROXY_URL')).toBe('https://smee.io/a-channel');
    // The browser finds back late, to the run that still waits, with a code that is used.
    const late = expect(first).rejects.toMatchObject({ code: 'CODE_REFUSED' });
    await browser.open(back);
    await late;
    await expect(setUp({ ...byCode, replace: true }, terminal())).rejects.toMatchObject({ code: 'CODE_REFUSED' });
  });

  async function addressIn(said: readonly string[]): Promise<string> {
    await until(() => said.join('\n').includes('/?token='), 'the address is said');
    return /http:\/\/\S+token=\S+/.exec(said.join('\n'))?.[0] ?? '';
  }

  /** The person presses "Create GitHub App". @returns where GitHub sends the browser, which can't get there */
  async function addressAfterGitHub(address: string, browser = createBrowser()): Promise<string> {
    const page = await browser.submit(await browser.open(address));
    const confirm = new URL(/action="([^"]*)"/.exec(page.text)?.[1] ?? '', sandbox.apiUrl);
    const answer = await fetch(confirm, { method: 'POST', body: new URLSearchParams({ name: 'Pasted' }), redirect: 'manual' });
    return answer.headers.get('location') ?? '';
  }

  it.each([
    ['an address that GitHub can not reach', { github: 'github.com', url: 'http://localhost:3000' }, 'WEBHOOK_URL_NOT_PUBLIC'],
    ['no address where nobody can be asked', { url: undefined }, 'WEBHOOK_URL_MISSING'],
    ['a GitHub with a path', { github: 'https://github.com/acme' }, 'GITHUB_URL_INVALID'],
    ['a code that is none', { code: 'not a code!' }, 'CODE_INVALID'],
    ['a code that GitHub does not know', { code: '0123456789abcdef' }, 'CODE_REFUSED'],
  ])('refuses %s with a hint', async (_what, more, code) => {
    const given = { ...options(), ...more };
    if (given.url === undefined) delete given.url;
    await expect(setUp(given as SetupOptions, terminal())).rejects.toMatchObject({ code, hint: expect.any(String) });
  });

  it('says that the code was not used when GitHub can not be reached', async () => {
    await sandbox.close();
    const refused = setUp(options({ code: '0123456789abcdef' }), terminal());
    await expect(refused).rejects.toMatchObject({ code: 'GITHUB_UNREACHABLE', hint: expect.stringContaining('--code') });
  });
});
