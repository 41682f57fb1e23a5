import type { Diagnostic, FailedTest } from '../../diagnosis/types.ts';
import { decisionFor } from '../../policy/decide.ts';
import type { Approval } from '../../store/approvals/approvals.ts';
import type { ExternalCheck } from '../../store/books/external-checks.ts';
import type { StoredRun } from '../../store/books/runs.ts';
import type { Fix } from '../../store/fixes/fixes.ts';
import type { Rerun } from '../../store/fixes/guards.ts';
import type { Stop } from '../../store/fixes/stops.ts';
import type { Decline } from '../../store/incidents/declines.ts';
import type { StoredDiagnosis } from '../../store/incidents/diagnoses.ts';
import type { CheckRunContent } from '../types.ts';
import { approvalButtons, approvalSections } from './approval.ts';
import { CAUSE_TEXT, VERDICT_TEXT } from './causes.ts';
import { code, codeBlock, cut, firstLines, inline } from './markdown.ts';
import { policySection } from './policy.ts';

/** All that the check run of a commit tells, read from the books. */
export interface ReportModel {
  diagnoses: readonly StoredDiagnosis[];
  /** The latest attempt of each run of the commit. */
  runs: readonly StoredRun[];
  /** Names of failed jobs whose logs were not read, though those of others of their run were. */
  unread: readonly string[];
  fixes: readonly Fix[];
  /** Why nothing is done about an incident on this commit. */
  declines: readonly Decline[];
  externalFailures: readonly ExternalCheck[];
  /** What waits for a person's yes, or was decided. */
  approvals: readonly Approval[];
  /** Re-runs that Regreen has asked for. */
  reruns: readonly Rerun[];
  /** Whether a person has stopped Regreen on the commit's pull request. */
  stop: Stop | null;
  /** What is done about incidents, by their ids, where no books say so: inside a workflow. */
  done?: ReadonlyMap<string, string>;
}

const LONGEST_REASON = 600;
/** Ends of a fix after which there may be another one. */
const CAME_TO_NOTHING: ReadonlySet<Fix['outcome']> = new Set(['refuted', 'superseded', 'abandoned']);
const EXCERPT_LINES = 40;
/** Failed tests that are named, and characters of what each has said. */
const FAILED_TESTS = 10;
const LONGEST_TEST_MESSAGE = 300;
/** GitHub takes 65,535 characters; the rest is for the sentence about what did not fit. */
const LONGEST_SUMMARY = 65_000;

/** The check run's content. Neutral while red: the jobs that failed are red already, and Regreen only explains. */
export function reportContent(model: ReportModel): CheckRunContent {
  const current = currentDiagnoses(model);
  if (current.length === 0 && model.externalFailures.length === 0) return greenContent(model);
  const actions = approvalButtons(model);
  return {
    conclusion: 'neutral',
    title: title(current, model.externalFailures),
    summary: joinWithin(
      [
        // What is asked stands near the top: nobody may be asked about a change that did not fit.
        ...current.slice(0, 1).map((one) => failureSection(one, model)),
        ...approvalSections(model),
        ...current.slice(1).map((one) => failureSection(one, model)),
        ...unreadSection(model.unread),
        ...externalSection(model.externalFailures),
      ],
      LONGEST_SUMMARY,
    ),
    ...(actions.length > 0 ? { actions } : {}),
  };
}

/** Whole sections as far as they fit: one that is cut could leave a code block open, and what is in it at large. */
function joinWithin(sections: readonly string[], limit: number): string {
  const shown: string[] = [];
  let length = 0;
  for (const section of sections) {
    length += section.length + 2;
    if (length > limit)
      return [...shown, `And ${sections.length - shown.length} more, which did not fit here; see the logs.`].join('\n\n');
    shown.push(section);
  }
  return shown.join('\n\n');
}

/** The newest diagnoses of each run that is not green by now; a re-run that is under way has not made it so yet. */
export function currentDiagnoses({ diagnoses, runs }: Pick<ReportModel, 'diagnoses' | 'runs'>): StoredDiagnosis[] {
  return diagnoses.filter((one) => {
    const run = runs.find((candidate) => candidate.id === one.runId);
    const newer = diagnoses.some((other) => other.runId === one.runId && other.runAttempt > one.runAttempt);
    return !newer && run?.conclusion !== 'success';
  });
}

function greenContent({ diagnoses, reruns }: ReportModel): CheckRunContent {
  const first = diagnoses[0];
  const ours = reruns.some((rerun) => rerun.outcome === 'green');
  return {
    conclusion: 'success',
    title: 'Green again',
    summary: first
      ? `${ours ? 'Regreen had the failed jobs run again, and they passed' : 'A re-run of this commit passed'}. Before, ${code(first.jobName)} had failed because ${CAUSE_TEXT[first.cause]}.`
      : 'Everything that failed on this commit has passed since.',
  };
}

