import { CAUSE_TEXT, VERDICT_TEXT } from '../../github/texts/causes.ts';
import type { ApprovalRemedy } from '../../store/tables/guard-tables.ts';
import type { NoticeKind } from '../rules/types.ts';
import type { IncidentStory, Story } from './story.ts';

/** Own words, words from outside that are shown as they are, or a link. Each channel writes them in its own way. */
export type Part = string | { outside: string } | { link: string; text: string };
export type Line = readonly Part[];

/** A message for people, before it is written for a channel. */
export interface Message {
  /** One line of plain text; it may hold words from outside. */
  title: string;
  tone: Tone;
  sections: Section[];
}

export type Tone = 'red' | 'green' | 'neutral' | 'attention';

export interface Section {
  lines: Line[];
  /** Words of a log; shown as a block. */
  quote: string | null;
}

/** Nobody reads more; the rest is counted. */
const MOST_SECTIONS = 15;

const TONE: Record<NoticeKind, Tone> = {
  'went-red': 'red',
  'still-red': 'red',
  'green-again': 'green',
  'incident-ended': 'neutral',
  'fix-proposed': 'neutral',
  'fix-verified': 'green',
  'fix-refuted': 'attention',
  'approval-wanted': 'attention',
  'agent-ceiling': 'attention',
  'breaker-open': 'attention',
  'channel-paused': 'attention',
};

const WORDS: Record<NoticeKind, string> = {
  'went-red': 'went red',
  'still-red': 'is still red',
  'green-again': 'is green again',
  'incident-ended': 'incident is over',
  'fix-proposed': 'fix proposed',
  'fix-verified': 'fix verified by CI',
  'fix-refuted': 'fix refuted by CI',
  'approval-wanted': 'approval wanted',
  'agent-ceiling': 'coding agent not asked',
  'breaker-open': 'fixes are stopped',
  'channel-paused': 'notification channel paused',
};

/** A message about one or several changes: the newest states first told in the title, each change in a section, the oldest first. */
export function messageOf(stories: readonly Story[]): Message {
  const ordered = stories.toSorted((a, b) => a.at.getTime() - b.at.getTime() || a.noticeId - b.noticeId);
  const shown = ordered.slice(-MOST_SECTIONS);
  const left = ordered.length - shown.length;
  const rest: Section[] = left > 0 ? [{ lines: [[`And ${left} earlier ${left === 1 ? 'one' : 'ones'}.`]], quote: null }] : [];
  return { title: titleOf(ordered), tone: toneOf(ordered), sections: [...rest, ...shown.map(sectionOf)] };
}

/** The same for what waited until quiet hours were over, or until its channel was mended. */
export function summaryOf(stories: readonly Story[], heldFor: string): Message {
  const message = messageOf(stories);
  const count = stories.length;
  return {
    ...message,
    title: `While ${heldFor}: ${count} ${count === 1 ? 'change' : 'changes'}`,
    sections: [{ lines: [[message.title]], quote: null }, ...message.sections],
  };
}

function toneOf(stories: readonly Story[]): Tone {
  const tones = new Set([...newestOfEach(stories)].map((story) => TONE[story.kind]));
  return (['red', 'attention', 'green', 'neutral'] as const).find((tone) => tones.has(tone)) ?? 'neutral';
}

/** `octo/shop main went red`, `octo/shop: 2 went red, 1 green again`. */
function titleOf(stories: readonly Story[]): string {
  const latest = newestOfEach(stories);
  const [first] = latest;
  if (!first) return 'Nothing to tell';
  if (new Set(latest.map((story) => `${placeOf(story)} ${story.kind}`)).size === 1)
    return `${placeOf(first)} ${WORDS[first.kind]}`;
  const repositories = new Set(stories.map((story) => story.repository));
  const place = repositories.size === 1 ? (first.repository ?? 'Regreen') : `${repositories.size} repositories`;
  const counts = [...Map.groupBy(latest, (story) => story.kind)].map(([kind, same]) => `${same.length} × ${WORDS[kind]}`);
  return `${place}: ${counts.join(', ')}`;
}

/** Of each incident its newest state; of all else everything. */
function newestOfEach(stories: readonly Story[]): Story[] {
  const bySubject = Map.groupBy(stories, (story) =>
    isState(story) ? `incident:${story.incident?.id}` : `notice:${story.noticeId}`,
  );
  return [...bySubject.values()].flatMap((same) => same.at(-1) ?? []);
}

function isState({ kind }: Story): boolean {
  return kind === 'went-red' || kind === 'still-red' || kind === 'green-again' || kind === 'incident-ended';
}

