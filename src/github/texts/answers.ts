import { decisionFor } from '../../policy/decide.ts';
import type { Answer } from '../../store/approvals/answers.ts';
import type { Approval } from '../../store/approvals/approvals.ts';
import type { Breaker } from '../../store/fixes/guards.ts';
import type { StoredDiagnosis } from '../../store/incidents/diagnoses.ts';
import { REFUSALS, shortId, stopLine } from './approval.ts';
import { CAUSE_TEXT, VERDICT_TEXT } from './causes.ts';
import { code, codeBlock, cut, firstLines, inline } from './markdown.ts';
import { currentDiagnoses, nextStep, type ReportModel } from './report.ts';

/** How Regreen finds its one comment again. */
export const ANSWERS_MARKER = '<!-- regreen:answers -->';
/** Older answers are in the audit log. */
export const ANSWERS_SHOWN = 10;
/** Ten of them stay below the 65,536 characters that GitHub takes. */
const LONGEST_ANSWER = 6_000;
const MOST_FAILURES = 5;
const EXCERPT_LINES = 12;

/** The one comment: the newest answers, newest first. */
export function answersComment(answers: readonly Answer[]): string {
  return [ANSWERS_MARKER, ...answers.map(answerSection)].join('\n\n');
}

function answerSection({ author, command, text, at }: Answer): string {
  const when = at.toISOString().slice(0, 16).replace('T', ' ');
  return [`**${code(`/regreen ${command}`, 80)}** · ${code(author)}, ${when} UTC`, text].join('\n\n');
}

/** What the commands do; the same everywhere. */
export function helpText(unknown: string | null): string {
  return [
    ...(unknown === null ? [] : [`There is no command ${code(unknown, 60)}. These are known:`, '']),
    '| command | what it does |',
    '| --- | --- |',
    '| `/regreen fix` | fixes what is red here, or says why not |',
    '| `/regreen retry` | has the failed jobs run again |',
    '| `/regreen explain` | says why it is red |',
    '| `/regreen status` | says what Regreen is doing here |',
    '| `/regreen approve` | says yes to what the check run asks; with the number that stands there, to that alone |',
    '| `/regreen reject why` | says no to it |',
    '| `/regreen stop` | leaves this pull request alone |',
    '| `/regreen resume` | goes on, also with fixes that were stopped in the whole repository |',
    '',
    'They are for people with write permission, one in a comment, at the beginning of a line.',
  ].join('\n');
}

export function moreCommandsLine(more: number): string {
  return `One comment is one command: the ${more === 1 ? 'other one was' : `${more} others were`} left out.`;
}

export const NOT_PERMITTED = 'Only people with write permission in this repository may tell Regreen what to do.';
export const NO_PULL_REQUEST = 'That works on pull requests. Here, `status`, `resume` and `help` do.';
export const ENDED = 'This pull request was merged or closed, so there is nothing to do here any more.';
export const NOTHING_ASKED = 'Nothing waits for an approval on the newest commit here.';
export const STOPPED_NOW =
  'Regreen leaves this pull request alone from now on: no fix, no suggestion, no re-run. `/regreen resume` lets it go on.';
export const STOPPED_BEFORE = 'Regreen was stopped here already. `/regreen resume` lets it go on.';
export const NOT_STOPPED = 'Nothing was stopped here. Regreen goes on as before.';

export function resumedText({ pull, breaker }: { pull: boolean; breaker: boolean }): string {
  if (!pull && !breaker) return NOT_STOPPED;
  const what = [...(pull ? ['on this pull request'] : []), ...(breaker ? ['with fixes in this repository'] : [])];
  return `Regreen goes on ${what.join(' and ')}, and looks at the newest commit again.`;
}

/** What came of a yes or a no. */
export function decisionText(answers: readonly { approval: Approval; refused: string | null }[]): string {
  return answers.map(({ approval, refused }) => `- ${decisionLine(approval, refused)}`).join('\n');
}

const NOUNS: Record<Approval['remedy'], string> = { fix: 'The change', rerun: 'The re-run', delegate: 'Asking the agent' };

function decisionLine(approval: Approval, refused: string | null): string {
  const what = `${NOUNS[approval.remedy]} ${code(shortId(approval))}`;
  if (refused === 'decided') {
    const how = approval.state === 'rejected' ? 'rejected' : 'approved';
    return `${what} was ${how} by ${code(approval.decidedBy ?? 'somebody')} already; nothing was changed.`;
  }
  if (refused !== null) return `${what} was not decided: ${REFUSALS[refused] ?? 'it was refused'}.`;
  return approval.state === 'rejected' ? `${what} is rejected.` : `${what} is approved; Regreen is at it.`;
}

