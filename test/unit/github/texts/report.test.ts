import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAUSES } from '../../../../src/diagnosis/types.ts';
import { CHECK_LIMITS } from '../../../../src/github/check-runs.ts';
import { brokenConfigContent, type DecisionChange, validConfigContent } from '../../../../src/github/texts/config-report.ts';
import { currentDiagnoses, reportContent } from '../../../../src/github/texts/report.ts';
import { reportAnnotations } from '../../../../src/github/texts/report-annotations.ts';
import { aDiagnosis, aDiagnostic, aFix, aReport, aRun, aStoredDiagnosis } from './models.ts';
import { textOutsideCode } from './outside-code.ts';

const external = {
  headSha: 'a'.repeat(40),
  kind: 'status',
  name: 'ci/circleci',
  app: null,
  state: 'failure',
  url: 'https://circleci.com/1',
  summary: 'Your tests failed',
  updatedAt: '2026-11-20T10:00:00Z',
} as const;

describe('the check run of a red commit', () => {
  it('names the jobs whose logs were not read', () => {
    const unread = Array.from({ length: 22 }, (_, leg) => `test (${leg})`);
    const { summary } = reportContent(aReport({ unread }));
    expect(summary).toContain('## 22 more jobs failed\n\nTheir logs were not read');
    expect(summary).toContain('`test (0)`');
    expect(summary).toContain('`test (19)`, 2 more.');
    expect(reportContent(aReport({ unread: ['`x` <img>'] })).summary).toContain('## 1 more job failed');
  });

  it('says what failed, why, what the log says and what happens next', () => {
    const { conclusion, title, summary } = reportContent(aReport());
    expect({ conclusion, title }).toEqual({ conclusion: 'neutral', title: 'Files are not formatted' });
    expect(summary).toMatchInlineSnapshot(`
      "## \`format\` failed: files are not formatted

      Workflow \`CI\` · cause \`formatting\` (confidence 97 %) · fingerprint \`c0ffee012345\`

      **Verdict: this change.** The same job is green on the base.

      Failed step: \`npx prettier --check .\` (exit code 1)

      - \`src/cart.ts\` Code style issues found.

      **From the [log](https://github.com/octo/shop/actions/runs/7):**

      \`\`\`text
      Checking formatting...
      [warn] src/cart.ts
      [error] Code style issues found.
      \`\`\`

      **What happens next:** Regreen is preparing a fix.

      <details><summary>What the policy says</summary>

      - Show it: yes (\`mode\`, \`mode\`). The mode is fix.
      - Fix: yes (\`mode\`, \`mode\`). The mode is fix, and prettier can fix this.

      </details>"
    `);
  });

  it.each([
    [{ state: 'planned' }, 'Regreen is preparing a fix.'],
    [{ state: 'proposed', pullRequestNumber: 13 }, '#13 has a fix. Regreen waits for CI to pass on it.'],
    [{ state: 'ended', outcome: 'verified', pullRequestNumber: 13 }, '#13 fixes this: CI has passed on it. Merge it.'],
    [
      { state: 'ended', outcome: 'refuted', pullRequestNumber: 13 },
      '#13 did not fix it: CI is still red there. A person should look.',
    ],
    [
      { state: 'ended', outcome: 'rejected', pullRequestNumber: 13 },
      '#13 was closed without merging, so Regreen leaves this to you.',
    ],
    [{ state: 'ended', outcome: 'superseded', reason: 'cart has moved on' }, 'The fix was withdrawn: cart has moved on.'],
  ] as const)('follows the fix: %j', (change, expected) => {
    expect(reportContent(aReport({ fixes: [aFix(change)] })).summary).toContain(`**What happens next:** ${expected}`);
  });

  it.each([
    [{ attempt: 1, status: 'completed' }, 'Regreen had the failed jobs run again (The verdict is flake.).'],
    [{ attempt: 2, status: 'queued', conclusion: null }, 'run again (The verdict is flake.); attempt 2 is under way.'],
  ])('follows a re-run: %j', (run, expected) => {
    const reruns = [{ runId: 7, attempt: 1, reason: 'The verdict is flake.', outcome: null }];
    expect(reportContent(aReport({ runs: [aRun(run)], reruns })).summary).toContain(expected);
  });

  it('says what came of a re-run', () => {
    const reruns = [{ runId: 7, attempt: 1, reason: 'The verdict is flake.', outcome: 'red' as const }];
    const diagnoses = [aStoredDiagnosis(), aStoredDiagnosis({ runAttempt: 2 })];
    const { summary } = reportContent(aReport({ diagnoses, runs: [aRun({ attempt: 2 })], reruns }));
    expect(summary).toContain('It was run again and failed again. Regreen is preparing a fix.');
  });

  it('says that a log was read only in part', () => {
    const diagnoses = [aStoredDiagnosis({ diagnosis: aDiagnosis({ partial: true }) })];
    expect(reportContent(aReport({ diagnoses })).summary).toContain('The log was read only in part');
    expect(reportContent(aReport()).summary).not.toContain('only in part');
  });

  it('says why nothing is done', () => {
    const decision = {
      mode: 'annotate',
      remedies: [{ remedy: 'fix', verdict: 'refused', reason: 'The mode is annotate.', rule: 'mode', source: 'default' }],
    } as const;
    const diagnoses = [aStoredDiagnosis({ decision: { ...decision, remedies: [...decision.remedies] } })];
    expect(reportContent(aReport({ diagnoses })).summary).toContain('Regreen does not fix this. The mode is annotate.');
  });

  it('says that no fix is made and why, when every fixer declines', () => {
    const declines = [
      {
        incidentId: aStoredDiagnosis().incidentId,
        reason: 'unused-imports: there is no import at line 2. @mona',
        at: new Date(),
      },
    ];
    const summary = reportContent(aReport({ declines })).summary;
    expect(summary).toContain('Regreen makes no fix here. unused-imports: there is no import at line 2.');
    expect(summary).not.toContain('preparing');
    expect(textOutsideCode(summary)).not.toContain('@mona');
    const refuted = aFix({ state: 'ended', outcome: 'refuted', pullRequestNumber: 13 });
    expect(reportContent(aReport({ declines, fixes: [refuted] })).summary).toContain(
      '#13 did not fix it: CI is still red there. A person should look. No other one is made: unused-imports',
    );
    const later = aFix({ createdAt: new Date(Date.now() + 1_000) });
    expect(reportContent(aReport({ declines, fixes: [later] })).summary).toContain('Regreen is preparing a fix.');
  });

  it('says what a failed test has said and where it broke, in a place of their own', () => {
    const test = { suite: null, file: 'test/till.test.ts', line: 3, logLine: 9 };
    const message = 'Expected: 3\n<img src=x> @mona fixes #12 [a](https://x)';
    const failed = [
      { ...test, name: 'broke elsewhere', message: 'rate is missing', frame: { file: 'src/rate.ts', line: 7 } },
      { ...test, name: 'hostile', message, frame: null },
      { ...test, name: 'long', message: 'x'.repeat(900), file: null, frame: null },
      ...Array.from({ length: 9 }, (_, index) => ({ ...test, name: `test ${index}`, message: null, frame: null })),
    ];
    const tests = { framework: 'vitest', total: 40, failedCount: 12, skippedCount: 0, failed };
    const { summary } = reportContent(aReport({ diagnoses: [aStoredDiagnosis({ diagnosis: aDiagnosis({ tests }) })] }));
    expect(summary).toContain('- `broke elsewhere` at `src/rate.ts:7`: rate is missing\n');
    expect(summary).toContain('- `hostile` at `test/till.test.ts:3`: Expected: 3 \\<img src=x\\> ');
    expect(textOutsideCode(summary)).not.toMatch(/@mona|(?<!\\)<img|#12|\]\(https:\/\/x/);
    expect(summary).toContain(`- \`long\`: ${'x'.repeat(299)}…\n`);
    expect(summary).toContain('- and 2 more');
  });

  it('names failed tests and their number', () => {
    const failed = [{ name: 'adds', suite: 'math', file: 'test/math.test.ts', line: 12, message: null, frame: null, logLine: 9 }];
    const diagnosis = aDiagnosis({
      diagnostics: [],
      tests: { framework: 'jest', total: 41, failedCount: 1, skippedCount: 0, failed },
    });
    const { summary } = reportContent(aReport({ diagnoses: [aStoredDiagnosis({ diagnosis })] }));
    expect(summary).toContain('Tests (jest): 1 of 41 failed\n- `math › adds` at `test/math.test.ts:12`');
    expect(reportAnnotations(aReport({ diagnoses: [aStoredDiagnosis({ diagnosis })] }))).toEqual([
      { path: 'test/math.test.ts', startLine: 12, endLine: 12, level: 'failure', title: 'Failed test', message: 'adds' },
    ]);
  });

  it('names checks of other systems', () => {
    const { title, summary } = reportContent(aReport({ diagnoses: [], externalFailures: [external] }));
    expect(title).toBe('1 external check failed');
    expect(summary).toBe(
      '## Checks of other systems that failed\n- [ci/circleci](https://circleci.com/1): failure, Your tests failed',
    );
  });

  it.each([
    ['javascript:alert(1)', '- ci/circleci: failure'],
    ['not an address', '- ci/circleci: failure'],
    ['https://x.example/a)(b `c` [d]', '(https://x.example/a%29%28b%20%60c%60%20%5bd%5d): failure'],
  ])('lets no address end its link: %s', (url, expected) => {
    expect(reportContent(aReport({ diagnoses: [], externalFailures: [{ ...external, url }] })).summary).toContain(expected);
  });

  it('has a sentence for every cause', () => {
    for (const cause of CAUSES)
      expect(reportContent(aReport({ diagnoses: [aStoredDiagnosis({ cause })] })).title).toMatch(/^[A-Z].{8,}/);
  });
});

describe('a commit that is green again', () => {
  it('tells no old failure', () => {
    const run = aRun({ attempt: 2, conclusion: 'success' });
    expect(currentDiagnoses(aReport({ runs: [run] }))).toEqual([]);
    expect(reportContent(aReport({ runs: [run] }))).toEqual({
      conclusion: 'success',
      title: 'Green again',
      summary: 'A re-run of this commit passed. Before, `format` had failed because files are not formatted.',
    });
    expect(reportAnnotations(aReport({ runs: [run] }))).toEqual([]);
  });

  it('is not said to be so while a later attempt is under way', () => {
    const runs = [aRun({ attempt: 2, status: 'in_progress', conclusion: null })];
    expect(currentDiagnoses(aReport({ runs }))).toHaveLength(1);
    expect(reportContent(aReport({ runs })).conclusion).toBe('neutral');
  });

  it('says when it was Regreen that had it run again', () => {
    const runs = [aRun({ attempt: 2, conclusion: 'success' })];
    const reruns = [{ runId: 7, attempt: 1, reason: 'The verdict is flake.', outcome: 'green' as const }];
    expect(reportContent(aReport({ runs, reruns })).summary).toContain('Regreen had the failed jobs run again, and they passed.');
  });
});

describe('annotations', () => {
  const annotate = (...diagnostics: ReturnType<typeof aDiagnostic>[]) =>
    reportAnnotations(aReport({ diagnoses: [aStoredDiagnosis({ diagnosis: aDiagnosis({ diagnostics }) })] }));

  it('stand on the lines at fault, errors first', () => {
    const warning = aDiagnostic({ tool: 'eslint', severity: 'warning', code: 'no-var', line: 3, column: 5, message: 'Use let.' });
    const error = aDiagnostic({
      tool: 'tsc',
      path: './src/a.ts',
      code: 'TS2322',
      line: 7,
      column: 1,
      endLine: 9,
      endColumn: 2,
      message: 'No.',
    });
    expect(annotate(warning, error)).toEqual([
      {
        path: 'src/a.ts',
        startLine: 7,
        endLine: 9,
        startColumn: 1,
        endColumn: 2,
        level: 'failure',
        title: 'tsc TS2322',
        message: 'No.',
      },
      {
        path: 'src/cart.ts',
        startLine: 3,
        endLine: 3,
        startColumn: 5,
        level: 'warning',
        title: 'eslint no-var',
        message: 'Use let.',
      },
    ]);
  });

  it('leave out what has no place in the repository, and what was said already', () => {
    expect(annotate(aDiagnostic({ path: null }), aDiagnostic({ path: '/usr/lib/x.js' }), aDiagnostic({ path: '../x' }))).toEqual(
      [],
    );
    expect(annotate(aDiagnostic(), aDiagnostic())).toHaveLength(1);
  });

  it('fit into what GitHub takes, whatever the log says', () => {
    const number = fc.option(fc.oneof(fc.integer({ min: -5, max: 500 }), fc.constantFrom(2 ** 31, 2 ** 53 - 1)));
    const diagnostic = fc
      .record({
        path: fc.string({ maxLength: 30 }),
        line: number,
        column: number,
        endLine: number,
        endColumn: number,
        message: fc.string({ unit: 'binary', maxLength: 5_000 }),
        code: fc.option(fc.string({ maxLength: 400 })),
        severity: fc.constantFrom('error' as const, 'warning' as const, 'info' as const),
      })
      .map((change) => aDiagnostic(change));
    fc.assert(
      fc.property(fc.array(diagnostic, { maxLength: 20 }), (diagnostics) => {
        for (const one of annotate(...diagnostics)) {
          expect(one.startLine).toBeGreaterThanOrEqual(1);
          expect(one.endLine).toBeGreaterThanOrEqual(one.startLine);
          expect(Math.max(one.endLine, one.startColumn ?? 1, one.endColumn ?? 1)).toBeLessThan(2 ** 31);
          expect(one.message.length).toBeGreaterThan(0);
          expect(Buffer.byteLength(one.message)).toBeLessThanOrEqual(64 * 1024);
          expect((one.title ?? '').length).toBeLessThanOrEqual(255);
          expect(one.message.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
    expect(annotate(...Array.from({ length: 999 }, (_, at) => aDiagnostic({ line: at + 1 })))).toHaveLength(200);
  });
});

describe('hostile names and logs', () => {
  const piece = fc.constantFrom(
    '@mona',
    ' #12 ',
    '`',
    '```',
    '~~~',
    '\n',
    '](https://x.example)',
    '<img>',
    '&commat;mona',
    '\u0000',
    '\ud800',
    'y'.repeat(9_000),
    '`'.repeat(9_000),
  );
  const text = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(''));
  const diagnosis = fc
    .record({ jobName: text, workflowName: text, excerpt: text, message: text, path: text, step: text, test: text, code: text })
    .map((one) =>
      aStoredDiagnosis({
        jobName: one.jobName,
        workflowName: one.workflowName,
        excerpt: `${one.excerpt}\n`.repeat(60),
        diagnosis: aDiagnosis({
          failedSteps: [{ name: one.step, startLine: 1, endLine: 2, exitCode: 1 }],
          diagnostics: [
            aDiagnostic({ path: one.path, message: one.message, code: one.code }),
            aDiagnostic({ path: null, message: one.message, code: one.code }),
          ],
          tests: {
            framework: one.step,
            total: null,
            failedCount: null,
            skippedCount: null,
            failed: [
              { name: one.test, suite: one.test, file: null, line: null, message: one.message, frame: null, logLine: 1 },
              {
                name: one.test,
                suite: null,
                file: one.path,
                line: 1,
                message: one.message,
                frame: { file: one.path, line: 2 },
                logLine: 2,
              },
            ],
          },
        }),
      }),
    );
  const hostileModel = fc.record({
    diagnoses: fc.array(diagnosis, { minLength: 1, maxLength: 12 }),
    unread: fc.array(text, { maxLength: 30 }),
    externalFailures: fc.array(
      fc
        .record({ name: text, summary: text, url: text.map((part) => `https://x/${part}`) })
        .map((one) => ({ ...external, ...one })),
      { maxLength: 3 },
    ),
    declines: fc.array(
      text.map((reason) => ({ incidentId: aStoredDiagnosis().incidentId, reason, at: new Date() })),
      { maxLength: 1 },
    ),
  });

  it('mention nobody, break out of nothing, and the summary stays below 65,535 characters', () => {
    fc.assert(
      fc.property(hostileModel, (change) => {
        const { summary, title } = reportContent(aReport({ ...change, runs: [] }));
        expect(summary.length).toBeLessThanOrEqual(CHECK_LIMITS.summary);
        expect(summary.isWellFormed()).toBe(true);
        expect(title.length).toBeLessThanOrEqual(255);
        const shown = textOutsideCode(summary).replace(/\]\(https:\/\/x\/[\w:/?#&=%.,;+~-]*\)/g, ']');
        expect(shown).not.toMatch(/@mona|#12|(?<!\\)<img|https:\/\/x|(?<!\\)&commat;/);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the check run on regreen.yml', () => {
  it('shows each fault on its line', () => {
    const { content, annotations } = brokenConfigContent('configuration', '.github/regreen.yml', [
      { line: 2, key: 'modes', message: 'There is no key "modes" here.' },
    ]);
    expect(content).toEqual({
      conclusion: 'failure',
      title: ".github/regreen.yml can't be used",
      summary:
        'Until it is mended, Regreen leaves this file out, and does nothing beyond annotations.\n\n- line 2, `modes`: There is no key "modes" here.',
    });
    expect(annotations).toEqual([
      {
        path: '.github/regreen.yml',
        startLine: 2,
        endLine: 2,
        level: 'failure',
        title: 'Regreen configuration',
        message: 'modes: There is no key "modes" here.',
      },
    ]);
  });

  it('does not say of a file with problem matchers that all else is at its defaults', () => {
    const faults = [{ line: 7, key: 'regexp', message: 'Look-ahead is not known.' }];
    const { content } = brokenConfigContent('problem-matchers', '.github/till.json', faults);
    expect(content.title).toBe(".github/till.json can't be used");
    expect(content.summary).toContain('Regreen does not use this file');
    expect(content.summary).not.toContain('defaults');
  });

  it('says when it is right again', () => {
    expect(validConfigContent('.github/regreen.yml', 'fix')).toMatchObject({
      conclusion: 'success',
      summary: 'Regreen works here in `mode: fix`.',
    });
  });

  const failure: DecisionChange = {
    jobName: 'lint | <b>`x`</b>',
    cause: 'lint',
    headSha: 'c'.repeat(40),
    runUrl: 'https://github.com/octo-org/widgets/actions/runs/1',
    current: { done: ['fix', 'annotate'], asked: [] },
    proposed: { done: ['fix', 'annotate'], asked: [] },
  };

  it('says what would have been decided otherwise, and no more', () => {
    const stricter = { ...failure, proposed: { done: ['annotate' as const], asked: ['fix' as const] } };
    const quiet = { ...failure, proposed: { done: [], asked: [] } };
    const { summary } = validConfigContent('.github/regreen.yml', 'fix', [stricter, failure, quiet]);
    expect(summary).toContain('of the last 3 failures here 2 would have been decided otherwise, 1 not:');
    expect(summary.split('\n').filter((line) => line.startsWith('| [c'))).toEqual([
      '| [ccccccc](https://github.com/octo-org/widgets/actions/runs/1) lint \\| \\<b\\>\\`x\\`\\</b\\> (lint) | fixed; shown | shown; fixed, if a person agrees |',
      '| [ccccccc](https://github.com/octo-org/widgets/actions/runs/1) lint \\| \\<b\\>\\`x\\`\\</b\\> (lint) | fixed; shown | nothing |',
    ]);
    expect(validConfigContent('.github/regreen.yml', 'fix', [failure]).summary).toContain(
      'Nothing would have been decided otherwise about the last failure here.',
    );
  });
});
