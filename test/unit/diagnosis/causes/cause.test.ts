import { describe, expect, it } from 'vitest';
import { isSeen } from '../../../../src/diagnosis/causes/cause-rule.ts';
import { CAUSE_RULES } from '../../../../src/diagnosis/causes/cause-rules.ts';
import { CAUSES } from '../../../../src/diagnosis/types.ts';
import { HARMLESS, WORDINGS } from '../cause-wordings.ts';
import { analyzeText, runnerLog, stepHeader } from '../support.ts';

// One line for each cause that rules know, as the tools write it; each must be told from its neighbours.
const LINES: [string, string][] = [
  ['disk-full', 'write /var/lib/docker/tmp: no space left on device'],
  ['timeout', 'The job running on runner GitHub Actions 3 has exceeded the maximum execution time of 360 minutes.'],
  ['runner-lost', 'The self-hosted runner lost communication with the server. Verify the machine is running.'],
  ['out-of-memory', 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
  ['cancelled', 'The operation was canceled.'],
  ['workflow-config', "Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '/home/runner/work/shop/shop/till'."],
  ['dependency-unavailable', 'Unable to resolve action `shop/till@v9`, unable to find version `v9`'],
  ['dependency-unavailable', "npm error 404  'shop-till@9.9.9' is not in this registry."],
  ['permission', 'Resource not accessible by integration'],
  ['permission', 'remote: Permission to shop/till.git denied to github-actions[bot].'],
  ['missing-secret', "fatal: could not read Username for 'https://github.com': terminal prompts disabled"],
  ['rate-limit', 'API rate limit exceeded for installation ID 1234.'],
  ['lockfile', '`npm ci` can only install packages when your package.json and package-lock.json are in sync.'],
  ['dependency-conflict', 'npm error ERESOLVE unable to resolve dependency tree'],
  ['network', 'curl: (6) Could not resolve host: registry.example'],
  ['version-control', 'error: failed to push some refs to https://github.com/shop/till'],
  ['toolchain', '/home/runner/work/_temp/1.sh: line 1: tils: command not found'],
  ['quality-gate', 'Jest: "global" coverage threshold for lines (80%) not met: 71%'],
  ['build-config', 'npm error Missing script: "biuld"'],
  ['compile-error', 'src/till.c:3:5: error: unknown type name x'],
  ['crash', 'Segmentation fault (core dumped)'],
];

describe('the cause', () => {
  it.each(LINES)('is %s for: %s', (category, line) => {
    const { cause } = analyzeText(`before\n${line}\nafter\n`);
    expect(cause).toMatchObject({ category, evidence: [2] });
    expect(cause.confidence).toBeGreaterThanOrEqual(0.5);
  });

  const wordings = Object.entries(WORDINGS).flatMap(([category, lines]) => lines.map(([line]) => [category, line] as const));

  // Guards the rules against what people really pasted, in the words of many tools.
  it.each(wordings)('is %s for what was seen: %s', (category, line) => {
    expect(analyzeText(`before\n${line}\nafter\n`).cause).toMatchObject({ category, evidence: [2] });
  });

  // Guards against causes where nothing has failed, or something else.
  it.each(HARMLESS)('is not guessed from: %s', (line) => {
    expect(analyzeText(`before\n${line}\nafter\n`).cause.category).toBe('unknown');
  });

  it('is not guessed from a line that only sounds bad', () => {
    expect(analyzeText('Error: something went wrong\n').cause).toMatchObject({ category: 'unknown', evidence: [] });
  });

  it('counts what stands in the failed step, not what another one printed', () => {
    const log = runnerLog([
      ...stepHeader('npm ci'),
      'connect ETIMEDOUT 10.0.0.1:443, trying again',
      ...stepHeader('tsc'),
      "a.ts(1,2): error TS2304: Cannot find name 'x'.",
      '##[error]Process completed with exit code 2.',
    ]);
    expect(analyzeText(log).cause).toMatchObject({ category: 'compile-error', evidence: [10] });
  });

  // `shellcheck` and `--error-on-warnings` stop at warnings and need not say so.
  it('is what a linter warned of, when those are the last words', () => {
    const step = (...between: string[]) =>
      runnerLog([
        ...stepHeader('shellcheck -f gcc run.sh'),
        'run.sh:3:13: warning: verison is referenced but not assigned. [SC2154]',
        ...between,
        '##[error]Process completed with exit code 1.',
      ]);
    expect(analyzeText(step()).cause.category).toBe('lint');
    expect(analyzeText(step(...Array.from({ length: 9 }, (_, index) => `step ${index} of something else`))).cause.category).toBe(
      'unknown',
    );
  });

  it('of an unused name is its code, not the configuration, for tsc', () => {
    expect(analyzeText("src/a.ts(2,9): error TS6133: 'total' is declared but its value is never read.\n").cause.category).toBe(
      'compile-error',
    );
    expect(analyzeText("error TS6053: File '/a/missing.ts' not found.\n").cause.category).toBe('build-config');
  });

  describe('of a step that failed where a linter only warned', () => {
    const warned = ['/home/runner/work/shop/shop/a.js', '  1:1  warning  Unexpected console statement  no-console', ''];
    const causeOf = (...lines: string[]) => analyzeText(runnerLog([...stepHeader('npm run lint'), ...warned, ...lines])).cause;
    const sum = '✖ 1 problem (0 errors, 1 warning)';
    const exit = '##[error]Process completed with exit code 1.';

    it('is the linter', () => {
      expect(causeOf(sum, exit)).toMatchObject({
        category: 'lint',
        evidence: [6],
      });
    });

    // Guards against blaming warnings that everybody lives with.
    it('is not the linter where the step goes on to something else', () => {
      expect(causeOf(sum, 'Error: the shop could not be opened', exit).category).toBe('unknown');
      expect(causeOf(sum, ...Array.from({ length: 9 }, (_, n) => `opening till ${n}`), exit).category).toBe('unknown');
      expect(causeOf(sum, 'tils: command not found', exit).category).not.toBe('lint');
    });

    it('is not the linter where no step failed', () => {
      expect(causeOf(sum).category).toBe('unknown');
    });
  });

  it('is not guessed from the name of a test', () => {
    const names = [
      'SKIP Bug #7 (causes segmentation fault)',
      'ok 3 - waits when told of too many requests',
      '✓ retries on ECONNRESET',
    ];
    expect(analyzeText(`${names.join('\n')}\n`).cause).toMatchObject({ category: 'unknown', evidence: [] });
  });

  // Source that a compiler quotes may hold any words; so may the message about it.
  it.each([
    ['src/a.ts(3,5): error TS2345: Argument of type \'"permission denied (publickey"\' is not assignable.', 'compile-error'],
    [
      'src/till.c:3:10: error: expected \';\'\n    3 |   fail("Bad credentials")\n      |                          ^',
      'compile-error',
    ],
    ['src/till.c:3:10: error: expected \';\'\n   fail("429 Too Many Requests")\n        ^', 'compile-error'],
    ['error[E0425]: cannot find value `x`\n --> src/a.rs:3:1\n  |\n3 |   "no space left on device"; x\n  |   ^', 'compile-error'],
    [
      'Till.java:3: error: \';\' expected\n    String s = "Resource not accessible by integration"\n      ^\n1 error',
      'compile-error',
    ],
    ["src/till.c:3:1: error: x\n/tmp/a.s: Fatal error: can't write: No space left on device", 'disk-full'],
  ])('is not read out of quoted source: %s', (lines, category) => {
    expect(analyzeText(`${lines}\n`).cause.category).toBe(category);
  });

  it('is failed tests where a framework names them, whatever they print; before any test ran it is the network', () => {
    const network = 'Error: getaddrinfo ENOTFOUND api.example';
    const failed = '--- FAIL: TestTill (0.01s)\nFAIL\nFAIL\tshop/till\t0.01s';
    expect(analyzeText(`=== RUN   TestTill\n    ${network}\n${failed}\n`).cause.category).toBe('test-failure');
    expect(analyzeText(`> go test\n${network}\n`).cause.category).toBe('network');
  });

  it('is why a package could not be had, not that it could not', () => {
    const absent = 'ERROR: No matching distribution found for till==1.0';
    const far = Array.from({ length: 60 }, (_, index) => `working ${index}`).join('\n');
    const limit = 'ERROR: 429 Client Error: Too Many Requests for url: https://pypi.example/simple/till/';
    expect(analyzeText(`${limit}\n${absent}\n`).cause.category).toBe('rate-limit');
    expect(analyzeText('connect ETIMEDOUT 10.0.0.1:443, trying again\n'.concat(far, `\n${absent}\n`)).cause.category).toBe(
      'dependency-unavailable',
    );
  });

  it('is read from the page of a job as far as somebody copied it, though no step in it says that it failed', () => {
    const page = ['Run shop/till@v1', '  with:', '    token: ***', 'Error: Resource not accessible by integration'];
    expect(analyzeText(`${page.join('\n')}\n`).cause).toMatchObject({ category: 'permission', evidence: [4] });
  });

  it('counts what stands near the end of the failed step more', () => {
    const log = runnerLog([
      ...stepHeader('./build.sh'),
      'E: Failed to fetch http://a.example/Packages  404  Not Found',
      ...Array.from({ length: 600 }, (_, index) => `working ${index}`),
      'make: *** No rule to make target `till`.  Stop.',
      '##[error]Process completed with exit code 2.',
    ]);
    expect(analyzeText(log).cause).toMatchObject({ category: 'build-config', evidence: [606] });
  });

  it.each([
    [124, 'timeout'],
    [130, 'cancelled'],
    [136, 'crash'],
    [-1073741819, 'crash'],
    [-1073741515, 'toolchain'],
    [127, 'toolchain'],
    [134, 'crash'],
    [143, 'cancelled'],
    [137, 'out-of-memory'],
    [139, 'crash'],
    [1, 'unknown'],
  ])('of exit code %i alone is %s', (code, category) => {
    const log = runnerLog([
      ...stepHeader('./till'),
      'working',
      `##[error]Process completed with exit code ${code}.`,
      'Post job cleanup.',
    ]);
    const { cause } = analyzeText(log);
    expect(cause.category).toBe(category);
    if (category !== 'unknown') expect(cause.evidence).toEqual([6]);
  });
});

describe('the table of rules', () => {
  it.each(CAUSE_RULES.map((rule, index) => ({ name: `${index} ${rule.category}`, rule })))(
    '$name looks for a literal that stands in each line that fits',
    ({ rule }) => {
      expect(CAUSES).toContain(rule.category);
      expect(rule.confidence).toBeGreaterThan(0.5);
      const seen = Object.values(WORDINGS).flatMap((lines) => lines.map(([line]): [string, string] => ['', line]));
      const fitting = [...LINES, ...seen].filter(([, line]) => rule.expression.test(line));
      for (const [, line] of fitting) {
        const looks = rule.looks.filter(({ literal }) => line.toLowerCase().includes(literal));
        expect(
          looks.some((look) => isSeen(look, line)),
          line,
        ).toBe(true);
      }
    },
  );
});

// Guards that a step is judged by what it does: an installer tells of vulnerabilities and goes on.
describe('what a step does', () => {
  const SUMMARY = [
    'added 3 packages',
    '3 vulnerabilities (1 moderate, 2 high)',
    'Run `npm audit` for details.',
    'something is odd',
  ];
  const ended = (command: string, lines: readonly string[]) =>
    analyzeText(runnerLog([...stepHeader(command), ...lines, '##[error]Process completed with exit code 1.'])).cause.category;

  it.each(['npm ci', 'npm install --no-fund', 'yarn install --frozen-lockfile'])(
    'does not blame vulnerabilities for %s',
    (command) => {
      expect(ended(command, SUMMARY)).toBe('unknown');
    },
  );

  it('blames them for an audit', () => {
    expect(ended('npm audit', ['# npm audit report', '', ...SUMMARY])).toBe('quality-gate');
  });

  it.each([
    ['cargo fmt --all -- --check', 'formatting'],
    ['npx prettier --check .', 'formatting'],
    ['npm run format:check', 'formatting'],
    ['cargo fmt', 'unknown'],
    ['npx prettier --write .', 'unknown'],
  ])('takes what was to be checked for the cause where nothing explains the end of %s', (command, category) => {
    expect(ended(command, ['-fn main(){', '+fn main() {'])).toBe(category);
  });
});
