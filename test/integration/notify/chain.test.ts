import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SHOP_FILES, UNFORMATTED_FILES } from '../../../src/demo/shop.ts';
import type { Repository } from '../../../src/sandbox/state/model.ts';
import { givenChannel, givenRule, NOTIFY_LOCALLY } from '../../support/notify/channels.ts';
import { type SlackServer, startSlack } from '../../support/notify/slack-server.ts';
import { createWorld, type World } from '../../support/world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const QUIET = '.github/regreen.yml';

/** Protects the way from a red run on GitHub to one message in Slack, and to another when it is green again. */
describe('a default branch that goes red and green', () => {
  let world: World;
  let slack: SlackServer;
  let repository: Repository;

  beforeAll(async () => {
    slack = await startSlack();
    world = await createWorld({ notify: NOTIFY_LOCALLY });
    const channel = await givenChannel(world.database.database, { name: 'ci', kind: 'slack', secret: { url: slack.hook } });
    await givenRule(world.database.database, 'default branches', { channels: [channel], defaultBranchOnly: true });
    repository = await world.createRepository({ ...SHOP_FILES, [QUIET]: 'mode: annotate\n' });
    await world.settled();
  });

  afterAll(async () => {
    await world.close();
    await slack.close();
  });

  it('is told once when it goes red, with the reason and a link', async () => {
    await world.sandbox.people.push({ repository, branch: 'main', actor: world.mona, files: UNFORMATTED_FILES });
    await slack.took(1);
    await world.settled();
    const [message] = slack.messages;
    expect(slack.messages).toHaveLength(1);
    expect(message?.blocks[0]?.text.text).toBe('🔴 octo-shop/shop main went red');
    expect(message?.blocks[1]?.text.text).toContain('Because files are not formatted: `format` of `CI` in `src/cart.js');
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
    const { rows } = await world.database.pool.query('select status, attempts, title from notifications order by created_at');
    expect(rows).toEqual([
      { status: 'sent', attempts: 1, title: 'octo-shop/shop main went red' },
      { status: 'sent', attempts: 1, title: 'octo-shop/shop main is green again' },
    ]);
  });
});
