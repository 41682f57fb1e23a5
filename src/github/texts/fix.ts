import { dollarsText } from '../../agents/spending.ts';
import type { CauseCategory } from '../../diagnosis/types.ts';
import type { Fix } from '../../store/fixes/fixes.ts';
import type { StoredDiagnosis } from '../../store/incidents/diagnoses.ts';
import type { Incident } from '../../store/incidents/incidents.ts';
import { CAUSE_TEXT } from './causes.ts';
import { code, codeBlock, cut, firstLines, inline, plain } from './markdown.ts';

/** What the texts about a fix tell; diagnoses and incidents in the order of `fix.heals`. */
export interface FixStory {
  fix: Fix;
  diagnoses: readonly StoredDiagnosis[];
  incidents: readonly Incident[];
  /** What coding agents have taken for these incidents; left out where none was asked. */
  agent?: { questions: number; tokens: number; microDollars: number; estimated: boolean };
  /** Regreen works as a step of a workflow, and hears no comments. */
  inWorkflow?: true;
}

/** What CI has said of a fix. */
export interface FixEnd {
  outcome: 'verified' | 'refuted';
  /** The run that decided. */
  runUrl: string;
  /** Names of jobs that are red, for a refuted one. */
  jobs?: readonly string[];
  /** Jobs that were not red before the fix. */
  newlyRed?: boolean;
  /** What became of the wish to merge it, where regreen.yml allows that and it is not merged yet. */
  merge?: { kind: 'waiting' } | { kind: 'refused'; reason: string };
}

/** Why a fix is taken back. */
export interface Withdrawal {
  reason: 'still-red' | 'moved-on' | 'failure-gone' | 'green-otherwise' | 'branch-gone' | 'base-ended' | 'merged';
}

const EXCERPT_LINES = 25;
/** Of the second failure and those after it less is shown: the check run has all. */
const FURTHER_EXCERPT_LINES = 8;
const MOST_FAILURES = 5;
const MOST_PATHS = 20;
/** What an agent says of its change. */
const LONGEST_REASON = 1_500;
/** GitHub takes 65,536 characters; excerpts of five failures and names of files stay far below. */
const LONGEST_EXCERPT = 8_000;

/** The commit's message. The trailer is how a retry knows its own commit. */
export function commitMessage({ fix, diagnoses }: FixStory): { headline: string; body: string } {
  return {
    headline: headline(fix, diagnoses),
    body: [
      ...diagnoses
        .slice(0, MOST_FAILURES)
        .map((one) => `The job "${plain(one.jobName)}" failed because ${CAUSE_TEXT[one.cause]}.`),
      `Changed by ${fix.changes.map(({ tool, version }) => `${tool} ${version}`).join(', ')}.`,
      '',
      `Regreen-Fix: ${fix.id}`,
      ...fix.heals.map((one) => `Regreen-Incident: ${one.incidentId}`),
    ].join('\n'),
  };
}

/** Title and body of the fix pull request: what failed, why, what was changed, how it is verified, how to stop. */
export function fixPullRequest(story: FixStory): { title: string; body: string } {
  return { title: headline(story.fix, story.diagnoses), body: fixBody(story, waiting(story.fix)) };
}

/** The body once CI has spoken: the same story with another end. */
export function endedFixBody(story: FixStory, end: FixEnd): string {
  return fixBody(story, end.outcome === 'verified' ? verified(story.fix, end) : refuted(story.fix, end));
}

/** What was seen of a change in a workflow's own runner, whose pushes start no CI. */
export type RunnerCheck = { kind: 'passed'; commands: readonly string[]; runUrl: string } | { kind: 'unchecked'; reason: string };

/** The body of a fix that a workflow's own token has pushed. */
export function runnerFixBody(story: FixStory, check: RunnerCheck): string {
  return fixBody(story, `${check.kind === 'passed' ? passedInRunner(check) : stalled(check.reason)} ${NO_CI}`);
}

type Passed = Extract<RunnerCheck, { kind: 'passed' }>;

function passedInRunner({ commands, runUrl }: Passed): string {
  const shown = commands.slice(0, MOST_FAILURES).map((one) => code(one));
  const [was, them] = commands.length === 1 ? ['was', 'it'] : ['were', 'they'];
  return `✅ **Verified in the workflow's runner**: ${shown.join(', ')}, which had failed, ${was} [run again](${runUrl}) with this change, and ${them} passed.`;
}

/** https://docs.github.com/actions/how-tos/write-workflows/choose-when-workflows-run/trigger-a-workflow */
const NO_CI =
  "It was opened with the workflow's own token, for which GitHub starts no workflow unasked: approve the workflows that wait on this pull request, or close it and open it again, to have CI run on it.";

