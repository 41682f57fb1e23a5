import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendToSlack, slackMessage } from '../../../src/notify/channels/slack.ts';
import { messageOf, summaryOf } from '../../../src/notify/message/message.ts';
import type { Story } from '../../../src/notify/message/story.ts';
import type { SafeFetch } from '../../../src/notify/outgoing/safe-fetch.ts';
import { type SlackFault, type SlackServer, startSlack } from '../../support/notify/slack-server.ts';
import { aDelivery, anIncident, aStory, blameOf, localFetch } from './deliveries.ts';
import { NOW } from './notices.ts';

const HOSTILE = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    '<!channel>',
    '<@U123> look',
    '<https://evil.example|our site>',
    '`` `*x*` ``',
    '```\n<!here>\n```',
    '&lt;!channel&gt;',
    '\ud800<',
    '|>',
    'a'.repeat(5_000),
    '&'.repeat(3_000),
  ),
);

/** Stories in which every word from outside is hostile. */
const STORIES: fc.Arbitrary<Story[]> = fc.array(
  fc
    .record({
      words: HOSTILE,
      name: HOSTILE,
      reason: fc.option(HOSTILE),
      kind: fc.constantFrom('went-red', 'green-again', 'fix-refuted'),
    })
    .map(({ words, name, reason, kind }) => {
      const base = anIncident();
      const failure = base.failure && { ...base.failure, words, jobName: name, workflowName: name, place: name };
      const incident = anIncident({ branch: name, closedReason: reason, failure });
      const fix = { id: 'f', outcome: null, reason, pullRequestNumber: 3, fixers: [name] };
      return aStory({
        kind: kind as Story['kind'],
        repository: 'octo/shop',
        reason,
        incident,
        fix,
      });
    }),
  { minLength: 1, maxLength: 70 },
);

/** What Slack reads as a mention, a link or a channel: https://docs.slack.dev/messaging/formatting-message-text */
const ANGLED = /<([^>]*)>/g;

/** Protects Slack's readers from what others wrote into branches, tests and logs. */
describe('a message in Block Kit', () => {
  it('mentions nobody, links nowhere else and keeps within the limits, whatever is in it', () => {
    fc.assert(
      fc.property(STORIES, (stories) => {
        const { text, blocks } = slackMessage(messageOf(stories));
        expect(blocks.length).toBeLessThanOrEqual(50);
        expect(text.length).toBeLessThanOrEqual(4_000);
        for (const block of blocks) {
          expect(block.text.text.length).toBeGreaterThan(0);
          expect(block.text.text.length).toBeLessThanOrEqual(block.type === 'header' ? 150 : 3_000);
          expect(block.text.text.isWellFormed()).toBe(true);
          if (block.text.type === 'plain_text') continue;
          for (const [, inside = ''] of block.text.text.matchAll(ANGLED)) {
            expect(inside).toMatch(/^https:\/\/github\.com\/octo\/shop\/(?:actions\/runs\/7|pull\/\d+)\|/);
          }
          // Code that is opened is closed.
          expect((block.text.text.match(/`/g) ?? []).length % 2).toBe(0);
        }
        expect(text).not.toMatch(/[<>]/);
      }),
      { numRuns: 200 },
    );
  });

  it('says what happened, why and where', () => {
    const { blocks } = slackMessage(messageOf([aStory()]));
    expect(blocks.map(({ text }) => text.text)).toEqual([
      '🔴 octo/shop main went red',
      [
        '`octo/shop` `main` went red',
        'Because tests failed: `test` of `CI` in `test/sum.test.js:3`',
        'Whose fault: this change',
        '<https://github.com/octo/shop/actions/runs/7|Run>',
        '```adds up\nexpected 2 to be 3```',
      ].join('\n'),
    ]);
  });

  it('tells several changes in one, with how it is now in its title', () => {
    const green = aStory({
      noticeId: 2,
      kind: 'green-again',
      at: new Date(NOW.getTime() + 60_000),
      incident: anIncident({
        status: 'closed',
        closedAt: new Date(NOW.getTime() + 9 * 60_000),
        closedReason: 'CI is green again',
      }),
    });
    const message = messageOf([green, aStory()]);
    expect([message.title, message.tone]).toEqual(['octo/shop main is green again', 'green']);
    expect(message.sections[1]?.lines[1]).toEqual(['Red for 9 min']);
    expect(summaryOf([green, aStory()], 'quiet hours were on').title).toBe('While quiet hours were on: 2 changes');
    const elsewhere = aStory({ noticeId: 3, repository: 'octo/api', incident: anIncident({ id: 'other' }) });
    expect(messageOf([green, aStory(), elsewhere])).toMatchObject({
      title: '2 repositories: 1 × is green again, 1 × went red',
      tone: 'red',
    });
    const many = messageOf(Array.from({ length: 40 }, (_, noticeId) => aStory({ noticeId, kind: 'fix-proposed' })));
    expect(many.sections).toHaveLength(16);
    expect(many.sections[0]?.lines).toEqual([['And 25 earlier ones.']]);
  });
});

/** Protects what is made of each of Slack's answers. */
describe('Slack', () => {
  let slack: SlackServer;
  let safe: SafeFetch;
  beforeAll(async () => {
    slack = await startSlack();
    safe = localFetch();
  });
  afterAll(async () => {
    await safe.close();
    await slack.close();
  });

  it.each<[SlackFault, string]>([
    ['invalid_payload', 'SLACK_INVALID_PAYLOAD message'],
    ['no_text', 'SLACK_NO_TEXT message'],
    ['action_prohibited', 'SLACK_ACTION_PROHIBITED channel'],
    ['posting_to_general_channel_denied', 'SLACK_POSTING_TO_GENERAL_CHANNEL_DENIED channel'],
    ['channel_not_found', 'SLACK_CHANNEL_NOT_FOUND channel'],
    ['no_service', 'SLACK_NO_SERVICE channel'],
    ['channel_is_archived', 'SLACK_CHANNEL_IS_ARCHIVED channel'],
    ['rate_limited', 'SLACK_RATE_LIMITED again 30'],
    ['rollup_error', 'SLACK_ROLLUP_ERROR again'],
  ])('answers %s', async (fault, expected) => {
    slack.failWith(fault);
    expect(await blameOf(sendToSlack(safe, slack.hook, aDelivery()))).toBe(expected);
  });

  it('takes what we send, and the address is in no error', async () => {
    expect(await blameOf(sendToSlack(safe, slack.hook, aDelivery()))).toBe('sent');
    const nowhere = 'http://127.0.0.1:65534/services/T0/B0/SECRET';
    const error: unknown = await sendToSlack(safe, nowhere, aDelivery()).catch((thrown: unknown) => thrown);
    expect(String((error as Error).message)).toBe('No answer came (ECONNREFUSED).');
  });
});
