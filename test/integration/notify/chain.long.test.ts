import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP_FILES, UNFORMATTED_FILES } from '../../../src/demo/shop.ts';
import type { Repository } from '../../../src/sandbox/state/model.ts';
import { givenChannel, givenRule, NOTIFY_LOCALLY } from '../../support/notify/channels.ts';
import { type LinearServer, startLinear } from '../../support/notify/linear-server.ts';
import { type SlackServer, startSlack } from '../../support/notify/slack-server.ts';
import { createWorld, type World } from '../../support/world.ts';

const QUIET = '.github/regreen.yml';

/** Protects the way from a red run on GitHub to one message and one ticket in each tracker, and back when it is green again. */
describe('a default branch that goes red and green', () => {
  let world: World;
  let slack: SlackServer;
  let linear: LinearServer;
  let repository: Repository;

  beforeAll(async () => {
    [slack, linear] = await Promise.all([startSlack(), startLinear()]);
    world = await createWorld({ notify: { ...NOTIFY_LOCALLY, linearUrl: linear.url } });
    const { database } = world.database;
    const channels = await Promise.all([
      givenChannel(database, { name: 'ci', kind: 'slack', secret: { url: slack.hook } }),
      givenChannel(database, { name: 'issues', kind: 'github-issue' }),
      givenChannel(database, {
        name: 'tracker',
        kind: 'linear',
        secret: { apiKey: 'lin_api_of_the_test' },
        settings: { teamId: '11111111-1111-4111-8111-111111111111', projectId: null, labelIds: [], priority: 0 },
      }),
    ]);
    await givenRule(database, 'default branches', { channels, defaultBranchOnly: true });
    repository = await world.createRepository({ ...SHOP_FILES, [QUIET]: 'mode: annotate\n' });
    await world.settled();
  });

  afterAll(async () => {
    await world.close();
    await Promise.all([slack.close(), linear.close()]);
  });

  it('is told once when it goes red, with the reason and a link', async () => {
    await world.sandbox.people.push({ repository, branch: 'main', actor: world.mona, files: UNFORMATTED_FILES });
    await slack.took(1);
    await world.settled();
    const [message] = slack.messages;
    expect(slack.messages).toHaveLength(1);
    expect(message?.blocks[0]?.text.text).toBe('🔴 octo-shop/shop main went red');
    expect(message?.blocks[1]?.text.text).toContain('Because files are not formatted: `format` of `CI` in `src/cart.js');
    expect(tickets()).toEqual([
      'open octo-shop/shop main: files are not formatted',
      'unstarted octo-shop/shop main: files are not formatted',
    ]);
    expect(message?.blocks[1]?.text.text).toMatch(/<http[^|>]+\/actions\/runs\/\d+\|Run>/);
  });

  it('is told once when it is green again', async () => {
    const files = { 'src/cart.js': SHOP_FILES['src/cart.js'] ?? '', 'src/currency.js': 'export const currency = 1;\n' };
    await world.sandbox.people.push({ repository, branch: 'main', actor: world.mona, files });
    await slack.took(2);
    await world.settled();
    expect(slack.messages.map((one) => one.blocks[0]?.text.text)).toEqual([
      '🔴 octo-shop/shop main went red',
      '🟢 octo-shop/shop main is green again',
    ]);
    expect(tickets()).toEqual([
      'closed octo-shop/shop main: files are not formatted',
      'completed octo-shop/shop main: files are not formatted',
    ]);
    const { rows } = await world.database.pool.query('select status, count(*)::int from notifications group by 1');
    expect(rows).toEqual([{ status: 'sent', count: 6 }]);
  });

  it('is told where it can be when GitHub takes no issue, and the history says why', async () => {
    const [installation] = world.sandbox.state.installations.values();
    if (!installation) throw new Error('the app is installed nowhere');
    installation.permissions = { ...installation.permissions, issues: 'read' };
    // The token of before has the right for an hour.
    await world.restart();
    await world.sandbox.people.push({ repository, branch: 'main', actor: world.mona, files: UNFORMATTED_FILES });
    await slack.took(3);
    await world.settled();
    expect(tickets().filter((one) => one.startsWith('open'))).toEqual([]);
    const { rows } = await world.database.pool.query(
      "select kind, status, error_code from notifications join notification_channels on channel_id = notification_channels.id where status <> 'sent'",
    );
    expect(rows).toEqual([{ kind: 'github-issue', status: 'failed', error_code: 'GITHUB_HTTP_403' }]);
    const paused = await world.database.pool.query('select name from notification_channels where paused_at is not null');
    expect(paused.rows).toEqual([]);
  });

  /** The issues that stand for the incident, at GitHub and in Linear. */
  function tickets(): string[] {
    const atGitHub = [...repository.issues.values()].map((issue) => `${issue.state} ${issue.title}`);
    return [...atGitHub, ...[...linear.issues.values()].map((issue) => `${issue.stateType} ${issue.title}`)];
  }
});
