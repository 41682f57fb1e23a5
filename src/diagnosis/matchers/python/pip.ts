import type { CauseCategory } from '../../types.ts';
import type { Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';

/** A line that is a finding by itself. */
const ERRORS: readonly { expression: RegExp; cause: CauseCategory }[] = [
  { expression: /^ERROR: (?<message>No matching distribution found for .*)$/, cause: 'dependency-unavailable' },
  { expression: /^(?<message>No matching distribution found for .*)$/, cause: 'dependency-unavailable' },
  {
    expression: /^ERROR: (?<message>Cannot install .* because these package versions have conflicting dependencies\.)$/,
    cause: 'dependency-conflict',
  },
  { expression: /^ERROR: (?<message>Could not open requirements file: .*)$/, cause: 'build-config' },
  { expression: /^ERROR: (?<message>Invalid requirement: .*)$/, cause: 'build-config' },
  { expression: /^ERROR: (?<message>Package '.*' requires a different Python: .*)$/, cause: 'toolchain' },
  { expression: /^ERROR: (?<message>.* is not a supported wheel on this platform\.)$/, cause: 'dependency-unavailable' },
  { expression: /^ERROR: (?<message>Directory '.*' is not installable\. .*)$/, cause: 'build-config' },
  { expression: /^ERROR: (?<message>THESE PACKAGES DO NOT MATCH THE HASHES .*)$/, cause: 'lockfile' },
  { expression: /^ERROR: (?<message>In --require-hashes mode, .*)$/, cause: 'lockfile' },
  {
    expression: /^(?:ERROR: )?(?<message>Could not install packages due to an (?:OSError|EnvironmentError): .*)$/,
    cause: 'crash',
  },
  { expression: /^error: (?<message>externally-managed-environment)$/, cause: 'toolchain' },
  { expression: /^ERROR: (?<message>Failed building wheel for .*)$/, cause: 'compile-error' },
];
const SUBPROCESS = /^\s*error: subprocess-exited-with-error$/;
const EXIT = /^\s*× (?<message>.* did not run successfully\.|.* did not complete successfully.*)$/;
const OUTPUT_END = /^\s*\[end of output\]$/;
const EXCEPTION = /^\s+(?<message>(?:[A-Za-z_][\w.]*(?:Error|Exception)|error)(?:: .*)?)$/;
const LOOK_BACK = 60;

/** pip: requirements that are not there or contradict each other, and packages that could not be built. */
export const pip: Matcher = {
  id: 'pip',
  tool: 'pip',
  cause: 'dependency-unavailable',
  hints: [
    'no matching distribution found',
    'conflicting dependencies',
    'could not open requirements file',
    'error: invalid requirement',
    'requires a different python',
    'not a supported wheel',
    'is not installable',
    'do not match the hashes',
    '--require-hashes mode',
    'could not install packages due to',
    'externally-managed-environment',
    'failed building wheel for',
    'error: subprocess-exited-with-error',
    '[end of output]',
  ],
  createReader: () => new PipReader(),
};

class PipReader implements LineReader {
  #build: { line: Line; message: string } | null = null;

  read(line: Line, report: Report): boolean {
    if (SUBPROCESS.test(line.text)) {
      this.#build = { line, message: '' };
      return true;
    }
    if (this.#build) return this.#readBuild(this.#build, line, report);
    for (const { expression, cause } of ERRORS) {
      const message = expression.exec(line.text)?.groups?.['message'];
      if (message === undefined) continue;
      if (cause === 'compile-error' && this.#hasBuildFailed) return false;
      report.diagnostic({ message, logLine: line.number }, cause);
      report.highlight(line.number, line.number, 0.85);
      return cause === 'dependency-conflict';
    }
    if (/^ {4}\S.* depends on |^The conflict is caused by:$|^ {4}The user requested /.test(line.text))
      report.highlight(line.number, line.number, 0.85);
    return /^$|^ {4}|^The conflict/.test(line.text);
  }

  #hasBuildFailed = false;

  #readBuild(build: { line: Line; message: string }, line: Line, report: Report): boolean {
    const exit = EXIT.exec(line.text)?.groups?.['message'];
    if (exit !== undefined) {
      this.#build = { ...build, message: exit };
      return true;
    }
    if (!OUTPUT_END.test(line.text)) return true;
    this.#build = null;
    this.#hasBuildFailed = true;
    report.diagnostic(lastException(line, report) ?? { message: build.message, logLine: build.line.number }, 'build-config');
    return false;
  }
}

/** What the build said last: the line before the end of its output, as a rule an exception. */
function lastException(end: Line, report: Report): Finding | null {
  for (let distance = 1; distance <= LOOK_BACK; distance++) {
    const before = report.previous(distance);
    if (!before || SUBPROCESS.test(before.text)) return null;
    const message = EXCEPTION.exec(before.text)?.groups?.['message'];
    if (message !== undefined && before.number < end.number) return { message, logLine: before.number };
  }
  return null;
}
