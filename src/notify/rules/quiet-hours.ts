import { DAYS, type NoticeKind, type QuietHours } from './types.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/**
 * When the quiet hours end in which a moment lies; null where it lies in none. By the clock on the wall: where it is put back
 * within them they last an hour longer, and where an end does not exist they end when the clock has jumped over it.
 */
export function quietUntil(moment: Date, quiet: QuietHours): Date | null {
  const wall = wallClock(moment, quiet.timeZone);
  const from = minutesOf(quiet.from);
  const length = ((minutesOf(quiet.to) - from + DAY_MINUTES - 1) % DAY_MINUTES) + 1;
  // They may have begun on the day before.
  for (const daysAgo of [0, 1]) {
    const since = wall.minutes - from + daysAgo * DAY_MINUTES;
    const day = DAYS[(wall.day - daysAgo + 7) % 7];
    if (day === undefined || !quiet.days.includes(day) || since < 0 || since >= length) continue;
    return momentOf(moment, length - since, quiet.timeZone, (wall.minutes + length - since) % DAY_MINUTES);
  }
  return null;
}

/** When a notice may be told: now, or at the end of quiet hours. */
export function heldUntil(kind: NoticeKind, now: Date, quiet: QuietHours | null): Date | null {
  if (quiet === null || quiet.except.includes(kind)) return null;
  return quietUntil(now, quiet);
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

/** The day of the week (0 is Monday) and the minute of the day. */
function wallClock(moment: Date, timeZone: string): { day: number; minutes: number } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'long',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(moment);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  const day = (DAYS as readonly string[]).indexOf(part('weekday').toLowerCase());
  return { day, minutes: Number(part('hour')) * 60 + Number(part('minute')) };
}

/** So many minutes of wall clock later, at the begin of that minute; put right where the clock is changed in between. */
function momentOf(moment: Date, minutes: number, timeZone: string, wanted: number): Date {
  const flat = new Date(Math.floor(moment.getTime() / MINUTE_MS) * MINUTE_MS + minutes * MINUTE_MS);
  const off = differenceOf(wallClock(flat, timeZone).minutes, wanted);
  const moved = new Date(flat.getTime() - off * MINUTE_MS);
  // A time that the clock jumps over is never shown; the flat one lies behind the jump.
  return wallClock(moved, timeZone).minutes === wanted && moved > moment ? moved : flat;
}

/** Minutes from `wanted` to `shown`, the short way around the clock. */
function differenceOf(shown: number, wanted: number): number {
  return ((shown - wanted + DAY_MINUTES * 1.5) % DAY_MINUTES) - DAY_MINUTES / 2;
}
