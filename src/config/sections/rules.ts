import { z } from 'zod';
import { CAUSES, type CauseCategory } from '../../diagnosis/types.ts';
import { RULES, type RuledRemedy } from '../../policy/types.ts';

const rule = z.enum(RULES);
/** What shows something and changes nothing can't be asked about: it is done, or not. */
const yesOrNo = z.enum(['allow', 'never']);

/** Whether one remedy may be used. */
const remedyRules = {
  annotate: yesOrNo.optional().describe('The check run with annotations.'),
  rerun: rule.optional().describe('Re-runs of failed jobs. ask: a person presses "Re-run" on the check run.'),
  fix: rule
    .optional()
    .describe('Fixes by pull request or commit, whoever made them. ask: a person approves the very patch before it is pushed.'),
  suggest: yesOrNo.optional().describe('Review suggestions: nothing is pushed, and each is accepted by a person anyway.'),
  delegate: rule
    .optional()
    .describe(
      'Questions to a coding agent (see agents). ask: a person agrees before it is asked, for that costs something and sends something away. What it proposes arrives as a fix does: where fix says ask, the very change is asked about as well, and where it says never, no agent is asked.',
    ),
} satisfies Record<RuledRemedy, z.ZodType>;

/** `never`, or a map with a rule for each remedy; `all` is the long form of the one word. */
const causeRules = z.union([
  rule,
  z.strictObject({ all: rule.optional().describe('What counts for every remedy that has no rule here.'), ...remedyRules }),
]);

/** What one cause's rules are once the one word is written out. */
export type CauseRules = Partial<Record<RuledRemedy | 'all', (typeof RULES)[number]>>;

export const causes = z
  .strictObject(
    Object.fromEntries(CAUSES.map((cause) => [cause, causeRules.optional()])) as Record<
      CauseCategory,
      z.ZodOptional<typeof causeRules>
    >,
  )
  .prefault({})
  .transform(writtenOut)
  .describe(
    'What may be done about failures of a cause: one word for every remedy, or a map of remedies. never leaves such failures alone altogether; ask concerns what changes something (rerun, fix, delegate).',
  );

export const remedies = z
  .strictObject(remedyRules)
  .prefault({})
  .describe('What may be done at all, whatever the cause. A rule for a cause and a remedy together wins over it.');

function writtenOut(given: Partial<Record<CauseCategory, string | CauseRules>>): Partial<Record<CauseCategory, CauseRules>> {
  const entries = Object.entries(given).map(([cause, rules]) => [cause, typeof rules === 'string' ? { all: rules } : rules]);
  return Object.fromEntries(entries) as Partial<Record<CauseCategory, CauseRules>>;
}
