import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkReachable, githubAddresses, newAppAddress } from '../../../src/setup/addresses.ts';
import { type Loopback, readCode, startLoopback } from '../../../src/setup/loopback.ts';
import { createBrowser } from '../../support/browser.ts';

const CODE = 'a180b1a3d263c81bc6441d7b990bae27d4c10679';

/** Protects the App's secrets: only the browser that was given the address can start, and end, its registration. */
describe('the page on this machine', () => {
  let page: Loopback;

  beforeEach(async () => {
    page = await startLoopback(0);
    page.show({
      action: 'https://github.com/settings/apps/new?state=x',
      manifest: { name: '"><script>' },
      hookUrl: 'https://example.com/<b>',
      owner: 'you',
    });
  });

  afterEach(() => page.close());

  const back = (query: string) => `${page.redirectUrl}?${query}`;

  it('opens once by its token, and again for the browser that opened it', async () => {
    const browser = createBrowser();
    const first = await browser.open(page.address);
    expect(first.status).toBe(200);
    expect((await browser.open(page.address)).status).toBe(200);
    expect((await createBrowser().open(page.address)).status).toBe(403);
    expect((await createBrowser().open(new URL(page.address).origin)).status).toBe(403);
  });

  it('lets nothing run or load, and the form go to GitHub only; what it shows is escaped', async () => {
    const { headers, text: shown } = await createBrowser().open(page.address);
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain('form-action https://github.com;');
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('set-cookie')).toContain('HttpOnly; SameSite=Lax');
    expect(shown).not.toMatch(/<script|<b>/);
  });

  it('takes a code from that browser with the right state only, once', async () => {
    const browser = createBrowser();
    await browser.open(page.address);
    const right = back(`code=${CODE}&state=${page.state}`);
    expect((await createBrowser().open(right)).status).toBe(403);
    expect((await browser.open(back(`code=${CODE}&state=other`))).status).toBe(403);
    expect((await browser.open(back(`code=${CODE}`))).status).toBe(403);
    expect((await browser.open(back(`state=${page.state}`))).status).toBe(400);
    expect((await browser.open(right)).status).toBe(200);
    expect(await page.code).toBe(CODE);
  });

  it('answers to no other name, method or path', async () => {
    const { port } = new URL(page.address);
    const answer = await new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      request(
        { port, host: '127.0.0.1', path: `/${new URL(page.address).search}`, headers: { host: `evil.example:${port}` } },
        (response) => {
          text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
        },
      )
        .on('error', reject)
        .end();
    });
    expect(answer.status).toBe(421);
    expect((await fetch(page.address, { method: 'POST' })).status).toBe(405);
    expect((await fetch(new URL('/other', page.address))).status).toBe(404);
  });
});

describe('readCode', () => {
  it.each([
    [CODE, CODE],
    [`  ${CODE}\n`, CODE],
    [`http://127.0.0.1:4567/created?code=${CODE}&state=x`, CODE],
    ['', null],
    ['http://127.0.0.1/created', null],
    ['two words', null],
    ['../../evil', null],
  ])('%j', (given, code) => {
    expect(readCode(given)).toBe(code);
  });
});

describe('githubAddresses', () => {
  it.each([
    ['https://github.com', 'https://api.github.com', true],
    ['github.com/', 'https://api.github.com', true],
    ['acme.ghe.com', 'https://api.acme.ghe.com', true],
    ['https://github.example.com', 'https://github.example.com/api/v3', false],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000/api/v3', false],
  ])('%s', (given, api, publicOnly) => {
    expect(githubAddresses(given)).toMatchObject({ api, publicOnly });
  });

  it('names the page of an organisation, and escapes what it is called', () => {
    const address = newAppAddress(githubAddresses('github.com'), 'a/b', 's&t');
    expect(address).toBe('https://github.com/organizations/a%2Fb/settings/apps/new?state=s%26t');
  });

  it.each([
    'http://localhost:3000',
    'http://10.1.2.3',
    'http://[::1]/',
    'http://192.168.1.5',
    'http://nas.local',
    'http://172.20.0.1',
  ])('says at once that GitHub can not reach %s', (address) => {
    expect(() => checkReachable(address, githubAddresses('github.com'))).toThrow('no public address');
    expect(checkReachable(address, githubAddresses('github.example.com')).href).toContain(new URL(address).host);
  });

  it.each(['ftp://example.com', 'nonsense', 'https://user:word@example.com'])('takes no %s', (address) => {
    expect(() => checkReachable(address, githubAddresses('github.com'))).toThrow('no address');
  });
});