/** What the review says that carries suggestions; `check` is what was seen of them all together. */
export function suggestionBody(story: FixStory, { shown, left, check }: Shown): string {
  const { fix } = story;
  const tools = fix.changes.map(toolOf).join(', ');
  const elsewhere =
    left > 0 ? ` ${left} more ${left === 1 ? 'place is' : 'places are'} outside of this diff or too many to show.` : '';
  return [
    ...failures(story),
    shown > 0
      ? `The suggestions below are what ${tools} would change; accept them all and push.${elsewhere}`
      : `${tools} would mend this, but none of the lines is in this diff.${elsewhere} Run it and push.`,
    '',
    ...(check ? [passedInRunner(check), ''] : []),
    [...ranNothing(story, check !== undefined), ...howToStop(story)].join(' '),
    '',
    suggestionMarker(fix),
  ].join('\n');
}

/** How much of a change the suggestions are. */
interface Shown {
  shown: number;
  left: number;
  check?: Passed;
}

function toolOf({ tool, version, ownCommand }: Fix['changes'][number]): string {
  return ownCommand ? `the repository's own command ${code(version)}` : code(`${tool} ${version}`);
}

function ranNothing({ fix }: FixStory, tried: boolean): string[] {
  if (fix.changes.some(({ ownCommand }) => ownCommand)) return [];
  return [tried ? 'No code of this repository was run to make them.' : 'No code of this repository was run.'];
}

function howToStop({ inWorkflow }: FixStory): string[] {
  const whole = '`mode: annotate` in `.github/regreen.yml` stops suggestions in the whole repository.';
  return [inWorkflow ? whole : `The comment \`/regreen stop\` has Regreen leave this pull request alone; ${whole}`];
}

/** How a retry knows its own review. */
export function suggestionMarker({ id }: Pick<Fix, 'id'>): string {
  return `<!-- regreen:suggestion=${id} -->`;
}

/** The body while CI does not start. */
export function stalledFixBody(story: FixStory, reason: string): string {
  return fixBody(story, stalled(reason));
}

/** The body of a fix that is taken back. */
export function withdrawnFixBody(story: FixStory, { reason }: Withdrawal): string {
  return fixBody(story, WITHDRAWN[reason]);
}

const WITHDRAWN: Record<Withdrawal['reason'], string> = {
  'still-red':
    '❌ **Refuted**: CI is still red with this change, and no other fixer has an answer, so it is withdrawn. A person should look.',
  'moved-on': '↩️ **Withdrawn**: the branch has moved on.',
  'failure-gone': '↩️ **Withdrawn**: the branch has moved on, and this failure is not there any more.',
  'green-otherwise': '↩️ **Withdrawn**: CI is green without it.',
  'branch-gone': '↩️ **Withdrawn**: the branch that it was for is gone.',
  'base-ended': '↩️ **Withdrawn**: the pull request that it was for has ended.',
  merged: 'Merged.',
};

const VERBS: Partial<Record<CauseCategory, (files: string) => string>> = {
  formatting: (files) => `Format ${files}`,
  lint: (files) => `Fix lint findings in ${files}`,
  'compile-error': (files) => `Fix compile errors in ${files}`,
  'test-failure': (files) => `Fix failing tests in ${files}`,
  'workflow-config': (files) => `Update ${files}`,
  permission: (files) => `Grant missing permissions in ${files}`,
  lockfile: (files) => `Update ${files}`,
};

function stalled(reason: string): string {
  return `⚠️ **Not verified**: ${reason}`;
}

/** Says what was done: to which files, and with which tools. */
function headline(fix: Fix, diagnoses: readonly StoredDiagnosis[]): string {
  const [first = '', ...others] = fix.paths;
  const files = others.length === 0 ? plain(first.length <= 40 ? first : `…${first.slice(-39)}`) : `${fix.paths.length} files`;
  const causes = [...new Set(diagnoses.map((one) => one.cause))];
  const [cause] = causes;
  const verb = (causes.length === 1 && cause && VERBS[cause]) || ((named: string) => `Fix CI in ${named}`);
  return cut(`${verb(files)} with ${[...new Set(fix.changes.map((change) => change.tool))].join(', ')}`, 200);
}

function fixBody(story: FixStory, verification: string): string {
  const { fix } = story;
  return [
    ...failures(story),
    '### What was changed',
    ...fix.changes.flatMap(changeLines),
    ...agentLines(story),
    '',
    ...(fix.courseNote === null ? [] : [fix.courseNote, '']),
    ...(fix.changes.some(({ ownCommand }) => ownCommand) ? [] : ['No code of this repository was run to make the change.', '']),
    '### Verification',
    verification,
    '',
    '---',
    [
      'Close this pull request to reject the fix.',
      ...(story.inWorkflow
        ? []
        : ['The comment `/regreen stop` has Regreen leave a pull request alone, this one or the one that it is for;']),
      '`mode: annotate` in `.github/regreen.yml` stops fixes in the whole repository.',
    ].join(' '),
    '',
    `<!-- regreen:fix=${fix.id} incident=${fix.incidentId} -->`,
  ].join('\n');
}

