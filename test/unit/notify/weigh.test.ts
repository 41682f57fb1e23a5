import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRepositoryConfig } from '../../../src/config/effective-config.ts';
import { NOTICE_KINDS, type NoticeKind, type RuleBody, type WeighedNotice } from '../../../src/notify/rules/types.ts';
import { refuseByRepository, refuseNotice, subjectOf, type Told, weigh } from '../../../src/notify/rules/weigh.ts';
import { aNotice, aRule, NOW, SLACK } from './notices.ts';

const MINUTE_MS = 60_000;
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * MINUTE_MS);

/** Protects that people are told what a rule says, and nothing else. */
describe('the conditions of a rule', () => {
  it.each<[string, WeighedNotice, Partial<RuleBody>, string | null]>([
    ['nothing but the event', aNotice(), {}, null],
    ['another event', aNotice({ kind: 'fix-proposed' }), {}, 'The rule does not name this event.'],
    ['the repository, whatever its case', aNotice(), { repositories: ['Octo/*'] }, null],
    ['another repository', aNotice(), { repositories: ['octo/else'] }, 'The rule does not name this repository.'],
    ['the branch', aNotice({}, { branch: 'release/1' }), { branches: ['release/*'] }, null],
    [
      'another branch',
      aNotice({}, { branch: 'release/1/x' }),
      { branches: ['release/*'] },
      'The rule does not name this branch.',
    ],
    ['the workflow', aNotice(), { workflows: ['**/ci.yml'] }, null],
    ['another workflow', aNotice(), { workflows: ['**/docs.yml'] }, 'The rule does not name this workflow.'],
    ['the cause', aNotice(), { causes: ['lint', 'test-failure'] }, null],
    ['another cause', aNotice(), { causes: ['lint'] }, 'The rule does not name this cause.'],
    ['the default branch', aNotice(), { defaultBranchOnly: true }, null],
    [
      'a branch of that name in a fork',
      aNotice({}, { onDefaultBranch: false }),
      { defaultBranchOnly: true },
      'The rule is about default branches only.',
    ],
    ['enough failures', aNotice({}, { failures: 3 }), { minimumFailures: 3 }, null],
    ['too few failures', aNotice({}, { failures: 2 }), { minimumFailures: 3 }, 'The incident holds too few failures.'],
    ['a whole repository', aNotice({ kind: 'breaker-open', incident: null }), { events: ['breaker-open'] }, null],
    [
      'a whole repository, for a rule of some branches',
      aNotice({ kind: 'breaker-open', incident: null }),
      { events: ['breaker-open'], branches: ['main'] },
      'The rule is about certain failures.',
    ],
    [
      'no repository at all',
      aNotice({ kind: 'channel-paused', repository: null, repositoryId: null, incident: null }),
      { events: ['channel-paused'], repositories: ['octo/*'] },
      null,
    ],
  ])('%s', (_what, notice, body, refusal) => {
    expect(refuseNotice(notice, aRule(body))).toBe(refusal);
    expect(refuseNotice(notice, aRule(body, false))).toBe('The rule is switched off.');
  });
});

/** Protects that a repository has the last word on what is told of it, and no word on where it goes. */
describe("a repository's own regreen.yml", () => {
  const configOf = (text: string) => {
    const { config, faults } = readRepositoryConfig(text);
    expect(faults).toEqual([]);
    return config.notifications;
  };
  it.each<[string, NoticeKind, string | null]>([
    ['', 'went-red', null],
    ['notifications: { enabled: false }', 'went-red', 'regreen.yml switches notifications off.'],
    ['notifications: { events: { still-red: false } }', 'still-red', 'regreen.yml switches still-red off.'],
    ['notifications: { events: { still-red: false } }', 'went-red', null],
    ['notifications: { channels: [ci] }', 'went-red', null],
    ['notifications: { channels: [other] }', 'went-red', 'regreen.yml does not name this channel.'],
    ['notifications: { channels: [] }', 'went-red', 'regreen.yml does not name this channel.'],
    ['notifications: { enabled: false }', 'channel-paused', null],
  ])('%s of %s', (text, kind, refusal) => {
    expect(refuseByRepository({ kind }, SLACK, configOf(text))).toBe(refusal);
  });

  it.each(NOTICE_KINDS.filter((kind) => kind !== 'channel-paused'))('switches %s off', (kind) => {
    const config = configOf(`notifications: { events: { ${kind}: false } }`);
    expect(refuseByRepository({ kind }, SLACK, config)).toBe(`regreen.yml switches ${kind} off.`);
    expect(NOTICE_KINDS.filter((one) => refuseByRepository({ kind: one }, SLACK, config) !== null)).toEqual([kind]);
  });

  it.each(['url: https://evil.example', 'channels: https://evil.example', 'webhook: x'])(
    'can not name an address: %s',
    (text) => {
      expect(readRepositoryConfig(`notifications: { ${text} }`).faults).not.toEqual([]);
    },
  );
});