function placeOf({ repository, incident, channel }: Story): string {
  if (repository === null) return channel ?? 'Regreen';
  if (incident === null) return repository;
  return incident.pullRequestNumber === null
    ? `${repository} ${incident.branch}`
    : `${repository} #${incident.pullRequestNumber}`;
}

function sectionOf(story: Story): Section {
  const { incident } = story;
  const lines: Line[] = [headOf(story)];
  if (incident) lines.push(...linesOf(story, incident));
  if (story.reason !== null) lines.push([{ outside: story.reason }]);
  const showsLog = story.kind === 'went-red' || story.kind === 'still-red';
  return { lines, quote: showsLog ? (incident?.failure?.words ?? null) : null };
}

function headOf(story: Story): Line {
  const { incident, repository, channel } = story;
  const where: Part[] = repository === null ? (channel === null ? [] : [{ outside: channel }]) : [{ outside: repository }];
  const branch: Part[] = incident ? [' ', { outside: incident.branch }] : [];
  return [...where, ...branch, ` ${WORDS[story.kind]}`];
}

function* linesOf(story: Story, incident: IncidentStory): Iterable<Line> {
  const { failure } = incident;
  const isRed = story.kind === 'went-red' || story.kind === 'still-red';
  if (isRed || story.kind === 'approval-wanted') {
    yield [
      `Because ${CAUSE_TEXT[incident.cause]}`,
      ...(failure ? [': ', { outside: failure.jobName }, ' of ', { outside: failure.workflowName }] : []),
      ...(failure?.place ? [' in ', { outside: failure.place }] : []),
    ];
  }
  if (isRed && failure?.verdict) yield [`Whose fault: ${VERDICT_TEXT[failure.verdict]}`];
  if (story.kind === 'still-red') yield [`${incident.failures} failures since ${incident.openedAt.toISOString().slice(0, 16)}Z`];
  if (story.kind === 'green-again') yield [`Red for ${durationText(incident)}`];
  if (incident.closedReason !== null && !isRed && isState(story)) yield [{ outside: incident.closedReason }];
  if (story.fix) yield fixLine(story.fix);
  if (story.approval) yield [`${ASKED[story.approval.remedy]} waits for a yes: `, { outside: story.approval.reason }];
  yield* linksOf(story, incident);
}

const ASKED: Record<ApprovalRemedy, string> = { fix: 'A fix', rerun: 'A re-run', delegate: 'A question to a coding agent' };

function fixLine({ fixers, reason }: NonNullable<Story['fix']>): Line {
  const by: Part[] = fixers.flatMap((name, index) => [...(index > 0 ? [', '] : []), { outside: name }]);
  return ['By ', ...by, ...(reason === null ? [] : [': ', { outside: reason }])];
}

function* linksOf(story: Story, { failure, pullRequestNumber }: IncidentStory): Iterable<Line> {
  const runUrl = failure?.runUrl ?? null;
  const pulls = runUrl === null ? null : repositoryUrl(runUrl);
  const links: Part[] = [];
  const add = (link: string, text: string) => links.push(...(links.length > 0 ? [' · '] : []), { link, text });
  if (runUrl !== null) add(runUrl, 'Run');
  if (pulls !== null && pullRequestNumber !== null) add(`${pulls}/pull/${pullRequestNumber}`, `#${pullRequestNumber}`);
  if (pulls !== null && story.fix?.pullRequestNumber)
    add(`${pulls}/pull/${story.fix.pullRequestNumber}`, `Fix #${story.fix.pullRequestNumber}`);
  if (links.length > 0) yield links;
}

/** `https://github.com/octo/shop` of the page of a run; null for what is no such page. */
function repositoryUrl(runUrl: string): string | null {
  const at = runUrl.indexOf('/actions/runs/');
  return at > 0 ? runUrl.slice(0, at) : null;
}

const MINUTE_MS = 60_000;

function durationText({ openedAt, closedAt }: IncidentStory): string {
  const minutes = Math.max(0, Math.round(((closedAt ?? openedAt).getTime() - openedAt.getTime()) / MINUTE_MS));
  if (minutes < 120) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / (24 * 60))} days`;
}

/** A message as plain text, for where there is no markup: previews, receivers of webhooks. */
export function plainText({ title, sections }: Message): string {
  const texts = sections.map(({ lines, quote }) => [...lines.map(plainLine), ...(quote === null ? [] : [quote])].join('\n'));
  return [title, ...texts].join('\n\n');
}

function plainLine(line: Line): string {
  return line
    .map((part) => (typeof part === 'string' ? part : 'outside' in part ? part.outside : `${part.text}: ${part.link}`))
    .join('');
}
