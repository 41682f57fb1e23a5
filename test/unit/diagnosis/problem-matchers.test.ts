import { describe, expect, it } from 'vitest';
import { analyzeLog } from '../../../src/diagnosis/analyzer.ts';
import type { ProblemMatcher } from '../../../src/diagnosis/matchers/problem-matcher.ts';
import { runnerLog } from './support.ts';

const diagnose = (text: string, problemMatchers: ProblemMatcher[]) =>
  analyzeLog(new TextEncoder().encode(text), { problemMatchers }).diagnostics.map(
    ({ tool, path, line, column, severity, code, message, logLine }) => ({
      tool,
      path,
      line,
      column,
      severity,
      code,
      message,
      logLine,
    }),
  );

/** As published by actions/setup-node, .github/eslint-stylish.json, under a name that no built-in matcher has. */
const STYLISH: ProblemMatcher = {
  owner: 'till-lint',
  pattern: [
    { regexp: '^\\s*([^\\s].*)$', file: 1 },
    {
      regexp: '^\\s+(\\d+):(\\d+)\\s+(error|warning|info)\\s+(.*)\\s\\s+(.*)$',
      line: 1,
      column: 2,
      severity: 3,
      message: 4,
      code: 5,
      loop: true,
    },
  ],
};

const COMPACT: ProblemMatcher = {
  owner: 'till-check',
  pattern: [
    {
      regexp: '^TILL (\\w+) in (\\S+) at (\\d+)/(\\d+) \\[(\\w+)\\] (.*)$',
      severity: 1,
      file: 2,
      line: 3,
      column: 4,
      code: 5,
      message: 6,
    },
  ],
};

describe("a repository's own problem matchers", () => {
  it('give diagnostics of their owner for a tool that nobody else knows', () => {
    const found = diagnose(
      'before\nTILL warning in src/a.till at 3/5 [T01] drawer is open\nTILL Error in src/b.till at 1/1 [T02] no change\n',
      [COMPACT],
    );
    expect(found).toEqual([
      {
        tool: 'till-check',
        path: 'src/a.till',
        line: 3,
        column: 5,
        severity: 'warning',
        code: 'T01',
        message: 'drawer is open',
        logLine: 2,
      },
      {
        tool: 'till-check',
        path: 'src/b.till',
        line: 1,
        column: 1,
        severity: 'error',
        code: 'T02',
        message: 'no change',
        logLine: 3,
      },
    ]);
  });

  it('read behind the times and marks of the runner, which strips them too', () => {
    const log = runnerLog(['##[error]TILL error in src/a.till at 3/5 [T01] drawer is open']);
    expect(diagnose(log, [COMPACT])).toMatchObject([{ path: 'src/a.till', line: 3, severity: 'error' }]);
  });

  it('loop over the lines below a file, as eslint-stylish.json of actions/setup-node does', () => {
    const log = [
      'src/a.till',
      '  1:0   error    Missing drawer     strict',
      '  5:10  warning  Never used         no-unused',
      '',
      'src/b.till',
      '  2:1   error    Another            strict',
      '',
    ];
    // The built-in matcher of ESLint knows the form as well; lines that it has taken are not told twice.
    const found = diagnose(log.join('\n').replaceAll('.till', '.x'), [STYLISH]);
    expect(found).toHaveLength(3);
    const other: ProblemMatcher = {
      owner: 'till',
      pattern: [
        { regexp: '^== (\\S+)$', file: 1 },
        { regexp: '^-- (\\d+): (.*)$', line: 1, message: 2, loop: true },
      ],
    };
    expect(diagnose('== a.till\n-- 1: one\n-- 2: two\nend\n-- 3: of no file\n== b.till\n-- 4: four\n', [other])).toMatchObject([
      { path: 'a.till', line: 1, message: 'one', logLine: 2 },
      { path: 'a.till', line: 2, message: 'two', logLine: 3 },
      { path: 'b.till', line: 4, message: 'four', logLine: 7 },
    ]);
  });

  it('follow several lines, and begin anew where one does not fit', () => {
    const three: ProblemMatcher = {
      owner: 'till',
      severity: 'warning',
      pattern: [
        { regexp: '^file (\\S+)$', file: 1 },
        { regexp: '^line (\\d+)$', line: 1 },
        { regexp: '^says (.*)$', message: 1 },
      ],
    };
    expect(
      diagnose('file a.till\nline 3\nsays broken\nfile b.till\nsays nothing\nfile c.till\nline 4\nline 5\nsays no\n', [three]),
    ).toMatchObject([{ path: 'a.till', line: 3, severity: 'warning', message: 'broken', logLine: 3 }]);
  });

  it('drop what the runner drops: an empty message, a severity that it does not know', () => {
    const found = diagnose(
      'TILL fatal in a at 1/1 [T1] what\nTILL error in a at 1/1 [T1]  \nTILL notice in a at 1/1 [T1] told\n',
      [COMPACT],
    );
    expect(found).toMatchObject([{ severity: 'info', message: 'told' }]);
  });

  it('join a path with the folder of the file that it is told for', () => {
    const project: ProblemMatcher = {
      owner: 'till',
      pattern: [{ regexp: '^(\\S+): (.*) \\[(\\S+)\\]$', file: 1, message: 2, fromPath: 3 }],
    };
    expect(
      diagnose('a.till: no [/home/runner/work/shop/shop/web/till.proj]\n/x/b.till: no [web/till.proj]\n', [project]),
    ).toMatchObject([{ path: 'web/a.till' }, { path: '/x/b.till' }]);
  });

  it('leave out lines that a built-in matcher has understood', () => {
    const tsc: ProblemMatcher = {
      owner: 'own-tsc',
      pattern: [
        { regexp: '^([^\\s].*)\\((\\d+),(\\d+)\\): error (TS\\d+): (.*)$', file: 1, line: 2, column: 3, code: 4, message: 5 },
      ],
    };
    expect(diagnose("src/a.ts(3,5): error TS2304: Cannot find name 'x'.\n", [tsc]).map(({ tool }) => tool)).toEqual(['tsc']);
  });

  // Whoever may change the default branch writes these; whoever opens a pull request writes the log.
  it.each([
    ['(?:(?:a?){100}a{100})[xy]', 'a'],
    ['(a+)+$', 'a'],
    ['(?:a|b|ab|aab)*[xy]', 'ab'],
    ['(.*a){8}[xy]$', 'a '],
    ['[ab].{0,90}[XY]', 'ab'],
  ])('cost no more than the line is long: %s', (regexp, part) => {
    const hostile: ProblemMatcher = { owner: 'till', pattern: [{ regexp, message: 0 }] };
    const log = Array.from({ length: 200 }, (_, index) => `${part.repeat(1_000)}${index}`).join('\n');
    const startedAt = performance.now();
    diagnose(log, [hostile]);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
