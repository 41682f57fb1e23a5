import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_REPOSITORY_CONFIG, type RepositoryConfig } from '../../../src/config/repository-config.ts';
import type { Analytics } from '../../../src/insights/views.ts';
import { createAnalytics } from '../../../src/insights/views.ts';
import { createNotifyAdmin } from '../../../src/notify/admin.ts';
import { deliverNotification } from '../../../src/notify/deliver.ts';
import { createDispatcher } from '../../../src/notify/dispatch.ts';
import { channelHealth } from '../../../src/notify/health.ts';
import { allowedTargets } from '../../../src/notify/outgoing/addresses.ts';
import { createSafeFetch } from '../../../src/notify/outgoing/safe-fetch.ts';
import { resealSecrets } from '../../../src/notify/reseal.ts';
import { settingsSchema } from '../../../src/notify/rules/settings.ts';
import { createSealer } from '../../../src/notify/sealing.ts';
import type { NotifyServices } from '../../../src/notify/services.ts';
import type { JobContext } from '../../../src/queue/run-job.ts';
import { findChannel } from '../../../src/store/notifications/channels.ts';
import { claimNotification } from '../../../src/store/notifications/outbox.ts';
import { saveSettings } from '../../../src/store/notifications/rules.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { ENCRYPTION_KEY, givenChannel, givenRule } from '../../support/notify/channels.ts';
import { type SlackServer, startSlack } from '../../support/notify/slack-server.ts';

let test: TestDatabase;
let slack: SlackServer;
let services: NotifyServices;
/** Jobs in the queue. */
let jobs: string[];
let now: Date;
let config: RepositoryConfig['notifications'] | Error;

const NIGHT = { timeZone: 'UTC', from: '22:00', to: '07:00', days: ['friday' as const], except: [] };

beforeAll(async () => {
  [test, slack] = await Promise.all([createTestDatabase(), startSlack()]);
  services = {
    database: test.database,
    queue: {
      send: async (_name, { data }) => {
        jobs.push((data as { notificationId: string }).notificationId);
        return 'job';
      },
    },
    safe: createSafeFetch({ allowed: allowedTargets(['127.0.0.1']), timeoutMs: 60_000, mostBytes: 10_000 }),
    sealer: createSealer([ENCRYPTION_KEY]),
    linearUrl: 'http://127.0.0.1:1/',
    repositoryConfig: async () => {
      if (config instanceof Error) throw config;
      return config;
    },
    repositoryAt: async () => null,
    analytics: createAnalytics(test.database, () => now) as Analytics,
    observe: { notificationEnded: () => undefined, channelPaused: () => undefined },
    log: createLog({ level: 'silent' }),
    now: () => now,
  };
  await test.pool.query("insert into repositories (id, owner, name, default_branch) values (1, 'octo', 'shop', 'main')");
});
beforeEach(async () => {
  await test.pool.query(`delete from notification_items; delete from notifications; delete from notices; delete from notification_rules;
    delete from notification_channels; delete from notification_settings; delete from incidents; delete from runs`);
  slack.messages.splice(0);
  jobs = [];
  now = new Date('2026-11-20T12:00:00Z');
  config = DEFAULT_REPOSITORY_CONFIG.notifications;
});
afterAll(async () => {
  await services.safe.close();
  await slack.close();
  await test.drop();
});

let runs = 0;

/** A failed job of a new run, as the diagnosis writes it. @returns the incident */
async function fails(fingerprint = 'f00', incident?: string): Promise<string> {
  const run = ++runs;
  const { rows } = await test.pool.query(
    `with run as (insert into runs (id, attempt, repository_id, workflow_id, workflow_name, workflow_path, run_number, event, status,
        conclusion, head_sha, head_branch, head_repository, url, created_at)
      values ($1::bigint, 1, 1, 1, 'CI', 'ci.yml', 1, 'push', 'completed', 'failure', 'a', 'main', 'octo/shop', 'https://github.test/octo/shop/actions/runs/' || $1::bigint, $2::timestamptz))
    insert into incidents (id, repository_id, head_repository, branch, workflow_path, fingerprint, cause, status, opened_at, last_failure_at)
    values (coalesce($3::uuid, gen_random_uuid()), 1, 'octo/shop', 'main', 'ci.yml', $4, 'lint', 'open', $2::timestamptz, $2::timestamptz)
    on conflict (id) do update set last_failure_at = excluded.last_failure_at returning id`,
    [run, now, incident ?? null, fingerprint],
  );
  const id = rows[0].id as string;
  await test.pool.query(
    `insert into diagnoses (incident_id, repository_id, run_id, run_attempt, job_name, head_sha, fingerprint, cause, confidence,
       diagnosis, excerpt, decision) values ($1, 1, $2, 1, 'lint', 'a', $3, 'lint', 1, '{}', 'no', '{}')`,
    [id, run, fingerprint],
  );
  await test.pool.query('update incidents set failures = failures + 1 where id = $1', [id]);
  return id;
}

