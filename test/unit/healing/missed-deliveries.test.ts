import { Octokit } from '@octokit/core';
import nock from 'nock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMissedDeliveries } from '../../../src/healing/missed-deliveries.ts';
import { createLog } from '../../../src/telemetry/log.ts';

const NOW = new Date('2026-11-02T12:00:00Z');
const GUIDS = ['newest', 'newer', 'older', 'oldest'];
const PAGE = 2;

/** GitHub's list of four deliveries that failed, two to a page, newest first. */
function gitHubLists(): void {
  const github = nock('https://api.github.com').persist();
  github
    .get('/app/hook/deliveries')
    .query(true)
    .reply((request: Request) => {
      const from = Number(new URL(request.url).searchParams.get('cursor') ?? 0);
      const page = GUIDS.slice(from, from + PAGE).map((guid, index) => ({
        id: from + index + 1,
        guid,
        event: 'push',
        action: null,
        delivered_at: new Date(NOW.getTime() - (from + index + 1) * 60_000).toISOString(),
        status: 'timed out',
        status_code: 0,
      }));
      const next =
        from + PAGE < GUIDS.length
          ? { link: `<https://api.github.com/app/hook/deliveries?cursor=${from + PAGE}>; rel="next"` }
          : {};
      return [200, page, next];
    });
  for (const [index, guid] of GUIDS.entries()) {
    github.get(`/app/hook/deliveries/${index + 1}`).reply(200, { guid, event: 'push', request: { payload: {} } });
  }
}

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  nock.enableNetConnect();
});

/** Protects the older ones when more was missed than is fetched at once: they may not count as looked at. */
describe('more missed deliveries than are fetched at once', () => {
  it('are fetched over the next turns, the newest first, and it is said that more are there', async () => {
    gitHubLists();
    const stored: string[] = [];
    const lines: string[] = [];
    const missed = createMissedDeliveries({
      client: () => new Octokit(),
      deliveries: {
        unknown: async (guids) => guids.filter((guid) => !stored.includes(guid)),
        insert: async ({ guid }) => {
          stored.push(guid);
          return 'stored';
        },
      },
      queue: { sendMany: async () => undefined },
      isHeard: (event) => event === 'push',
      relayed: false,
      lastReceivedAt: new Date(NOW.getTime() - 3_600_000),
      log: createLog({ level: 'warn', destination: { write: (line) => void lines.push(JSON.parse(line).msg) } }),
      now: () => NOW,
      mostFetched: 1,
    });

    expect(await missed.fetch()).toBe(2);
    expect(stored).toEqual(['newer', 'newest']);
    expect(await missed.fetch()).toBe(2);
    expect(stored).toEqual(['newer', 'newest', 'oldest', 'older']);
    expect(await missed.fetch()).toBe(0);
    expect(lines).toEqual(Array(2).fill('GitHub has more that was missed; it is fetched the next time'));
  });
});
