import type { RepositoryConfig } from '../../config/repository-config.ts';
import { matchesAny } from '../../policy/globs.ts';
import { heldUntil } from './quiet-hours.ts';
import { type ChannelKind, keepsTickets, type NoticeKind, type Rule, type RuleBody, type WeighedNotice } from './types.ts';

/** States of a branch: each takes the place of the one before. */
const STATES: ReadonlySet<NoticeKind> = new Set(['went-red', 'still-red', 'green-again', 'incident-ended']);

/** A channel as rules see it. */
export interface RuledChannel {
  id: string;
  name: string;
  kind: ChannelKind;
}

/** What was told last of a subject in a channel. */
export interface Told {
  kind: NoticeKind;
  at: Date;
}

export type Weighing =
  | { kind: 'silent'; why: string }
  | { kind: 'told'; groupKey: string; dueAt: Date; heldFor: 'quiet-hours' | null };

/** Whether a rule's conditions hold for a notice; why not, as a sentence. `null` when all do. */
export function refuseNotice(notice: WeighedNotice, { enabled, rule }: Pick<Rule, 'enabled' | 'rule'>): string | null {
  const { incident } = notice;
  if (!enabled) return 'The rule is switched off.';
  if (!rule.events.includes(notice.kind)) return 'The rule does not name this event.';
  if (notice.repository !== null && !matchesAny(notice.repository, rule.repositories, { ignoreCase: true }))
    return 'The rule does not name this repository.';
  if (incident === null) return concernsAll(rule) ? null : 'The rule is about certain failures.';
  if (rule.defaultBranchOnly && !incident.onDefaultBranch) return 'The rule is about default branches only.';
  if (!matchesAny(incident.branch, rule.branches)) return 'The rule does not name this branch.';
  if (!matchesAny(incident.workflowPath, rule.workflows)) return 'The rule does not name this workflow.';
  if (rule.causes.length > 0 && !rule.causes.includes(incident.cause)) return 'The rule does not name this cause.';
  if (incident.failures < rule.minimumFailures) return 'The incident holds too few failures.';
  return null;
}

/** What concerns a whole repository, or no one, is told by rules that are not narrowed to certain failures. */
function concernsAll({ branches, workflows, causes }: RuleBody): boolean {
  return branches.includes('**') && workflows.includes('**') && causes.length === 0;
}

/** Whether the repository's own regreen.yml lets a channel be told; why not, as a sentence. */
export function refuseByRepository(
  notice: Pick<WeighedNotice, 'kind'>,
  channel: RuledChannel,
  { enabled, events, channels }: RepositoryConfig['notifications'],
): string | null {
  if (notice.kind === 'channel-paused') return null;
  if (!enabled) return 'regreen.yml switches notifications off.';
  if (!events[notice.kind]) return `regreen.yml switches ${notice.kind} off.`;
  if (channels !== null && !channels.includes(channel.name)) return 'regreen.yml does not name this channel.';
  return null;
}

/** Whose state a notice tells of: of one failure on one branch, for what else there is each one by itself. */
export function subjectOf(notice: WeighedNotice): string {
  const { incident, repositoryId } = notice;
  if (incident === null || !STATES.has(notice.kind)) return `notice:${notice.id}`;
  return `${repositoryId}:${incident.workflowPath}:${incident.fingerprint}:${incident.branch}`;
}

export interface ToWeigh {
  notice: WeighedNotice;
  rule: Rule;
  channel: RuledChannel;
  /** What was told last of its subject in this channel. */
  told: Told | null;
  now: Date;
}

/** When and with what else a notice that a rule names is told in a channel. Conditions were asked before. */
export function weigh({ notice, rule: { id, rule }, channel, told, now }: ToWeigh): Weighing {
  if (notice.channelId === channel.id) return { kind: 'silent', why: 'A paused channel is not told that it is paused.' };
  if (keepsTickets(channel.kind)) return weighTicket(notice, now);
  if (isRepetition(notice, told, rule.repeatMinutes)) return { kind: 'silent', why: 'The same was told a short time ago.' };
  const quiet = heldUntil(notice.kind, now, rule.quietHours);
  const groupKey = `${id}:${groupOf(notice, rule.groupBy)}`;
  if (quiet) return { kind: 'told', groupKey: `${id}:quiet`, dueAt: quiet, heldFor: 'quiet-hours' };
  return { kind: 'told', groupKey, dueAt: new Date(now.getTime() + rule.groupSeconds * 1000), heldFor: null };
}

/** A ticket says what the books say when it is written, so all news of an incident are one. */
function weighTicket({ incident }: WeighedNotice, now: Date): Weighing {
  if (incident === null) return { kind: 'silent', why: 'Tickets are kept for incidents only.' };
  return { kind: 'told', groupKey: `incident:${incident.id}`, dueAt: now, heldFor: null };
}

/** Red is told again only after a while; red after green, or green after red, at once. */
function isRepetition(notice: WeighedNotice, told: Told | null, minutes: number): boolean {
  if (told === null || !STATES.has(notice.kind)) return false;
  return isRed(notice.kind) === isRed(told.kind) && notice.at.getTime() - told.at.getTime() < minutes * 60_000;
}

function isRed(kind: NoticeKind): boolean {
  return kind === 'went-red' || kind === 'still-red';
}

function groupOf(notice: WeighedNotice, by: RuleBody['groupBy']): string {
  const { incident, repositoryId, id } = notice;
  switch (by) {
    case 'none':
      return `notice:${id}`;
    case 'incident':
      return incident ? `incident:${incident.id}` : `notice:${id}`;
    case 'branch':
      return `branch:${repositoryId}:${incident?.branch ?? ''}`;
    case 'repository':
      return `repository:${repositoryId}`;
  }
}
