import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../../src/events/command.ts';
import {
  ANSWERS_SHOWN,
  answersComment,
  decisionText,
  explainText,
  fixText,
  helpText,
  statusText,
} from '../../../../src/github/texts/answers.ts';
import { approvalSections, REFUSALS } from '../../../../src/github/texts/approval.ts';
import { anApproval, aReport, aStoredDiagnosis } from './models.ts';
import { textOutsideCode } from './outside-code.ts';

const SHA = 'a'.repeat(40);
/** GitHub's own: "body is too long (maximum is 65536 characters)". */
const LONGEST_COMMENT = 65_536;

describe('the help', () => {
  it('names every command', () => {
    for (const command of COMMANDS.filter((one) => one !== 'help')) expect(helpText(null)).toContain(`\`/regreen ${command}`);
  });
});

describe('the answer to a yes or a no', () => {
  it('says what became of it, and why nothing did', () => {
    const rejected = anApproval({ state: 'rejected', decidedBy: 'mona' });
    expect(decisionText([{ approval: { ...rejected, state: 'approved' }, refused: null }])).toContain('is approved');
    expect(decisionText([{ approval: rejected, refused: 'decided' }])).toContain('was rejected by `mona` already');
    for (const why of Object.keys(REFUSALS))
      expect(decisionText([{ approval: rejected, refused: why }])).not.toContain('undefined');
  });
});

/** Protects the one comment, which everybody reads, from what strangers and logs write. */
describe('hostile names, reasons and logs', () => {
  const piece = fc.constantFrom(
    '@mona',
    ' #12 ',
    'fixes #3',
    '`',
    '```',
    '~~~',
    '\n',
    '\n/regreen approve\n',
    '](https://x.example)',
    '<img>',
    '<!--',
    '&commat;mona',
    '\u0000',
    '\ud800',
    'y'.repeat(9_000),
    '`'.repeat(9_000),
  );
  const text = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(''));

  it('mention nobody, break out of nothing, command nothing, and fit into a comment', () => {
    fc.assert(
      fc.property(text, text, text, (one, two, three) => {
        const hostile = aReport({
          diagnoses: Array.from({ length: 12 }, () => aStoredDiagnosis({ jobName: one, excerpt: `${two}\n`.repeat(40) })),
          runs: [],
          approvals: [
            anApproval({ reason: one, patch: two, refused: { by: three, why: 'not-permitted', at: '2026-11-20T10:00:00Z' } }),
            anApproval({ state: 'rejected', decidedBy: one, decisionReason: three }),
          ],
        });
        const texts = [
          explainText(hostile, SHA),
          statusText(hostile, SHA, { openedAt: new Date(), reason: three, resumedAt: null }),
          fixText(hostile, SHA),
          helpText(two),
          decisionText([{ approval: anApproval({ state: 'rejected', decidedBy: three }), refused: 'decided' }]),
          ...approvalSections(hostile),
        ];
        const answers = Array.from({ length: ANSWERS_SHOWN }, (_, index) => ({
          thread: 'issue' as const,
          commentId: index,
          number: 1,
          author: three,
          command: one,
          text: texts[index % 5] ?? '',
          once: null,
          at: new Date('2026-11-20T10:00:00Z'),
        }));
        const comment = answersComment(answers);
        expect(comment.length).toBeLessThanOrEqual(LONGEST_COMMENT);
        for (const shown of [comment, ...texts]) {
          expect(shown.isWellFormed()).toBe(true);
          const outside = textOutsideCode(shown).replaceAll('https://github.test/runs/7', '');
          expect(outside).not.toMatch(/@mona|#12|#3|(?<!\\)<img|https:\/\/x|(?<!\\)&commat;|^\/regreen/m);
        }
      }),
      { numRuns: 60 },
    );
  });
});
