import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heldUntil, quietUntil } from '../../../src/notify/rules/quiet-hours.ts';
import { dueDigests, type Settings, settingsSchema } from '../../../src/notify/rules/settings.ts';
import { DAYS, type QuietHours } from '../../../src/notify/rules/types.ts';

function quiet(text: string, days: QuietHours['days'] = [...DAYS]): QuietHours {
  const [timeZone = '', from = '', to = ''] = text.split(' ');
  return { timeZone, from, to, days, except: ['breaker-open'] };
}

/** Protects people's nights, wherever they live. 2026-11-20 is a Friday. */
describe('quiet hours', () => {
  it.each<[string, string, string, string | null]>([
    ['before them', '2026-11-20T20:59:59Z', 'Europe/Berlin 22:00 07:00', null],
    ['at their begin', '2026-11-20T21:00:00Z', 'Europe/Berlin 22:00 07:00', '2026-11-21T06:00:00Z'],
    ['after midnight', '2026-11-20T01:30:30Z', 'Europe/Berlin 22:00 07:00', '2026-11-20T06:00:00Z'],
    ['in their last minute', '2026-11-20T05:59:59Z', 'Europe/Berlin 22:00 07:00', '2026-11-20T06:00:00Z'],
    ['at their end', '2026-11-20T06:00:00Z', 'Europe/Berlin 22:00 07:00', null],
    ['within a day', '2026-11-20T12:30:00Z', 'UTC 12:00 13:00', '2026-11-20T13:00:00Z'],
    ['a zone of half hours', '2026-11-20T17:00:00Z', 'Asia/Kolkata 22:00 06:30', '2026-11-21T01:00:00Z'],
    ['a whole day', '2026-11-20T12:00:00Z', 'UTC 09:00 09:00', '2026-11-21T09:00:00Z'],
    ['the night in which the clock is put back', '2026-10-24T21:00:00Z', 'Europe/Berlin 22:00 07:00', '2026-10-25T06:00:00Z'],
    ['the night in which it is put forward', '2026-03-28T22:00:00Z', 'Europe/Berlin 22:00 07:00', '2026-03-29T05:00:00Z'],
    ['an end that the clock jumps over', '2026-03-29T00:30:00Z', 'Europe/Berlin 22:00 02:30', '2026-03-29T01:30:00Z'],
    ['the other side of the world', '2026-11-20T11:00:00Z', 'Pacific/Auckland 23:00 06:00', '2026-11-20T17:00:00Z'],
  ])('%s', (_what, moment, text, end) => {
    expect(quietUntil(new Date(moment), quiet(text))?.toISOString() ?? null).toBe(end && new Date(end).toISOString());
  });

  it.each<[string, string, QuietHours['days'], boolean]>([
    ['on their day', '2026-11-20T23:00:00Z', ['friday'], true],
    ['the morning after their day', '2026-11-21T05:00:00Z', ['friday'], true],
    ['the morning of their day', '2026-11-20T05:00:00Z', ['friday'], false],
    ['on another day', '2026-11-20T23:00:00Z', ['saturday', 'sunday'], false],
  ])('begin on certain days: %s', (_what, moment, days, isQuiet) => {
    expect(quietUntil(new Date(moment), quiet('UTC 22:00 06:00', days)) !== null).toBe(isQuiet);
  });

  it('hold what is not excepted', () => {
    const night = new Date('2026-11-20T23:00:00Z');
    expect(heldUntil('went-red', night, quiet('UTC 22:00 06:00'))).toEqual(new Date('2026-11-21T06:00:00Z'));
    expect(heldUntil('breaker-open', night, quiet('UTC 22:00 06:00'))).toBeNull();
    expect(heldUntil('went-red', night, null)).toBeNull();
  });

  it('always end later, within a day and an hour, and are over then unless they last the whole day', () => {
    const zone = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'America/New_York',
    );
    const minute = fc.integer({ min: 0, max: 24 * 60 - 1 });
    const text = (minutes: number) =>
      `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
    const moment = fc.date({ min: new Date('2025-01-01'), max: new Date('2027-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(zone, minute, minute, moment, (timeZone, from, to, now) => {
        const hours = quiet(`${timeZone} ${text(from)} ${text(to)}`);
        const end = quietUntil(now, hours);
        if (end === null) return;
        const waited = end.getTime() - now.getTime();
        expect(waited).toBeGreaterThan(0);
        expect(waited).toBeLessThanOrEqual(25 * 3_600_000 + 60_000);
        if (from !== to) expect(quietUntil(end, hours) === null || isChangeOfClock(end, timeZone)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Within a day of it wall clocks show minutes twice or never. */
function isChangeOfClock(moment: Date, timeZone: string): boolean {
  const offset = (shift: number) =>
    new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
      .formatToParts(new Date(moment.getTime() + shift * 3_600_000))
      .find((part) => part.type === 'timeZoneName')?.value;
  return offset(-24) !== offset(24);
}

/** Protects that digests come at their time, once, also after a stop at that time. */
describe('digests', () => {
  const channel = '11111111-1111-4111-8111-111111111111';
  const settings = (digest: object): Settings => settingsSchema.parse({ digest: { channel, ...digest } });
  it.each<[string, object, string, string[]]>([
    ['none wanted', {}, '2026-11-20T08:00:00Z', []],
    ['no channel', { channel: null, daily: true }, '2026-11-20T08:00:00Z', []],
    ['before its time', { daily: true }, '2026-11-20T07:59:00Z', []],
    ['the daily one', { daily: true }, '2026-11-20T08:00:00Z', ['daily 2026-11-19 2026-11-19']],
    ['later that day', { daily: true }, '2026-11-20T23:59:00Z', ['daily 2026-11-19 2026-11-19']],
    ['the weekly one on another day', { weekly: true }, '2026-11-20T08:00:00Z', []],
    ['the weekly one', { weekly: true, day: 'friday' }, '2026-11-20T08:00:00Z', ['weekly 2026-11-13 2026-11-19']],
    ['by the wall there', { daily: true, timeZone: 'Asia/Tokyo' }, '2026-11-19T23:00:00Z', ['daily 2026-11-19 2026-11-19']],
  ])('%s', (_what, digest, now, expected) => {
    const due = dueDigests(settings(digest), new Date(now));
    expect(due.map(({ period, from, to }) => `${period} ${from} ${to}`)).toEqual(expected);
  });
});
