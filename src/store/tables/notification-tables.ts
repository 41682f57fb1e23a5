import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { DigestPeriod } from '../../notify/rules/settings.ts';
import type { ChannelKind, NoticeKind, RuleBody } from '../../notify/rules/types.ts';
import type { Timestamp } from './timestamp.ts';

/** A change that somebody may want to know of; written by triggers in the transaction of the change. */
export interface NoticesTable {
  id: Generated<number>;
  key: string;
  kind: NoticeKind;
  repository_id: number | null;
  incident_id: string | null;
  fix_id: string | null;
  approval_id: string | null;
  details: ColumnType<NoticeDetails, string | undefined, string>;
  at: Timestamp;
  weighed_at: Timestamp | null;
  /** W3C's, of the span in which it came about. */
  traceparent: Generated<string | null>;
}

export interface NoticeDetails {
  /** Why, for kinds that no row of the books explains. */
  reason?: string;
  /** Of a paused channel. */
  channel?: string;
  channelId?: string;
  /** `ID:ATTEMPT` of the red run. */
  run?: string;
}

export interface NotificationChannelsTable {
  id: Generated<string>;
  name: string;
  kind: ChannelKind;
  settings: JSONColumnType<Record<string, unknown>>;
  secret: Buffer | null;
  secret_key: string | null;
  secret_hint: string | null;
  enabled: Generated<boolean>;
  paused_at: Timestamp | null;
  paused_reason: string | null;
  failures_in_a_row: Generated<number>;
  last_sent_at: Timestamp | null;
  last_failed_at: Timestamp | null;
  last_failure: string | null;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface NotificationRulesTable {
  id: Generated<string>;
  name: string;
  enabled: Generated<boolean>;
  rule: JSONColumnType<RuleBody>;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface NotificationSettingsTable {
  only_row: Generated<boolean>;
  settings: JSONColumnType<object>;
  updated_at: Timestamp;
}

export type NotificationStatus = 'waiting' | 'held' | 'sending' | 'sent' | 'failed' | 'merged' | 'dropped';
export type NotificationPurpose = 'notices' | 'summary' | 'test' | 'manual' | 'digest';

/** What a message is made of that no notice tells. */
export interface NotificationContent {
  text?: string;
  /** A digest's days, the first and the last, and their time zone. */
  digest?: { period: DigestPeriod; from: string; to: string; timeZone: string };
}

export interface NotificationsTable {
  id: Generated<string>;
  channel_id: string | null;
  channel_name: string;
  rule_id: string | null;
  repository_id: number | null;
  purpose: NotificationPurpose;
  group_key: string;
  status: NotificationStatus;
  held_for: 'quiet-hours' | 'paused' | null;
  content: ColumnType<NotificationContent | null, string | null | undefined, string | null>;
  title: string | null;
  reason: string | null;
  error_code: string | null;
  attempts: Generated<number>;
  url: string | null;
  due_at: Timestamp;
  queued_at: Timestamp | null;
  created_at: Timestamp;
  ended_at: Timestamp | null;
}

export interface NotificationItemsTable {
  notification_id: string;
  notice_id: number;
  channel_id: string;
  subject: string;
  kind: NoticeKind;
  at: Timestamp;
}

export interface NotificationTicketsTable {
  channel_id: string;
  incident_id: string;
  external_id: string | null;
  url: string | null;
  state: 'planned' | 'open' | 'closed';
  content_hash: string | null;
  updated_at: Timestamp;
}
