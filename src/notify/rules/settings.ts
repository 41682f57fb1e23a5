import { z } from 'zod';
import { DAYS, timeOfDay, timeZone } from './types.ts';

export const DIGEST_PERIODS = ['daily', 'weekly'] as const;
export type DigestPeriod = (typeof DIGEST_PERIODS)[number];

/** What holds for all rules. */
export const settingsSchema = z.strictObject({
  enabled: z.boolean().default(true).describe('false tells nobody anything; what happens meanwhile is not told later.'),
  digest: z
    .strictObject({
      channel: z.uuid().nullable().default(null).describe('The channel of its own that digests go to; null sends none.'),
      daily: z.boolean().default(false),
      weekly: z.boolean().default(false),
      at: timeOfDay.default('08:00').describe('When they are sent, by the clock on the wall there.'),
      day: z.enum(DAYS).default('monday').describe('On which day the weekly one is sent, about the seven days before.'),
      timeZone: timeZone.default('UTC'),
    })
    .prefault({}),
});
export type Settings = z.output<typeof settingsSchema>;

export const DEFAULT_SETTINGS: Settings = settingsSchema.parse({});

const DAY_MS = 24 * 3_600_000;

/** A digest that is to be sent now; its days are the first and the last. */
export interface DueDigest {
  period: DigestPeriod;
  from: string;
  to: string;
}

/** Which digests are due: the same answer from their time on until the day there is over, so that a stop loses none. */
export function dueDigests({ enabled, digest }: Settings, now: Date): DueDigest[] {
  if (!enabled || digest.channel === null) return [];
  const wall = wallClock(now, digest.timeZone);
  if (wall.time < digest.at) return [];
  const yesterday = daysBefore(wall.date, 1);
  return [
    ...(digest.daily ? [{ period: 'daily' as const, from: yesterday, to: yesterday }] : []),
    ...(digest.weekly && wall.day === digest.day
      ? [{ period: 'weekly' as const, from: daysBefore(wall.date, 7), to: yesterday }]
      : []),
  ];
}

function wallClock(moment: Date, zone: string): { date: string; time: string; day: string } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    weekday: 'long',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(moment);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return {
    date: `${part('year')}-${part('month')}-${part('day')}`,
    time: `${part('hour')}:${part('minute')}`,
    day: part('weekday').toLowerCase(),
  };
}

function daysBefore(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10);
}
