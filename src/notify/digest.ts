import { CAUSE_TEXT } from '../github/texts/causes.ts';
import type { Analytics } from '../insights/views.ts';
import { findChannel } from '../store/notifications/channels.ts';
import { addOnce } from '../store/notifications/outbox.ts';
import { readSettings } from '../store/notifications/rules.ts';
import type { NotificationContent } from '../store/tables/notification-tables.ts';
import type { Line, Message } from './message/message.ts';
import { dueDigests } from './rules/settings.ts';
import type { NotifyServices } from './services.ts';

const MOST_NAMED = 5;

/** Plans the digests whose time has come, each once, however many processes look and however often. */
export async function planDigests({ database, now }: Pick<NotifyServices, 'database' | 'now'>): Promise<void> {
  const settings = await readSettings(database);
  const due = dueDigests(settings, now());
  if (due.length === 0 || settings.digest.channel === null) return;
  const channel = await findChannel(database, settings.digest.channel);
  if (!channel?.enabled) return;
  for (const { period, from, to } of due) {
    await addOnce(database, {
      channel,
      ruleId: null,
      repositoryId: null,
      purpose: 'digest',
      groupKey: `digest:${period}:${from}`,
      heldFor: null,
      content: { digest: { period, from, to, timeZone: settings.digest.timeZone } },
      dueAt: now(),
      at: now(),
    });
  }
}

type Days = NonNullable<NotificationContent['digest']>;
type Figures = Pick<Analytics, 'daysIn' | 'overview' | 'failures' | 'flakiness'>;

/** What the figures of some days say; each is defined in docs/metrics.md. */
export async function digestMessage(analytics: Figures, { period, from, to, timeZone }: Days): Promise<Message> {
  const scope = await analytics.daysIn({ from, to }, timeZone);
  const [overview, failures, flaky] = await Promise.all([
    analytics.overview(scope),
    analytics.failures(scope, MOST_NAMED),
    analytics.flakiness(scope, MOST_NAMED),
  ]);
  const { runs, recovery, incidents, deployments } = overview;
  const figures: Line[] = [
    [
      `${runs.runs} runs: ${runs.green} green, ${runs.red} red, ${runs.cancelled} cancelled; success rate ${percent(runs.successRate)}`,
    ],
    [`Duration: median ${time(runs.duration.medianMs)}, p95 ${time(runs.duration.p95Ms)} (n ${runs.duration.n})`],
    [
      `Queue: median ${time(runs.queue.medianMs)}, p95 ${time(runs.queue.p95Ms)} (n ${runs.queue.n}); ${runs.minutes} minutes of jobs`,
    ],
    [
      `Default branches were red ${recovery.n + recovery.open} times, ${recovery.open} are still; median until green ${time(recovery.medianMs)}`,
    ],
    [
      `Incidents: ${incidents.opened} opened, ${incidents.open} of them open; ${incidents.healed.n} ended by a fix of Regreen, ${incidents.greenByRerun} re-runs went green`,
    ],
    [`Deployments: ${deployments.ended}; change failure rate ${percent(deployments.changeFailureRate)}`],
  ];
  const byCause = failures.byCause.map(({ cause, jobs }): Line => [`${jobs} × ${CAUSE_TEXT[cause]}`]);
  const places = flaky.places.map(
    (one): Line => [
      { outside: `${one.owner}/${one.name}` },
      ' ',
      { outside: one.test ?? one.jobName },
      `: ${one.flakes} ${one.flakes === 1 ? 'flake' : 'flakes'}`,
    ],
  );
  return {
    title: period === 'daily' ? `CI on ${from}` : `CI from ${from} to ${to}`,
    tone: 'neutral',
    sections: [
      { lines: figures, quote: null },
      ...(byCause.length > 0 ? [{ lines: [['Failed jobs by cause'] as Line, ...byCause], quote: null }] : []),
      ...(places.length > 0 ? [{ lines: [['Flaky'] as Line, ...places], quote: null }] : []),
    ],
  };
}

function percent(share: number | null): string {
  return share === null ? 'unknown' : `${Math.round(share * 1_000) / 10} %`;
}

function time(ms: number | null): string {
  if (ms === null) return 'unknown';
  const seconds = Math.round(ms / 1_000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 6) / 10} min`;
}
