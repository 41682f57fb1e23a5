import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commitMessage, endedFixBody, fixPullRequest } from '../../../../src/github/texts/fix.ts';
import { aFix, aHealedIncident, anIncident, aStoredDiagnosis } from './models.ts';
import { textOutsideCode } from './outside-code.ts';

const aChange = { fixer: 'prettier', tool: 'prettier', version: '3.10.1', paths: ['src/cart.ts'] };
const story = { fix: aFix(), diagnoses: [aStoredDiagnosis()], incidents: [anIncident()] };

describe('the fix pull request', () => {
  it('says what failed, why, what was changed, how it is verified and how to stop', () => {
    const { title, body } = fixPullRequest(story);
    expect(title).toBe('Format src/cart.ts with prettier');
    expect(body).toMatchInlineSnapshot(`
      "The job \`format\` of [\`.github/workflows/ci.yml\`](https://github.com/octo/shop/actions/runs/7) failed on #12 because **files are not formatted** (confidence 97 %).

      ### Why
      \`\`\`text
      Checking formatting...
      [warn] src/cart.ts
      [error] Code style issues found.
      \`\`\`

      ### What was changed
      **\`prettier 3.10.1\`** changed, under the repository's own configuration:
      - \`src/cart.ts\`

      No code of this repository was run to make the change.

      ### Verification
      ⏳ Waiting for \`.github/workflows/ci.yml\` to run on this branch. The fix counts as verified only when \`format\` passed here and no other job turned red.

      ---
      Close this pull request to reject the fix. The comment \`/regreen stop\` has Regreen leave a pull request alone, this one or the one that it is for; \`mode: annotate\` in \`.github/regreen.yml\` stops fixes in the whole repository.

      <!-- regreen:fix=00000000-0000-4000-8000-0000000000f1 incident=00000000-0000-4000-8000-00000000000a -->"
    `);
  });

  it('says at the end what CI has said', () => {
    const runUrl = 'https://github.com/octo/shop/actions/runs/8';
    expect(endedFixBody(story, { outcome: 'verified', runUrl })).toContain(
      `✅ **Verified**: \`format\` of \`.github/workflows/ci.yml\` [passed](${runUrl}) on this branch.`,
    );
    expect(endedFixBody(story, { outcome: 'refuted', runUrl })).toContain('❌ **Refuted**');
  });

  it('names the branch where no pull request has failed, and counts many files', () => {
    const paths = Array.from({ length: 30 }, (_, at) => `src/file-${at}.ts`);
    const { title, body } = fixPullRequest({
      ...story,
      incidents: [anIncident({ pullRequestNumber: null })],
      fix: aFix({ paths, changes: [{ ...aChange, paths }] }),
    });
    expect(title).toBe('Format 30 files with prettier');
    expect(body).toContain('failed on `cart` because');
    expect(body).toContain('- and 10 more');
    expect(body).not.toContain('file-20');
  });
});

it('the commit says whose it is', () => {
  expect(commitMessage(story)).toEqual({
    headline: 'Format src/cart.ts with prettier',
    body: [
      'The job "format" failed because files are not formatted.',
      'Changed by prettier 3.10.1.',
      '',
      'Regreen-Fix: 00000000-0000-4000-8000-0000000000f1',
      'Regreen-Incident: 00000000-0000-4000-8000-00000000000a',
    ].join('\n'),
  });
});

describe('hostile names', () => {
  const piece = fc.constantFrom(
    '@mona',
    ' fixes #12 ',
    '`',
    '```',
    '\n',
    '\r',
    '](https://x.example)',
    '-->',
    '<!--',
    '\u0000',
    '&commat;mona',
    'ä',
    '\ud83d\ude00',
    'x'.repeat(10_000),
  );
  const text = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''));
  const hostileStory = fc
    .record({
      jobName: text,
      branch: text,
      workflowPath: text,
      excerpt: text,
      paths: fc.array(text, { minLength: 1, maxLength: 100 }),
    })
    .map(({ jobName, branch, workflowPath, excerpt, paths }) => ({
      fix: aFix({
        paths,
        workflowPath,
        changes: [{ ...aChange, paths }],
        heals: [aHealedIncident({ workflowPath, jobs: [jobName] })],
      }),
      diagnoses: [aStoredDiagnosis({ jobName, workflowPath, excerpt: `${excerpt}\n`.repeat(50) })],
      incidents: [anIncident({ branch, workflowPath, pullRequestNumber: null })],
    }));

  it('stay within GitHub’s limits: 256 characters for a title, 65,536 for a body', () => {
    fc.assert(
      fc.property(hostileStory, (one) => {
        const { title, body } = fixPullRequest(one);
        expect(title.length).toBeLessThanOrEqual(256);
        expect(body.length).toBeLessThanOrEqual(65_536);
        const commit = commitMessage(one);
        expect(commit.headline.length).toBeLessThanOrEqual(256);
        expect(`${title}${body}${commit.headline}${commit.body}`.isWellFormed()).toBe(true);
      }),
    );
  });

  it('mention nobody, close no issue and add no trailer', () => {
    fc.assert(
      fc.property(hostileStory, (one) => {
        const { title, body } = fixPullRequest(one);
        const commit = commitMessage(one);
        for (const shown of [title, textOutsideCode(body), commit.headline, commit.body]) {
          expect(shown).not.toMatch(/@mona|#12|https:\/\/x/);
        }
        expect(textOutsideCode(body)).not.toMatch(/&commat;/);
        expect(commit.body.split('\n')).toHaveLength(5);
        expect(commit.headline).not.toMatch(/[\r\n]/);
        // The marker by which a retry knows its own pull request stands once, as the last line.
        expect(textOutsideCode(body).split('\n').at(-1)).toBe(
          `<!-- regreen:fix=${one.fix.id} incident=${one.fix.incidentId} -->`,
        );
      }),
    );
  });
});