function title(current: readonly StoredDiagnosis[], external: readonly ExternalCheck[]): string {
  const causes = [...new Set(current.map((one) => CAUSE_TEXT[one.cause]))];
  if (causes.length === 0) return `${external.length} external ${external.length === 1 ? 'check' : 'checks'} failed`;
  const text = causes.join('; ');
  return cut(text.charAt(0).toUpperCase() + text.slice(1), 200);
}

function failureSection(one: StoredDiagnosis, model: ReportModel): string {
  return [
    `## ${code(one.jobName)} failed: ${CAUSE_TEXT[one.cause]}`,
    `${facts(one)}`,
    ...verdictLine(one),
    ...readInPart(one),
    ...failedSteps(one),
    ...diagnosticsSection(one),
    ...failedTests(one),
    `**From the [log](${one.runUrl}):**`,
    codeBlock(firstLines(one.excerpt, EXCERPT_LINES), 'text'),
    `**What happens next:** ${nextStep(one, model)}`,
    ...policySection(one.decision),
  ].join('\n\n');
}

function facts(one: StoredDiagnosis): string {
  const confidence = `confidence ${Math.round(one.confidence * 100)} %`;
  return `Workflow ${code(one.workflowName)} · cause ${code(one.cause)} (${confidence}) · fingerprint ${code(one.fingerprint.slice(0, 12))}`;
}

/** Whose fault it is, and what that rests on. */
function verdictLine({ verdict }: StoredDiagnosis): string[] {
  return verdict === null
    ? []
    : [`**Verdict: ${VERDICT_TEXT[verdict.kind]}.** ${verdict.evidence.map((line) => inline(line)).join(' ')}`];
}

function readInPart({ diagnosis }: StoredDiagnosis): string[] {
  if (!diagnosis.partial) return [];
  return ['The log was read only in part, for the time was up: what stands in its later part may be missing here.'];
}

function failedSteps({ diagnosis }: StoredDiagnosis): string[] {
  const steps = diagnosis.failedSteps
    .slice(0, 5)
    .map(({ name, exitCode }) => `${code(name)}${exitCode === null ? '' : ` (exit code ${exitCode})`}`);
  return steps.length === 0 ? [] : [`Failed ${steps.length === 1 ? 'step' : 'steps'}: ${steps.join(', ')}`];
}

function diagnosticsSection({ diagnosis }: StoredDiagnosis): string[] {
  const errors = diagnosis.diagnostics.filter((one) => one.severity === 'error');
  const shown = (errors.length > 0 ? errors : diagnosis.diagnostics)
    .filter((one) => one.path !== null || one.code !== null)
    .slice(0, 10);
  if (shown.length === 0) return [];
  const more = errors.length - shown.length;
  return [[...shown.map(diagnosticLine), ...(more > 0 ? [`- and ${more} more`] : [])].join('\n')];
}

function diagnosticLine(one: Diagnostic): string {
  const place = one.path === null ? '' : `${code([one.path, one.line, one.column].filter((part) => part !== null).join(':'))} `;
  return `- ${place}${inline(one.message)}${one.code === null ? '' : ` (${code(`${one.tool} ${one.code}`)})`}`;
}

function failedTests({ diagnosis: { tests } }: StoredDiagnosis): string[] {
  if (!tests || tests.failed.length === 0) return [];
  const counts =
    tests.total === null
      ? `${tests.failed.length} failed`
      : `${tests.failedCount ?? tests.failed.length} of ${tests.total} failed`;
  const more = tests.failed.length - FAILED_TESTS;
  const lines = tests.failed.slice(0, FAILED_TESTS).map(failedTestLine);
  if (more > 0) lines.push(`- and ${more} more`);
  return [[`Tests (${inline(tests.framework)}): ${counts}`, ...lines].join('\n')];
}

/** A failed test, where it broke (or else where it stands), and what was said. */
function failedTestLine({ name, suite, file, line, frame, message }: FailedTest): string {
  const place = frame ?? (file === null ? null : { file, line });
  const at = place === null ? '' : ` at ${code(place.line === null ? place.file : `${place.file}:${place.line}`)}`;
  const said = message ? `: ${inline(message, LONGEST_TEST_MESSAGE)}` : '';
  return `- ${code(suite === null ? name : `${suite} › ${name}`)}${at}${said}`;
}

/** What is done about a failure, and by whom. */
export function nextStep(one: StoredDiagnosis, model: ReportModel): string {
  const { reruns, runs, stop, done } = model;
  const said = done?.get(one.incidentId);
  if (said !== undefined) return said;
  const rerun = reruns.findLast((candidate) => candidate.runId === one.runId && candidate.outcome !== 'refused');
  if (rerun) {
    const run = runs.find((candidate) => candidate.id === one.runId);
    const again = `Regreen had the failed jobs run again (${inline(rerun.reason)})`;
    if (rerun.attempt === one.runAttempt && (run?.attempt ?? 0) <= one.runAttempt) return `${again}.`;
    if (rerun.attempt === one.runAttempt) return `${again}; attempt ${run?.attempt} is under way.`;
  }
  const failedAgain = rerun ? 'It was run again and failed again. ' : '';
  if (stop) return `${failedAgain}Nothing, for Regreen is stopped on #${stop.number}.`;
  return `${failedAgain}${fixOrReason(one, model)}`;
}

