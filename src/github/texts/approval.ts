import type { Approval } from '../../store/approvals/approvals.ts';
import type { Stop } from '../../store/fixes/stops.ts';
import type { CheckRunContent } from '../types.ts';
import { code, codeBlock, firstLines, inline } from './markdown.ts';

const PATCH_LINES = 80;
/** So much of a UUID names one question among those of a commit; GitHub allows identifiers of 20 characters. */
const ID_DIGITS = 12;

/** What a button does. GitHub shows at most three. */
const BUTTONS = ['apply', 'agent', 'rerun', 'dismiss'] as const;
export type Button = (typeof BUTTONS)[number];

/** What is asked on a commit, and what hinders it. */
export interface Questions {
  approvals: readonly Approval[];
  /** Of the pull request; null where nobody has stopped Regreen. */
  stop: Stop | null;
}

/** The first digits of the id, by which people name a question in a comment. */
export function shortId({ id }: Pick<Approval, 'id'>): string {
  return id.replaceAll('-', '').slice(0, ID_DIGITS);
}

/**
 * The name of a button: what it does, and the newest question that the person could see. It is about that question and
 * older ones, never about one that came after the person looked.
 */
export function buttonIdentifier(button: Button, newest: Pick<Approval, 'id'>): string {
  return `${button}:${shortId(newest)}`;
}

/** Reads a button's name back; `null` for what is none of ours. */
export function readButton(identifier: string): { button: Button; shortId: string } | null {
  const [, name, digits] = /^([a-z]{1,7}):([0-9a-f]{12})$/.exec(identifier) ?? [];
  const button = BUTTONS.find((one) => one === name);
  return button && digits ? { button, shortId: digits } : null;
}

/** GitHub takes three; of what is left out a comment decides. */
const MOST_BUTTONS = 3;

/** What says yes to each kind of question, the most wanted first. */
const YES: Record<Approval['remedy'], { button: Button; label: string; description: string }> = {
  fix: { button: 'apply', label: 'Apply fix', description: 'Opens a pull request with this change' },
  delegate: { button: 'agent', label: 'Ask the agent', description: 'Sends it the excerpt and the named files' },
  rerun: { button: 'rerun', label: 'Re-run', description: 'Runs the failed jobs again' },
};

/** The buttons of what waits on a commit; none while Regreen is stopped there. */
export function approvalButtons({ approvals, stop }: Questions): NonNullable<CheckRunContent['actions']> {
  const pending = stop ? [] : approvals.filter((one) => one.state === 'pending');
  const newest = pending.at(-1);
  if (!newest) return [];
  const yes = (['fix', 'delegate', 'rerun'] as const).flatMap((remedy) => {
    const one = pending.findLast((candidate) => candidate.remedy === remedy);
    const { button, label, description } = YES[remedy];
    return one ? [{ label, description, identifier: buttonIdentifier(button, one) }] : [];
  });
  return [
    ...yes.slice(0, MOST_BUTTONS - 1),
    { label: 'Dismiss', description: 'Says no to what is asked here', identifier: buttonIdentifier('dismiss', newest) },
  ];
}

/** What is asked, what was answered, and what is in the way, for the check run. */
export function approvalSections({ approvals, stop }: Questions): string[] {
  const pending = approvals.filter((one) => one.state === 'pending');
  const answered = approvals.filter((one) => one.decidedBy !== null).map(answeredLine);
  const labels = approvalButtons({ approvals, stop }).map(({ label }) => label);
  return [
    ...(stop ? [stopLine(stop)] : []),
    ...(stop ? [] : pending.map((one) => pendingSection(one, labels))),
    ...(answered.length > 0 ? [['## What people said', ...answered].join('\n')] : []),
  ];
}

/** Says that Regreen leaves a pull request alone, and what ends that. */
export function stopLine({ number, stoppedBy }: Stop): string {
  return `**Stopped.** ${code(stoppedBy)} told Regreen to leave #${number} alone: no fix, no suggestion, no re-run. The comment \`/regreen resume\` there lets it go on.`;
}

function pendingSection(approval: Approval, labels: readonly string[]): string {
  return [
    `## ${TITLES[approval.remedy]}`,
    ...(approval.reason === '' ? [] : [`**Why a person is asked:** ${inline(approval.reason, 400)}`]),
    whatItDoes(approval, labels),
    ...(approval.patch === '' ? [] : [codeBlock(firstLines(approval.patch, PATCH_LINES), 'diff')]),
    ...(approval.refused ? [refusedLine(approval.refused)] : []),
  ].join('\n\n');
}

const TITLES: Record<Approval['remedy'], string> = {
  fix: 'A change that needs your approval',
  rerun: 'A re-run that needs your approval',
  delegate: 'Whether a coding agent is asked needs your approval',
};

function whatItDoes(approval: Approval, labels: readonly string[]): string {
  const until = `A person with write permission may decide until ${day(approval.expiresAt)} or a newer commit, whichever comes first.`;
  const { label } = YES[approval.remedy];
  const comment = `the comment ${code(`/regreen approve ${shortId(approval)}`)}`;
  const how = labels.includes(label) ? `"${label}" above or ${comment}` : `${comment[0]?.toUpperCase()}${comment.slice(1)}`;
  const no = `"Dismiss" or ${code(`/regreen reject ${shortId(approval)}`)} says no.`;
  switch (approval.remedy) {
    case 'fix':
      return `${approval.fixers.map((fixer) => code(fixer)).join(', ')} would make this change. ${how} opens a pull request with it; ${no} ${until}`;
    case 'rerun':
      return `${how} has the failed jobs run again; ${no} ${until}`;
    case 'delegate':
      return `No fixer has an answer. ${how} has the agent asked for one, which goes through the gate and CI as any fix does; ${no} ${until}`;
  }
}

function answeredLine(approval: Approval): string {
  const who = code(approval.decidedBy ?? '');
  const what = NOUNS[approval.remedy];
  const why = approval.decisionReason === null ? '' : ` ${inline(approval.decisionReason, 400)}`;
  switch (approval.state) {
    case 'rejected':
      return `- ${who} said no to ${what}.${why}`;
    case 'expired':
      return `- ${who} said yes to ${what}, but it was not done.${why}`;
    default:
      return `- ${who} said yes to ${what}.${why}`;
  }
}

const NOUNS: Record<Approval['remedy'], string> = { fix: 'the change', rerun: 'the re-run', delegate: 'asking the agent' };

function refusedLine({ by, why }: { by: string; why: string }): string {
  return `${code(by)} wanted to decide this and could not: ${REFUSALS[why] ?? 'it was refused'}.`;
}

/** Why a word had no effect, after "could not:". */
export const REFUSALS: Readonly<Record<string, string>> = {
  'not-permitted': 'that needs write permission in this repository',
  'own-change': 'a person who neither asked for this nor opened the pull request must agree',
  stopped: 'Regreen is stopped on this pull request; `/regreen resume` lets it go on',
  expired: 'the question has expired; what holds for the newest commit is asked again there',
  'moved-on': 'a newer commit has come; what holds for it is asked again there',
  ended: 'the pull request was merged or closed, or the build is green by now',
  decided: 'somebody was faster',
};

/** A day in UTC: 2026-11-28. */
function day(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
