/** The causes of a failure; docs/architecture.md says what each one means. */
export const CAUSES = [
  'test-failure',
  'compile-error',
  'lint',
  'formatting',
  'dependency-conflict',
  'dependency-unavailable',
  'lockfile',
  'workflow-config',
  'build-config',
  'toolchain',
  'permission',
  'missing-secret',
  'network',
  'rate-limit',
  'out-of-memory',
  'disk-full',
  'timeout',
  'runner-lost',
  'cancelled',
  'crash',
  'quality-gate',
  'version-control',
  'unknown',
] as const;
export type CauseCategory = (typeof CAUSES)[number];

export type Severity = 'error' | 'warning' | 'info';

/** Lines count from 1; a line ends at `\n`, `\r\n` or a lone `\r`. */
export interface LineRange {
  startLine: number;
  endLine: number;
}

/** Reaches from its `##[group]Run` (or its first line) to the line before the next step. */
export interface FailedStep extends LineRange {
  name: string;
  /** `null` when the log does not say it. */
  exitCode: number | null;
}

/** `score` is 0 to 1, best first. */
export interface Excerpt extends LineRange {
  score: number;
}

/** One finding of a tool. Paths are as the tool printed them, less the runner's workspace prefix. */
export interface Diagnostic {
  tool: string;
  path: string | null;
  line: number | null;
  column: number | null;
  endLine: number | null;
  endColumn: number | null;
  severity: Severity;
  code: string | null;
  message: string;
  /** The line of the log that says so. */
  logLine: number;
  /** The tool says that it has a safe fix. */
  fixable?: true;
}

/** A place in the project's own code. The file is as the framework printed it, less the runner's workspace prefix. */
export interface StackFrame {
  file: string;
  line: number | null;
}

/** `file` and `line` say where the test is, as well as the log says it; `frame` says where it broke. */
export interface FailedTest {
  name: string;
  suite: string | null;
  file: string | null;
  line: number | null;
  /** What the framework says went wrong: its first lines, without blank ones and indentation; at most 500 characters. */
  message: string | null;
  /** Of the failure's stack, the frame nearest to the fault that is neither a library's, the framework's nor the language's. */
  frame: StackFrame | null;
  logLine: number;
}

/**
 * What one framework said, summed over its runs in the log. Counts are `null` when it did not print them. They count tests,
 * not attempts: one that passed when it was run again has not failed, where the framework tells so.
 */
export interface TestReport {
  framework: string;
  /**
   * The tests that ran. Frameworks after JUnit (JUnit itself under any build tool, TestNG, unittest, nose, Minitest, test-unit,
   * PHPUnit, NUnit, xUnit.net, VSTest, GoogleTest, XCTest) say that they ran a test and skipped it: with them, skipped tests
   * are in. All others count by outcome (jest, mocha, pytest, RSpec, go test, cargo test, TAP …): skipped tests are not.
   */
  total: number | null;
  /** Failures and errors alike. Known faults (`xfail`, `TODO`) are none. A file that could not be loaded counts as its framework counts it. */
  failedCount: number | null;
  /** Skipped, pending, ignored, disabled. */
  skippedCount: number | null;
  failed: FailedTest[];
}

export interface Cause {
  category: CauseCategory;
  /** 0 to 1. */
  confidence: number;
  /** Lines of the log that carry the claim. */
  evidence: number[];
}

/**
 * A change that a tool printed because it wants it (`black --diff`, `gofmt -d`, `git diff --exit-code`). Not part of the
 * diagnosis: it is material for a fixer.
 */
export interface PrintedDiff extends LineRange {
  /** The tool that printed it, as diagnostics name it; `null` where the form of the change does not say so. */
  tool: string | null;
  /** The commands of the step, as far as the log shows them. */
  command: string | null;
  /** The lines as the tool wrote them: without times, colours and prefixes, joined by `\n`. */
  text: string;
  /** `false` where the log, or a limit of ours, cuts it off. */
  isComplete: boolean;
  /** The few lines above or below it say that what is committed is out of date, or what to run. */
  isCalledStale?: true;
  /** It held what looks like a secret, of which no copy is kept: it can't be applied. */
  withheld?: true;
}

/** What a log says. See "The analyser's command line" in docs/architecture.md. */
export interface Diagnosis {
  format: 'github-actions' | 'plain';
  lines: number;
  failedSteps: FailedStep[];
  excerpts: Excerpt[];
  diagnostics: Diagnostic[];
  /** `null` where no test framework spoke. */
  tests: TestReport | null;
  cause: Cause;
  /** The same root cause gives the same one; lower-case hexadecimal. */
  fingerprint: string;
  /** The time was up before the end of the log: what stands further down was only counted. */
  partial?: true;
}