/** Protects that the same is not told again and again, and that a change is always told. */
describe('what was told before', () => {
  const at = (kind: NoticeKind, minutes: number): Told => ({ kind, at: ago(minutes) });
  it.each<[string, NoticeKind, Told | null, 'told' | 'silent']>([
    ['nothing', 'went-red', null, 'told'],
    ['red, a moment ago', 'still-red', at('went-red', 5), 'silent'],
    ['still red, a moment ago', 'still-red', at('still-red', 59), 'silent'],
    ['still red, long ago', 'still-red', at('still-red', 60), 'told'],
    ['red, and now green', 'green-again', at('went-red', 0), 'told'],
    ['green, and now red', 'went-red', at('green-again', 0), 'told'],
    ['green, and green again', 'green-again', at('green-again', 1), 'silent'],
    ['a fix', 'fix-proposed', at('fix-proposed', 1), 'told'],
  ])('%s', (_what, kind, told, expected) => {
    const rule = aRule({ events: [kind], repeatMinutes: 60 });
    expect(weigh({ notice: aNotice({ kind }), rule, channel: SLACK, told, now: NOW }).kind).toBe(expected);
  });

  it('belongs to one failure on one branch', () => {
    const subject = subjectOf(aNotice());
    expect(subjectOf(aNotice({ id: 2, kind: 'green-again' }))).toBe(subject);
    expect(subjectOf(aNotice({}, { branch: 'other' }))).not.toBe(subject);
    expect(subjectOf(aNotice({}, { fingerprint: 'f01' }))).not.toBe(subject);
    expect(subjectOf(aNotice({ repositoryId: 8 }))).not.toBe(subject);
    expect(subjectOf(aNotice({ id: 2, kind: 'fix-proposed' }))).toBe('notice:2');
  });

  it('over any course of red and green, the last thing told is how it is', () => {
    const kinds = fc.constantFrom<NoticeKind>('went-red', 'still-red', 'green-again');
    fc.assert(
      fc.property(fc.array(fc.tuple(kinds, fc.integer({ min: 0, max: 90 })), { maxLength: 30 }), (course) => {
        let told: Told | null = null;
        let now = NOW;
        for (const [kind, minutes] of course) {
          now = new Date(now.getTime() + minutes * MINUTE_MS);
          const notice = aNotice({ kind, at: now });
          if (weigh({ notice, rule: aRule(), channel: SLACK, told, now }).kind === 'told') told = { kind, at: now };
        }
        const isRed = (kind: NoticeKind | undefined) => kind !== 'green-again';
        if (course.length > 0) expect(isRed(told?.kind)).toBe(isRed(course.at(-1)?.[0]));
      }),
    );
  });
});

/** Protects what is told in one message. */
describe('groups', () => {
  const groupOf = (body: Partial<RuleBody>, notice = aNotice()) => {
    const answer = weigh({ notice, rule: aRule(body), channel: SLACK, told: null, now: NOW });
    return answer.kind === 'told' ? answer.groupKey : null;
  };
  const other = aNotice({ id: 2 }, { id: '33333333-3333-4333-8333-333333333333', fingerprint: 'f01' });
  const elsewhere = aNotice({ id: 3 }, { branch: 'dev' });

  it.each<[RuleBody['groupBy'], boolean, boolean]>([
    ['none', false, false],
    ['incident', false, true],
    ['branch', true, false],
    ['repository', true, true],
  ])('by %s', (groupBy, withOther, withElsewhere) => {
    expect(groupOf({ groupBy }, other) === groupOf({ groupBy })).toBe(withOther);
    expect(groupOf({ groupBy }, elsewhere) === groupOf({ groupBy })).toBe(withElsewhere);
  });

  it('wait for their window', () => {
    const answer = weigh({ notice: aNotice(), rule: aRule({ groupSeconds: 90 }), channel: SLACK, told: null, now: NOW });
    expect(answer).toMatchObject({ kind: 'told', dueAt: new Date(NOW.getTime() + 90_000), heldFor: null });
  });

  it('are one an incident for tickets, which are neither held nor kept back', () => {
    const rule = aRule({ quietHours: { timeZone: 'UTC', from: '00:00', to: '00:00', days: ['friday'], except: [] } });
    const told = { kind: 'went-red' as const, at: NOW };
    const channel = { ...SLACK, kind: 'linear' as const };
    expect(weigh({ notice: aNotice({ kind: 'still-red' }), rule, channel, told, now: NOW })).toMatchObject({
      kind: 'told',
      groupKey: 'incident:22222222-2222-4222-8222-222222222222',
      dueAt: NOW,
      heldFor: null,
    });
    const ofRepository = aNotice({ kind: 'breaker-open', incident: null });
    expect(weigh({ notice: ofRepository, rule, channel, told: null, now: NOW }).kind).toBe('silent');
  });

  it('a paused channel is told elsewhere only', () => {
    const notice = aNotice({ kind: 'channel-paused', repository: null, repositoryId: null, incident: null, channelId: SLACK.id });
    const rule = aRule({ events: ['channel-paused'] });
    expect(weigh({ notice, rule, channel: SLACK, told: null, now: NOW }).kind).toBe('silent');
    expect(weigh({ notice, rule, channel: { ...SLACK, id: 'other' }, told: null, now: NOW }).kind).toBe('told');
  });
});