async function isGreen(incident: string): Promise<void> {
  await test.pool.query(`update runs set conclusion = 'success' where id = $1`, [runs]);
  await test.pool.query(
    `update incidents set status = 'closed', closed_at = $2, closed_reason = 'CI is green again' where id = $1`,
    [incident, now],
  );
}

const dispatch = () => createDispatcher(services).dispatch();
const context = (change: Partial<JobContext> = {}): JobContext => ({
  attempt: 1,
  again: false,
  lastAttempt: false,
  correlationId: 'c',
  signal: new AbortController().signal,
  log: services.log,
  ...change,
});
const deliver = (id: string, change?: Partial<JobContext>) =>
  deliverNotification(services, { notificationId: id }, context(change));

/** A round, and all that it has put into the queue. */
async function round(): Promise<void> {
  await dispatch();
  for (const id of jobs.splice(0)) await deliver(id);
}

async function statuses(): Promise<string[]> {
  const { rows } = await test.pool.query('select status from notifications order by created_at, id');
  return rows.map(({ status }) => status);
}

const titles = () => slack.messages.map(({ blocks }) => blocks[0]?.text.text.slice(3));
const minutes = (count: number) => {
  now = new Date(now.getTime() + count * 60_000);
};
const slackChannel = (name = 'ci') => givenChannel(test.database, { name, kind: 'slack', secret: { url: slack.hook } });