function failures({ diagnoses, incidents }: FixStory): string[] {
  const shown = diagnoses.slice(0, MOST_FAILURES).flatMap((one, index) => {
    const incident = incidents.find((candidate) => candidate.id === one.incidentId);
    const confidence = `${Math.round(one.confidence * 100)} %`;
    return [
      `The job ${code(one.jobName)} of [${code(one.workflowPath)}](${one.runUrl}) failed on ${placeOf(incident)} because **${CAUSE_TEXT[one.cause]}** (confidence ${confidence}).`,
      '',
      ...(index === 0 ? ['### Why'] : []),
      codeBlock(cut(firstLines(one.excerpt, index === 0 ? EXCERPT_LINES : FURTHER_EXCERPT_LINES), LONGEST_EXCERPT), 'text'),
      '',
    ];
  });
  const more = diagnoses.length - MOST_FAILURES;
  return more > 0 ? [...shown, `And ${more} more failures of this commit; its check run has them all.`, ''] : shown;
}

function placeOf(incident: Incident | undefined): string {
  if (!incident) return 'this branch';
  return incident.pullRequestNumber === null ? code(incident.branch) : `#${incident.pullRequestNumber}`;
}

function changeLines(change: Fix['changes'][number]): string[] {
  const { paths } = change;
  return [
    ...whoChanged(change),
    ...paths.slice(0, MOST_PATHS).map((path) => `- ${code(path)}`),
    ...(paths.length > MOST_PATHS ? [`- and ${paths.length - MOST_PATHS} more`] : []),
  ];
}

function whoChanged({ tool, version, reason, ownCommand }: Fix['changes'][number]): string[] {
  if (ownCommand) return [`The repository's own command ${code(version)}, which regreen.yml names, changed:`];
  if (reason === undefined) return [`**${code(`${tool} ${version}`)}** changed, under the repository's own configuration:`];
  return [
    `A coding agent, ${code(version)}, proposed this. It has seen the excerpt and these files, and could run nothing. It says:`,
    codeBlock(cut(reason, LONGEST_REASON), 'text'),
    'Judge it as you would a stranger’s change. It changes:',
  ];
}

function agentLines({ agent }: FixStory): string[] {
  if (!agent) return [];
  const { questions, tokens, microDollars, estimated } = agent;
  const times = questions === 1 ? 'once' : `${questions} times`;
  const about = estimated ? ', estimated' : '';
  return ['', `The agent was asked ${times} for this: ${tokens} tokens, ${dollarsText(microDollars)}${about}.`];
}

function workflowsOf(fix: Fix): string {
  const paths = [...new Set(fix.heals.map((one) => one.workflowPath))];
  return (paths.length > 0 ? paths : [fix.workflowPath])
    .slice(0, MOST_FAILURES)
    .map((path) => code(path))
    .join(', ');
}

function jobsOf(fix: Fix): string {
  const jobs = [...new Set(fix.heals.flatMap((one) => one.jobs))];
  if (jobs.length === 0) return 'the jobs that were red';
  const shown = jobs.slice(0, MOST_FAILURES).map((job) => code(job));
  return [...shown, ...(jobs.length > MOST_FAILURES ? [`${jobs.length - MOST_FAILURES} more`] : [])].join(', ');
}

function waiting(fix: Fix): string {
  if (fix.stalledReason !== null) return stalled(fix.stalledReason);
  return `⏳ Waiting for ${workflowsOf(fix)} to run on this branch. The fix counts as verified only when ${jobsOf(fix)} passed here and no other job turned red.`;
}

function verified(fix: Fix, { runUrl, merge }: FixEnd): string {
  const passed = `✅ **Verified**: ${jobsOf(fix)} of ${workflowsOf(fix)} [passed](${runUrl}) on this branch.`;
  if (!merge) return passed;
  if (merge.kind === 'waiting') return `${passed} GitHub merges it once the rules of ${code(fix.targetBranch)} are met.`;
  return `${passed} Regreen may merge it, but GitHub refused: ${inline(merge.reason, 300)} A person can merge it.`;
}

function refuted(fix: Fix, { runUrl, jobs = [], newlyRed }: FixEnd): string {
  const named =
    jobs
      .slice(0, MOST_FAILURES)
      .map((job) => code(job))
      .join(', ') || workflowsOf(fix);
  if (newlyRed) return `❌ **Refuted**: ${named}, not red before, [failed](${runUrl}) with this change.`;
  return `❌ **Refuted**: ${named} is [still red](${runUrl}) with this change. Regreen sees whether there is another way.`;
}
