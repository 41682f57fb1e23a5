import { CHECK_NAME, createCheckRun, updateCheckRun } from '../github/check-runs.ts';
import { ownerAndRepo } from '../github/client.ts';
import { isLimit, statusOf } from '../github/errors.ts';
import type { At } from '../github/index.ts';
import { code } from '../github/texts/markdown.ts';
import { type ReportModel, reportContent } from '../github/texts/report.ts';
import { reportAnnotations } from '../github/texts/report-annotations.ts';
import type { Annotation, CheckRunContent } from '../github/types.ts';
import { decisionFor } from '../policy/decide.ts';
import type { Action } from './action.ts';
import { toWorkflowCommand } from './commands.ts';
import type { Failure } from './failures.ts';
import type { Healing } from './healing.ts';
import type { Occasion } from './occasion.ts';
import type { Rerun } from './reruns.ts';

/** What came of it all. */
export interface Outcome {
  /** Failed jobs whose logs were not read. */
  unread: readonly string[];
  rerun: Rerun;
  healing: Healing;
}

/** A runner shows ten errors and ten warnings of a step: https://docs.github.com/actions/reference/limits */
const MOST_COMMANDS = 20;

/**
 * Shows what was found: the job's summary, the step's outputs, and annotations. Those stand in a check run on the failed commit
 * where the token may write one; else they are workflow commands, which need no permission at all.
 */
export async function tell(action: Action, failures: readonly Failure[], outcome: Outcome): Promise<void> {
  const { output, occasion, at } = action;
  const shown = failures.filter(({ decision }) => decisionFor(decision, 'annotate').verdict === 'allowed');
  await setOutputs(action, failures, outcome);
  if (shown.length === 0) {
    output.say('regreen.yml has nothing of this shown.');
    return;
  }
  const model = modelOf(shown, outcome);
  const content = reportContent(model);
  const annotations = reportAnnotations(model);
  await output.summary(content.summary);
  for (const { job, diagnosis } of shown) {
    output.say(`${job.name} failed: ${diagnosis.cause} (confidence ${Math.round(diagnosis.confidence * 100)} %)`);
  }
  const written = await writeCheck(at, occasion, content, annotations);
  if (!written) for (const one of annotations.slice(0, MOST_COMMANDS)) output.command(toWorkflowCommand(one));
  if (outcome.healing.reason !== '') output.say(outcome.healing.reason);
}

/** What the job's summary tells; the same model that the server's check runs are made of. */
function modelOf(shown: readonly Failure[], outcome: Outcome): ReportModel {
  const diagnoses = shown.map(({ diagnosis }) => diagnosis);
  return {
    diagnoses,
    runs: [],
    unread: outcome.unread,
    fixes: [],
    declines: [],
    externalFailures: [],
    approvals: [],
    reruns: [],
    stop: null,
    done: new Map(diagnoses.map((one) => [one.incidentId, nextStep(one.incidentId, shown, outcome)])),
  };
}

function nextStep(incidentId: string, shown: readonly Failure[], { rerun, healing }: Outcome): string {
  if (rerun === 'started') return 'The failed jobs are run again.';
  if (rerun === 'refused')
    return 'GitHub refused to run the failed jobs again: the job that Regreen runs in needs `actions: write`.';
  const answered = healing.outcome !== 'none' && healing.made.work.some(({ incident }) => incident.id === incidentId);
  if (answered) return answeredStep(healing);
  const decision = shown.find(({ diagnosis }) => diagnosis.incidentId === incidentId)?.decision;
  const fix = decision && decisionFor(decision, 'fix');
  const suggests = decision && decisionFor(decision, 'suggest').verdict === 'allowed';
  if (fix?.verdict === 'asked') return `Regreen does not fix this: ${fix.reason} A workflow can ask nobody.`;
  if (suggests) return `Regreen makes no suggestions here. ${healing.reason}`.trim();
  if (fix?.rule === 'fork') return `Regreen does not fix this. ${fix.reason} ${healing.reason}`.trim();
  if (fix?.verdict === 'refused') return `Regreen does not fix this. ${fix.reason}`;
  return `Regreen makes no fix here. ${healing.reason}`.trim();
}

function answeredStep(healing: Exclude<Healing, { outcome: 'none' }>): string {
  if (healing.outcome === 'refuted') return `Regreen has tried a fix. ${healing.reason}`;
  const { outcome, proposed, reason } = healing;
  const passed = "the commands that had failed pass with it in this workflow's runner";
  if (proposed.kind === 'commit') {
    const known = outcome === 'verified' ? `fixes this: ${passed}` : 'is to fix this';
    return `A commit on ${code(proposed.branch)} ${known}. ${proposed.note ?? 'CI tells whether it helps.'} ${reason}`.trim();
  }
  const place = `#${proposed.pull.number}`;
  if (proposed.kind === 'suggestions') {
    if (proposed.shown === 0)
      return `${place} has a review that says what mends this: no line of it is in the diff. ${reason}`.trim();
    const known = outcome === 'verified' ? `: ${passed}` : '';
    return `${place} has suggestions that fix this${known}. Accept them all and push. ${reason}`.trim();
  }
  if (outcome === 'verified') return `${place} fixes this: ${passed}. Merge it. ${reason}`.trim();
  return `${place} has a fix. ${reason || 'CI tells whether it helps.'}`;
}

/** @returns false when the token may write no check runs, or GitHub takes none for now */
async function writeCheck(
  at: At,
  occasion: Occasion,
  content: CheckRunContent,
  annotations: readonly Annotation[],
): Promise<boolean> {
  const target = { name: CHECK_NAME, headSha: occasion.run.headSha, externalId: `action:${occasion.run.id}` };
  try {
    const known = await findOwnCheck(at, target);
    // An update appends annotations; those of an earlier attempt are there.
    if (known === null) await createCheckRun(at, target, content, annotations);
    else await updateCheckRun(at, known, content, []);
    return true;
  } catch (error) {
    // At a limit too: workflow commands need nothing of GitHub's, and nobody tries again here.
    if (!isLimit(error) && statusOf(error) !== 403 && statusOf(error) !== 404) throw error;
    return false;
  }
}

async function findOwnCheck(
  at: At,
  { name, headSha, externalId }: { name: string; headSha: string; externalId: string },
): Promise<number | null> {
  const { data } = await at.client.rest.checks.listForRef({
    ...ownerAndRepo(at),
    ref: headSha,
    check_name: name,
    filter: 'all',
    per_page: 100,
  });
  return data.check_runs.find((run) => run.external_id === externalId)?.id ?? null;
}

async function setOutputs({ output }: Action, failures: readonly Failure[], { rerun, healing }: Outcome): Promise<void> {
  const [first] = failures;
  const proposed = 'proposed' in healing ? healing.proposed : null;
  const pull = proposed && 'pull' in proposed ? proposed.pull : null;
  const values = {
    cause: first?.diagnosis.cause ?? '',
    verdict: first?.verdict.kind ?? '',
    'failed-jobs': JSON.stringify(failures.map(({ job, diagnosis, verdict }) => toOutput(job.name, diagnosis, verdict.kind))),
    rerun,
    fix: healing.outcome,
    'fix-branch': proposed && 'branch' in proposed ? proposed.branch : '',
    'pull-request': pull ? String(pull.number) : '',
    'pull-request-url': pull?.url ?? '',
  };
  for (const [name, value] of Object.entries(values)) await output.set(name, value);
}

function toOutput(job: string, { cause, confidence, fingerprint }: Failure['diagnosis'], verdict: string) {
  return { job, cause, confidence, verdict, fingerprint };
}