/** Protects that nothing is lost and nothing told twice, wherever a process dies. */
describe('the outbox', () => {
  it('tells each red run and each end once, and all jobs of one run together', async () => {
    await givenRule(test.database, 'r', { channels: [await slackChannel()], repeatMinutes: 0 });
    const incident = await fails();
    // Another job of the same run with the same cause.
    await test.pool.query(`insert into diagnoses (incident_id, repository_id, run_id, run_attempt, job_name, head_sha, fingerprint, cause,
      confidence, diagnosis, excerpt, decision) values ('${incident}', 1, ${runs}, 1, 'lint 2', 'a', 'f00', 'lint', 1, '{}', '', '{}')`);
    await round();
    await fails('f00', incident);
    await round();
    await isGreen(incident);
    await round();
    await round();
    expect(titles()).toEqual(['octo/shop main went red', 'octo/shop main is still red', 'octo/shop main is green again']);
  });

  it('is written in the transaction of the change, and so is nothing of a change that was rolled back', async () => {
    const client = await test.pool.connect();
    await client.query('begin');
    await client.query(`insert into breakers (repository_id, opened_at, reason) values (1, now(), 'three in a row')`);
    await client.query('rollback');
    client.release();
    const { rows } = await test.pool.query('select kind from notices');
    expect(rows).toEqual([]);
  });

  it('weighs a notice once, however many processes look at once', async () => {
    await givenRule(test.database, 'r', { channels: [await slackChannel()] });
    for (let count = 0; count < 5; count++) await fails(`f${count}`);
    await Promise.all(Array.from({ length: 5 }, dispatch));
    const { rows } = await test.pool.query(
      'select count(*)::int as items, count(distinct notification_id)::int as messages from notification_items',
    );
    expect(rows).toEqual([{ items: 5, messages: 1 }]);
  });

  it('sends once, though the job was asked for twice and another one runs at the same time', async () => {
    await givenRule(test.database, 'r', { channels: [await slackChannel()] });
    await fails();
    await dispatch();
    const [id = ''] = jobs;
    await Promise.all([deliver(id), deliver(id), deliver(id)]);
    await deliver(id, { again: true });
    expect([titles(), await statuses()]).toEqual([['octo/shop main went red'], ['sent']]);
  });

  it('sends what a process had taken that died before it sent', async () => {
    await givenRule(test.database, 'r', { channels: [await slackChannel()] });
    await fails();
    await dispatch();
    const [id = ''] = jobs;
    await claimNotification(test.database, id, false);
    await deliver(id);
    expect(titles()).toEqual([]);
    await deliver(id, { again: true });
    expect([titles(), await statuses()]).toEqual([['octo/shop main went red'], ['sent']]);
  });

  it('asks for the job again when a process died between message and queue', async () => {
    await givenRule(test.database, 'r', { channels: [await slackChannel()] });
    await fails();
    await dispatch();
    jobs.splice(0);
    await test.pool.query('update notifications set queued_at = null');
    await dispatch();
    expect(jobs).toHaveLength(1);
    jobs.splice(0);
    await dispatch();
    expect(jobs).toEqual([]);
  });

  it('keeps the order: what comes while an earlier message is on its way waits for it', async () => {
    await givenRule(test.database, 'r', { channels: [await slackChannel()] });
    const incident = await fails();
    await dispatch();
    const [first = ''] = jobs.splice(0);
    await claimNotification(test.database, first, false);
    minutes(1);
    await isGreen(incident);
    await round();
    expect(titles()).toEqual([]);
    await deliver(first, { again: true });
    minutes(1);
    await round();
    expect(titles()).toEqual(['octo/shop main went red', 'octo/shop main is green again']);
  });

  it('asks again for what its job has put off before the round has said that it was asked for', async () => {
    await givenRule(test.database, 'r', { channels: [await slackChannel()] });
    const incident = await fails();
    await dispatch();
    const [first = ''] = jobs.splice(0);
    await claimNotification(test.database, first, false);
    minutes(1);
    await isGreen(incident);
    const queue: NotifyServices['queue'] = {
      send: async (_name, { data }) => {
        await deliver((data as { notificationId: string }).notificationId);
        return 'job';
      },
    };
    await createDispatcher({ ...services, queue }).dispatch();
    await deliver(first, { again: true });
    minutes(1);
    await round();
    expect(titles()).toEqual(['octo/shop main went red', 'octo/shop main is green again']);
  });

  it('tells two rules’ one channel once', async () => {
    const channel = await slackChannel();
    await givenRule(test.database, 'one', { channels: [channel] });
    await givenRule(test.database, 'two', { channels: [channel] });
    await fails();
    await round();
    expect(titles()).toHaveLength(1);
  });

  it('waits for a repository whose configuration can not be read, and for no other reason', async () => {
    await givenRule(test.database, 'r', { channels: [await slackChannel()] });
    config = new Error('GitHub is away');
    await fails();
    await round();
    expect(await statuses()).toEqual([]);
    config = DEFAULT_REPOSITORY_CONFIG.notifications;
    await round();
    expect(titles()).toHaveLength(1);
    config = { ...config, enabled: false };
    await fails('f01');
    await round();
    expect(titles()).toHaveLength(1);
  });
});

/** Protects the night: nothing in it, and all of it in the morning in one message. */
describe('quiet hours', () => {
  it('are followed by one message that sums up', async () => {
    await givenRule(test.database, 'r', { channels: [await slackChannel()], quietHours: NIGHT });
    now = new Date('2026-11-20T23:00:00Z');
    const incident = await fails();
    await round();
    minutes(60);
    await fails('f01');
    await isGreen(incident);
    await round();
    expect([titles(), await statuses()]).toEqual([[], ['held']]);
    now = new Date('2026-11-21T07:00:00Z');
    await round();
    expect(titles()).toEqual(['While quiet hours were on: 3 changes']);
  });
});