/** The person's look is older than the question. */
export const ASKED_SINCE =
  'What waits for an approval here was asked after you wrote this. Look at the check run again, then say `/regreen approve` once more.';

export function unknownQuestion(id: string): string {
  return `There is no question ${code(id, 40)} on the newest commit here.`;
}

/** Why the newest commit is red, in short. */
export function explainText(model: ReportModel, headSha: string): string {
  const current = currentDiagnoses(model);
  if (current.length === 0) return nothingRed(headSha);
  const shown = current
    .slice(0, MOST_FAILURES)
    .map((one) =>
      [
        `${code(one.jobName)} failed because **${CAUSE_TEXT[one.cause]}**${one.verdict ? `, and the fault is with: ${VERDICT_TEXT[one.verdict.kind]}` : ''} ([log](${one.runUrl})).`,
        codeBlock(cut(firstLines(one.excerpt, EXCERPT_LINES), 1_000), 'text'),
      ].join('\n\n'),
    );
  return within([...shown, ...moreLine(current.length), 'The check run "Regreen" on the commit has all of it.']);
}

/** What Regreen is doing on the newest commit. */
export function statusText(model: ReportModel, headSha: string, breaker: Breaker | null): string {
  const current = currentDiagnoses(model);
  const waiting = model.stop ? [] : model.approvals.filter((one) => one.state === 'pending');
  return within([
    ...(model.stop ? [stopLine(model.stop)] : []),
    ...repositoryState(breaker),
    ...(current.length === 0
      ? [nothingRed(headSha)]
      : [
          current
            .slice(0, MOST_FAILURES)
            .map((one) => `- ${code(one.jobName)}: ${CAUSE_TEXT[one.cause]}. ${nextStep(one, model)}`)
            .join('\n'),
        ]),
    ...moreLine(current.length),
    ...waiting.map(
      (one) =>
        `${NOUNS[one.remedy]} ${code(shortId(one))} waits for a person's yes: ${code('/regreen approve')} or ${code('/regreen reject')}.`,
    ),
  ]);
}

/** Whether fixes are stopped in the whole repository. */
export function repositoryState(breaker: Breaker | null): string[] {
  return breaker && breaker.resumedAt === null
    ? [`**Fixes are stopped in this repository**: ${inline(breaker.reason)}. \`/regreen resume\` lets them go on.`]
    : [];
}

export const NOTHING_STOPPED = 'Nothing is stopped in this repository.';

/** What follows from "/regreen fix". */
export function fixText(model: ReportModel, headSha: string): string {
  const current = currentDiagnoses(model);
  if (current.length === 0) return nothingRed(headSha);
  const lines = current.slice(0, MOST_FAILURES).map((one) => `- ${code(one.jobName)}: ${fixStep(one, model)}`);
  return within([lines.join('\n'), ...moreLine(current.length)]);
}

function fixStep(one: StoredDiagnosis, model: ReportModel): string {
  const { verdict, reason } = decisionFor(one.decision, 'fix');
  if (verdict === 'asked') return `the change is made ready and shown in the check run; it needs a yes. ${inline(reason, 400)}`;
  return nextStep(one, model);
}

export function readingLogs(headSha: string): string {
  return `Regreen reads the logs of ${code(headSha.slice(0, 7))} (again); the check run "Regreen" says what it finds and does.`;
}

export function nothingRed(headSha: string): string {
  return `Nothing that Regreen knows of is red on ${code(headSha.slice(0, 7))}.`;
}

export function retryText(workflows: readonly string[]): string {
  return `The failed jobs of ${workflows
    .slice(0, MOST_FAILURES)
    .map((one) => code(one))
    .join(', ')} run again.`;
}

export function retryRefused(mode: string): string {
  return `Regreen runs nothing again here: the mode is ${code(mode)}, and \`mode: fix\` in \`.github/regreen.yml\` would allow it.`;
}

function moreLine(count: number): string[] {
  return count > MOST_FAILURES ? [`And ${count - MOST_FAILURES} more.`] : [];
}

/** Whole paragraphs as far as they fit: a code block that is cut would swallow what comes after it. */
function within(paragraphs: readonly string[]): string {
  const shown: string[] = [];
  let length = 0;
  for (const paragraph of paragraphs) {
    length += paragraph.length + 2;
    if (length > LONGEST_ANSWER) return [...shown, 'There is more; see the check run.'].join('\n\n');
    shown.push(paragraph);
  }
  return shown.join('\n\n');
}