function fixOrReason(one: StoredDiagnosis, { fixes, declines, approvals }: ReportModel): string {
  const { incidentId } = one;
  const fix = fixes.findLast((fix) => fix.heals.some((healed) => healed.incidentId === one.incidentId));
  const decline = declines.find(({ incidentId, at }) => incidentId === one.incidentId && !(fix && fix.createdAt > at));
  const reason = decline ? inline(decline.reason, LONGEST_REASON) : null;
  if (fix)
    return reason !== null && CAME_TO_NOTHING.has(fix.outcome) ? `${fixStep(fix)} No other one is made: ${reason}` : fixStep(fix);
  const decision = decisionFor(one.decision, 'fix');
  const rerun = decisionFor(one.decision, 'rerun');
  if (rerun.verdict === 'allowed') return 'Regreen has the failed jobs run again.';
  const said = approvals.findLast((approval) => approval.incidentId === incidentId && approval.state === 'rejected');
  if (said) return `${code(said.decidedBy ?? 'somebody')} said no to what Regreen asked, so it leaves this to you.`;
  const isAsked = approvals.some((one) => one.incidentId === incidentId && one.remedy === 'delegate' && one.state === 'pending');
  if (isAsked) return 'No fixer has an answer; Regreen asks the coding agent for one when a person agrees.';
  if (rerun.verdict === 'asked')
    return `Regreen has the failed jobs run again when a person agrees. ${inline(rerun.reason, 400)}`;
  if (reason !== null) return `Regreen makes no fix here. ${reason}`;
  if (decisionFor(one.decision, 'suggest').verdict === 'allowed') return 'Regreen is preparing suggestions.';
  if (decision.verdict === 'asked') return `Regreen can fix this when a person agrees. ${inline(decision.reason, 400)}`;
  if (decision.verdict === 'allowed') return 'Regreen is preparing a fix.';
  const delegate = decisionFor(one.decision, 'delegate').verdict;
  if (delegate === 'allowed') return 'No fixer has an answer; Regreen asks the coding agent for one.';
  if (delegate === 'asked') return 'No fixer has an answer; Regreen asks whether a coding agent shall be asked.';
  return `Regreen does not fix this. ${inline(decision.reason, 400)}`;
}

function fixStep(fix: Fix): string {
  const place = placeOfFix(fix);
  if (fix.delivery === 'suggestion' && fix.state !== 'ended') {
    return `#${fix.pullRequestNumber} has suggestions that fix this: accept them and push.`;
  }
  if (fix.state !== 'ended') {
    return place === null ? 'Regreen is preparing a fix.' : `${place} has a fix. Regreen waits for CI to pass on it.`;
  }
  switch (fix.outcome) {
    case 'verified':
      return `${place} fixes this: CI has passed on it.${fix.delivery === 'pull-request' ? ' Merge it.' : ''}`;
    case 'refuted':
      return `${place} did not fix it: CI is still red there. A person should look.`;
    case 'rejected':
      return `${place} was closed without merging, so Regreen leaves this to you.`;
    default:
      return `The fix was withdrawn: ${inline(fix.reason ?? 'it is no longer needed')}.`;
  }
}

/** Where the fix is to be found; `null` while it is nowhere yet. */
function placeOfFix(fix: Fix): string | null {
  if (fix.delivery === 'commit') return fix.commitSha && `Commit ${fix.commitSha}`;
  return fix.pullRequestNumber === null ? null : `#${fix.pullRequestNumber}`;
}

/** Jobs that are named where not all logs are read. */
const MOST_UNREAD = 20;

function unreadSection(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, MOST_UNREAD).map((name) => code(name));
  const more = names.length > shown.length ? [`${names.length - shown.length} more`] : [];
  const many = names.length === 1 ? '1 more job' : `${names.length} more jobs`;
  return [
    `## ${many} failed\n\nTheir logs were not read, for other jobs of the run speak for them: ${[...shown, ...more].join(', ')}.`,
  ];
}

function externalSection(failures: readonly ExternalCheck[]): string[] {
  if (failures.length === 0) return [];
  const lines = failures.slice(0, 20).map((one) => {
    const url = one.url === null ? null : safeUrl(one.url);
    const name = url === null ? inline(one.name) : `[${inline(one.name)}](${url})`;
    return `- ${name}: ${inline(one.state)}${one.summary ? `, ${inline(one.summary)}` : ''}`;
  });
  return [['## Checks of other systems that failed', ...lines].join('\n')];
}

/** An address that can stand in a Markdown link: nothing in it ends the link or begins anything else. */
function safeUrl(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.href.length > 2_000) return null;
  return url.href
    .replace(/[^\w:/?#&=%.,;+~-]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replaceAll('&', '&amp;');
}
