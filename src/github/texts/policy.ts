import type { Decision, Remedy, RemedyDecision } from '../../policy/types.ts';
import { code, inline } from './markdown.ts';

/** The remedies as people call them. */
export const REMEDY_TEXT: Record<Remedy, string> = {
  annotate: 'Show it',
  rerun: 'Run again',
  fix: 'Fix',
  suggest: 'Suggest',
  comment: 'Comment',
  issue: 'Open an issue',
  delegate: 'Ask a coding agent',
  notify: 'Notify',
};

const VERDICT_TEXT: Record<RemedyDecision['verdict'], string> = { allowed: 'yes', asked: 'a person must agree', refused: 'no' };

/** What the policy says of each remedy, folded away: few need it, and those want all of it. */
export function policySection({ remedies }: Decision): string[] {
  if (remedies.length === 0) return [];
  const lines = remedies.map(
    (one) =>
      `- ${REMEDY_TEXT[one.remedy]}: ${VERDICT_TEXT[one.verdict]} (${code(one.rule)}${placeText(one)}). ${inline(one.reason, 400)}`,
  );
  return [`<details><summary>What the policy says</summary>\n\n${lines.join('\n')}\n\n</details>`];
}

function placeText({ place, source }: RemedyDecision): string {
  if (place) return `, ${code(`${place.file}:${place.line}`)}`;
  return source === 'built-in' ? ', built in' : `, ${source === 'default' ? 'by default' : code(source)}`;
}
