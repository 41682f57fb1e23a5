import { CAUSE_TEXT, VERDICT_TEXT } from '../github/texts/causes.ts';
import { REMEDY_TEXT } from '../github/texts/policy.ts';
import type { RemedyDecision } from '../policy/types.ts';
import type { Explained } from './explain.ts';
import { plain } from './plain-text.ts';

const ANSWER: Record<RemedyDecision['verdict'], string> = { allowed: 'yes', asked: 'ask', refused: 'no' };

/** What would happen, for a person: each remedy with the rule, its place and its reason. Nothing of the log but text reaches the terminal. */
export function explanation({ file, failure, verdict, policy, decision }: Explained): string {
  const { cause, diagnosis, branch, workflowPath, pullRequestNumber, jobName } = failure;
  const confidence = Math.round(diagnosis.cause.confidence * 100);
  const where = pullRequestNumber === null ? `a push to ${branch}` : `a pull request from the branch ${branch}`;
  const lines = [
    `${file}: ${CAUSE_TEXT[cause]} (${cause}, ${confidence} %)`,
    `Verdict: ${VERDICT_TEXT[verdict.kind]}. ${verdict.evidence.join(' ')}`,
    `Supposed: ${where}, job ${jobName} of ${workflowPath}; nothing is known of other runs, and no budget is spent.`,
    `Mode: ${policy.config.mode}${placeText(policy.places.get('mode'))}`,
    '',
    ...decision.remedies.flatMap(remedyLines),
    '',
    "Built in, whatever any file says: the gate for patches, fork safety, the budgets' upper bounds.",
  ];
  return `${lines.map(plain).join('\n')}\n`;
}

function remedyLines({ remedy, verdict, rule, place, source, reason, passed = [] }: RemedyDecision): string[] {
  const told = place ? `${placeText(place)} ${place.key}` : ` (${source})`;
  return [
    `${ANSWER[verdict].padEnd(4)}${REMEDY_TEXT[remedy]}: ${rule}${told}`,
    `    ${reason}`,
    ...(passed.length > 0 ? [`    No objection from: ${passed.join(', ')}`] : []),
  ];
}

function placeText(place: RemedyDecision['place']): string {
  return place ? ` (${place.file}:${place.line})` : '';
}
