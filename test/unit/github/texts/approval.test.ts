import { describe, expect, it } from 'vitest';
import {
  approvalButtons,
  approvalSections,
  buttonIdentifier,
  readButton,
  shortId,
} from '../../../../src/github/texts/approval.ts';
import { anApproval } from './models.ts';

const STOP = { number: 12, stoppedAt: new Date('2026-11-20T10:00:00Z'), stoppedBy: 'mona' };

/** GitHub's limits: https://docs.github.com/rest/checks/runs#create-a-check-run */
function expectWithinLimits(buttons: ReturnType<typeof approvalButtons>): void {
  expect(buttons.length).toBeLessThanOrEqual(3);
  for (const { label, description, identifier } of buttons) {
    expect(label.length).toBeLessThanOrEqual(20);
    expect(description.length).toBeLessThanOrEqual(40);
    expect(identifier.length).toBeLessThanOrEqual(20);
  }
}

describe('the buttons', () => {
  const fix = anApproval();
  const rerun = anApproval({ id: '00000000-0000-4000-8000-0000000000a2', remedy: 'rerun', runId: 7, runAttempt: 1, patch: '' });
  const another = { ...rerun, id: '11111111-0000-4000-8000-0000000000a3' };

  it('are one for each kind of question and one for no, within the limits', () => {
    const buttons = approvalButtons({ approvals: [fix, rerun, another], stop: null });
    expect(buttons.map(({ label, identifier }) => [label, identifier])).toEqual([
      ['Apply fix', `apply:${shortId(fix)}`],
      ['Re-run', `rerun:${shortId(another)}`],
      ['Dismiss', `dismiss:${shortId(another)}`],
    ]);
    expectWithinLimits(buttons);
  });

  it('are three of the four kinds at most: a re-run that has none is decided by a comment', () => {
    const agent = anApproval({
      id: '22222222-0000-4000-8000-0000000000a4',
      remedy: 'delegate',
      patch: '',
      fixers: ['anthropic'],
    });
    expectWithinLimits(approvalButtons({ approvals: [agent], stop: null }));
    const questions = { approvals: [fix, rerun, agent], stop: null };
    expect(approvalButtons(questions).map(({ label }) => label)).toEqual(['Apply fix', 'Ask the agent', 'Dismiss']);
    const text = approvalSections(questions).join('\n\n');
    expect(text).toContain(`"Ask the agent" above or the comment \`/regreen approve ${shortId(agent)}\` has the agent asked`);
    expect(text).toContain(`The comment \`/regreen approve ${shortId(rerun)}\` has the failed jobs run again`);
  });

  it('are none for what is decided, and none while Regreen is stopped', () => {
    const decided = (['approved', 'rejected', 'expired', 'used'] as const).map((state) => anApproval({ state }));
    expect(approvalButtons({ approvals: decided, stop: null })).toEqual([]);
    expect(approvalButtons({ approvals: [fix, rerun], stop: STOP })).toEqual([]);
    expect(approvalSections({ approvals: [fix], stop: STOP })).toEqual([expect.stringContaining('`/regreen resume`')]);
  });

  it('are read back, and nothing else is', () => {
    expect(readButton(buttonIdentifier('dismiss', fix))).toEqual({ button: 'dismiss', shortId: shortId(fix) });
    for (const other of [
      '',
      'fix',
      'apply:',
      'apply:00000000000',
      'apply:0000000000000',
      'constructor:000000000000',
      'APPLY:000000000000',
      'apply:00000000000g',
    ]) {
      expect(readButton(other)).toBeNull();
    }
  });
});

describe('the question in the check run', () => {
  it('says why, what would happen, how to say yes and no, and until when', () => {
    expect(approvalSections({ approvals: [anApproval()], stop: null }).join('\n\n')).toMatchInlineSnapshot(`
      "## A change that needs your approval

      **Why a person is asked:** regreen.yml asks.

      \`prettier\` would make this change. "Apply fix" above or the comment \`/regreen approve 000000000000\` opens a pull request with it; "Dismiss" or \`/regreen reject 000000000000\` says no. A person with write permission may decide until 2026-11-27 or a newer commit, whichever comes first.

      \`\`\`diff
      --- a/src/cart.ts
      +++ b/src/cart.ts
      @@ -1 +1 @@
      -a
      +b
      \`\`\`"
    `);
  });

  it('is followed by what people said', () => {
    const approvals = [
      anApproval({ state: 'rejected', decidedBy: 'mona', decisionReason: 'Not *now*, @hubot.' }),
      anApproval({ state: 'used', remedy: 'rerun', decidedBy: 'lena' }),
      anApproval({ state: 'expired', decidedBy: 'lena', decisionReason: 'main has moved on' }),
      anApproval({ state: 'expired' }),
    ];
    expect(approvalSections({ approvals, stop: null }).join('\n\n')).toMatchInlineSnapshot(`
      "## What people said
      - \`mona\` said no to the change. Not \\*now\\*, @‍hubot.
      - \`lena\` said yes to the re-run.
      - \`lena\` said yes to the change, but it was not done. main has moved on"
    `);
  });
});
