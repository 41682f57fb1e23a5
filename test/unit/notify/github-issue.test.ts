import { afterEach, describe, expect, it } from 'vitest';
import { ChannelError } from '../../../src/notify/channels/channel.ts';
import { keepGitHubIssue } from '../../../src/notify/channels/github-issue.ts';
import { type ClientUnderTest, createClient, endNock } from '../github/client-under-test.ts';

afterEach(endNock);

const TICKET = { title: 'octo/shop main: lint', body: 'Red. <!-- regreen:1 -->', state: 'open' as const };
const ISSUES = '/repos/octo/shop/issues';

/** How GitHub's answer to the writing of an issue ends. */
async function failure(
  { at, scope }: ClientUnderTest,
  status: number,
  headers: Record<string, string> = {},
): Promise<ChannelError> {
  scope.get(ISSUES).query(true).reply(200, []);
  scope.post(ISSUES).reply(status, { message: 'no' }, headers);
  const error = await keepGitHubIssue(at, { number: null, marker: 'regreen:1' }, TICKET, false).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ChannelError);
  return error as ChannelError;
}

/** Protects the history of notifications: it says why GitHub did not take an issue, and whether it is worth another try. */
describe('an issue that GitHub does not take', () => {
  it.each([
    ['410, for the repository has its issues switched off', 410, 'GITHUB_ISSUES_OFF', 'message'],
    ['403, for the app has no right to issues', 403, 'GITHUB_HTTP_403', 'message'],
    ['404, for the app is no longer installed there', 404, 'GITHUB_HTTP_404', 'message'],
    ['422, for it does not like what was sent', 422, 'GITHUB_HTTP_422', 'again'],
  ])('with %s', async (_what, status, code, blames) => {
    expect(await failure(await createClient(), status)).toMatchObject({ code, blames, retryAfterSeconds: null });
  });

  it('because of a limit is written later, when GitHub says so', async () => {
    const secondary = await failure(await createClient(), 403, { 'retry-after': '900' });
    expect(secondary).toMatchObject({ code: 'GITHUB_RATE_LIMIT', blames: 'again', retryAfterSeconds: 900 });
    const reset = String(Math.floor(Date.now() / 1000) + 1_800);
    const primary = await failure(await createClient(), 403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset });
    expect(primary).toMatchObject({ code: 'GITHUB_RATE_LIMIT', blames: 'again' });
    expect(primary.retryAfterSeconds).toBeGreaterThan(1_700);
  });

  it('that was made before and is gone is made anew', async () => {
    const { at, scope } = await createClient();
    scope.get(`${ISSUES}/7`).reply(410, { message: 'This issue was deleted' });
    scope.post(ISSUES).reply(201, { number: 8 });
    expect(await keepGitHubIssue(at, { number: 7, marker: 'regreen:1' }, TICKET, false)).toBe(8);
  });

  it('that a person has closed stays closed while the build is red', async () => {
    const { at, scope } = await createClient();
    scope.get(`${ISSUES}/7`).reply(200, { number: 7, state: 'closed', body: TICKET.body });
    expect(await keepGitHubIssue(at, { number: 7, marker: 'regreen:1' }, TICKET, false)).toBe(7);
  });
});