/** Protects people from a channel that fails silently, and a channel from being hammered. */
describe('a channel that fails', () => {
  it('is tried again, as late as it wants, and its history says why', async () => {
    await givenRule(test.database, 'r', { channels: [await slackChannel()] });
    await fails();
    await dispatch();
    const [id = ''] = jobs.splice(0);
    slack.failWith('rate_limited', 'rollup_error');
    await expect(deliver(id)).rejects.toMatchObject({ code: 'SLACK_RATE_LIMITED', retryAfterSeconds: 30 });
    await expect(deliver(id, { attempt: 2, again: true })).rejects.toMatchObject({ code: 'SLACK_ROLLUP_ERROR' });
    const { rows } = await test.pool.query('select status, reason, attempts from notifications');
    expect(rows).toEqual([{ status: 'waiting', reason: 'Slack answered 500 rollup_error.', attempts: 2 }]);
    await deliver(id, { attempt: 3, again: true });
    expect(await statuses()).toEqual(['sent']);
  });

  it('has messages that never arrive: they fail for good, and the next is sent', async () => {
    await givenRule(test.database, 'r', { channels: [await slackChannel()] });
    await fails();
    slack.failWith('invalid_payload');
    await round();
    minutes(1);
    await fails('f01');
    await round();
    expect(await statuses()).toEqual(['failed', 'sent']);
    const { rows } = await test.pool.query('select failures_in_a_row, paused_at from notification_channels');
    expect(rows).toEqual([{ failures_in_a_row: 0, paused_at: null }]);
  });

  it.each([
    ['at once, where it is gone', ['no_service'] as const],
    ['after five failures in a row', ['rollup_error', 'rollup_error', 'rollup_error', 'rollup_error', 'rollup_error'] as const],
  ])('is paused %s, which is told elsewhere; once mended it tells what it missed', async (_what, faults) => {
    const channel = await slackChannel();
    const other = await slackChannel('other');
    await givenRule(test.database, 'r', { channels: [channel] });
    await givenRule(test.database, 'pauses', { channels: [channel, other], events: ['channel-paused'] });
    await fails();
    await dispatch();
    const [id = ''] = jobs.splice(0);
    slack.failWith(...faults);
    for (const [index] of faults.entries()) await deliver(id, { attempt: index + 1, again: index > 0 }).catch(() => undefined);
    expect((await findChannel(test.database, channel))?.pausedReason).toMatch(/^Slack answered/);
    const health = await channelHealth(test.database, 'slack');
    expect(health).toEqual({
      status: 'degraded',
      message: '1 of 2 channels paused; GET /api/v1/notifications/channels says why.',
    });
    // What comes meanwhile is held, too.
    minutes(1);
    await fails('f01');
    await round();
    await round();
    expect(titles()).toEqual(['ci notification channel paused']);
    expect((await statuses()).toSorted()).toEqual(['held', 'sent']);
    const admin = createNotifyAdmin({ ...services, allowed: allowedTargets([]) });
    await admin.resumeChannel(channel, { id: 'mona', correlationId: 'c' });
    await round();
    expect(titles()[1]).toBe('While this channel was paused: 2 changes');
  });

  it('whose secret can not be opened is paused, and says what to do', async () => {
    await givenRule(test.database, 'r', { channels: [await slackChannel()] });
    await fails();
    await dispatch();
    const [id = ''] = jobs.splice(0);
    await deliverNotification({ ...services, sealer: createSealer([]) }, { notificationId: id }, context());
    const { rows } = await test.pool.query('select paused_reason from notification_channels');
    expect(rows[0].paused_reason).toContain('lies under the key "k1"');
  });
});

/** Protects that an old key can go, and that digests come once. */
describe('what goes by itself', () => {
  it('secrets are put under the current key', async () => {
    const id = await slackChannel();
    const next = createSealer([{ id: 'k2', key: Buffer.alloc(32, 8) }, ENCRYPTION_KEY]);
    expect(await resealSecrets(test.database, next)).toEqual({ resealed: 1, unreadable: [] });
    expect(await resealSecrets(test.database, next)).toEqual({ resealed: 0, unreadable: [] });
    expect((await findChannel(test.database, id))?.secret?.keyId).toBe('k2');
    const stranger = createSealer([{ id: 'k3', key: Buffer.alloc(32, 9) }]);
    expect(await resealSecrets(test.database, stranger)).toEqual({ resealed: 0, unreadable: ['ci'] });
  });

  it('a digest is sent once, by whichever process', async () => {
    const channel = await slackChannel();
    await saveSettings(
      test.database,
      settingsSchema.parse({ digest: { channel, daily: true, weekly: true, day: 'friday' } }),
      now,
    );
    await Promise.all([dispatch(), dispatch(), dispatch()]);
    await round();
    minutes(30);
    await round();
    expect(titles().toSorted()).toEqual(['CI from 2026-11-13 to 2026-11-19', 'CI on 2026-11-19']);
  });
});
