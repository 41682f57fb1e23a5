import { describe, expect, it } from 'vitest';
import { createCookies } from '../../../src/api/access/cookies.ts';

const NOW = new Date('2026-11-20T09:30:00.000Z');
const SECRET = 's'.repeat(43);
const ATTEMPT = { state: 'a'.repeat(43), verifier: 'b'.repeat(43), returnTo: '/docs?a=b;c=d' };

/** What a browser would send back of a cookie that was set. */
const sent = (set: string) => set.split(';')[0];

/** Protects sessions from scripts, from other hosts of the domain, and from being sent along by other pages. */
describe('cookies', () => {
  it('of a server on https belong to this host alone, and no script reads them', () => {
    const cookies = createCookies('https://regreen.example');
    expect(cookies.session(SECRET, new Date(NOW.getTime() + 90_000), NOW)).toBe(
      `__Host-regreen_session=${SECRET}; Max-Age=90; Path=/; HttpOnly; Secure; SameSite=Lax`,
    );
    expect(cookies.attempt(ATTEMPT)).toMatch(
      /^__Host-regreen_sign_in=[\w-]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(cookies.endSession()).toMatch(/^__Host-regreen_session=; Max-Age=0; .*Secure/);
  });

  it('of one on this machine, without https, do without', () => {
    const set = createCookies('http://localhost:3000').session(SECRET, NOW, NOW);
    expect(set).toBe(`regreen_session=${SECRET}; Max-Age=0; Path=/; HttpOnly; SameSite=Lax`);
  });

  it('come back as they were set', () => {
    const cookies = createCookies('https://regreen.example');
    const header = `x=y; ${sent(cookies.session(SECRET, NOW, NOW))}; ${sent(cookies.attempt(ATTEMPT))}`;
    expect(cookies.sessionIn(header)).toBe(SECRET);
    expect(cookies.attemptIn(header)).toEqual(ATTEMPT);
  });

  it.each([
    ['nothing', undefined],
    ['another', 'session=x'],
    ['one without the prefix, which any host of the domain could set', `regreen_session=${SECRET}; regreen_sign_in=e30`],
    ['what is of another form', '__Host-regreen_session=short; __Host-regreen_sign_in=nonsense'],
    ['an attempt without its parts', '__Host-regreen_sign_in=eyJzdGF0ZSI6IngifQ'],
  ])('that hold %s are none', (_what, header) => {
    const cookies = createCookies('https://regreen.example');
    expect([cookies.sessionIn(header), cookies.attemptIn(header)]).toEqual([null, null]);
  });
});
