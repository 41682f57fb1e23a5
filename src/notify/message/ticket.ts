import { CAUSE_TEXT, VERDICT_TEXT } from '../../github/texts/causes.ts';
import { code, codeBlock, inline, plain } from '../../github/texts/markdown.ts';
import type { FixStory, IncidentStory } from './story.ts';

/** What a ticket of an incident is to say. */
export interface Ticket {
  title: string;
  /** Markdown. */
  body: string;
  state: 'open' | 'closed';
}

/** All that the books say of an incident. */
export interface TicketSubject {
  repository: string;
  incident: IncidentStory;
  /** The oldest first. */
  fixes: readonly FixStory[];
  /** Whether a person is asked for something. */
  approvalPending: boolean;
}

const LONGEST_QUOTE = 1_500;
const MOST_FIXES = 10;

/** A ticket is a function of the books alone, so that it is written only when they say something new. */
export function ticketOf({ repository, incident, fixes, approvalPending }: TicketSubject, marker: string): Ticket {
  const { failure } = incident;
  const where = incident.pullRequestNumber === null ? incident.branch : `#${incident.pullRequestNumber}`;
  const words = failure?.words ?? null;
  const lines = [
    `${inline(repository)} is red on ${code(incident.branch)} because ${CAUSE_TEXT[incident.cause]}.`,
    ...(failure
      ? [`${code(failure.jobName)} of ${code(failure.workflowName)}${failure.place ? `, in ${code(failure.place)}` : ''}.`]
      : []),
    ...(failure?.runUrl ? [`[The run](${failure.runUrl}), at ${code(failure.headSha.slice(0, 12))}.`] : []),
    ...(failure?.verdict ? [`Whose fault: ${VERDICT_TEXT[failure.verdict]}.`] : []),
    `Failures: ${incident.failures}, the first at ${incident.openedAt.toISOString()}.`,
    ...(words === null ? [] : [codeBlock(words.slice(0, LONGEST_QUOTE))]),
    ...fixes.slice(-MOST_FIXES).map(fixLine),
    ...(approvalPending ? ["A person's approval is wanted."] : []),
    ...(incident.status === 'closed'
      ? [`Over since ${incident.closedAt?.toISOString() ?? 'now'}: ${inline(incident.closedReason ?? '')}.`]
      : []),
    `_Kept by Regreen for incident ${incident.id}; what is written here is replaced, comments stay._`,
    marker,
  ];
  return {
    title: plain(`${repository} ${where}: ${CAUSE_TEXT[incident.cause]}`, 200),
    body: lines.join('\n\n'),
    state: incident.status,
  };
}

function fixLine({ fixers, outcome, reason, pullRequestNumber }: FixStory): string {
  const by = fixers.map((name) => code(name)).join(', ');
  const where = pullRequestNumber === null ? '' : ` in pull request ${pullRequestNumber}`;
  const end = outcome === null ? 'under way' : outcome;
  return `Fix by ${by}${where}: ${end}${reason === null ? '' : `, ${inline(reason)}`}.`;
}
