import { MAX_DIAGNOSTICS, MAX_MESSAGE_CHARACTERS } from '../limits.ts';
import { detached } from '../log/text.ts';
import type { Finding, Matcher } from '../matchers/matcher.ts';
import type { CauseCategory, Diagnostic, FailedTest, TestReport } from '../types.ts';
import { withoutWorkspace } from './paths.ts';

/** A diagnostic, and what it means. */
export interface FoundDiagnostic {
  readonly diagnostic: Diagnostic;
  readonly cause: CauseCategory | null;
  /** The tool is there to complain of code that works. */
  readonly isOfLinter: boolean;
  /** The line stands in the green log too: it explains nothing. */
  readonly isNoise: boolean;
}

/** What the matchers found: each diagnostic once, bounded by severity. */
export class Findings {
  readonly #found: FoundDiagnostic[] = [];
  readonly #kept = { error: 0, warning: 0, info: 0 };
  readonly #keys = new Set<string>();
  readonly #reports: TestReport[] = [];
  #claimedLine = 0;

  get diagnostics(): readonly FoundDiagnostic[] {
    return this.#found;
  }

  /** Notes that somebody has understood the line. */
  claim(line: number): void {
    this.#claimedLine = Math.max(this.#claimedLine, line);
  }

  /** Whether this is the newest line that somebody has understood. */
  isClaimed(line: number): boolean {
    return this.#claimedLine === line;
  }

  /** Returns the diagnostic as it is kept; `null` when it is known already or the limit is reached. */
  add(matcher: Matcher, finding: Finding, cause: CauseCategory | undefined, isNoise: boolean): Diagnostic | null {
    this.claim(finding.logLine);
    const severity = finding.severity ?? 'error';
    if (this.#kept[severity] >= MAX_DIAGNOSTICS[severity]) return null;
    const key = keyOf(matcher, finding);
    if (this.#keys.has(key)) return null;
    this.#keys.add(key);
    const diagnostic = completed(matcher, finding);
    this.#kept[severity]++;
    this.#found.push({ diagnostic, cause: cause ?? matcher.cause, isOfLinter: matcher.cause === 'lint', isNoise });
    return diagnostic;
  }

  /** Adds a report; figures of one framework are summed. */
  addTests(report: TestReport): void {
    const known = this.#reports.find((other) => other.framework === report.framework);
    const failed = report.failed.map(withoutWorkspaces);
    if (!known) {
      this.#reports.push({ ...report, failed });
      return;
    }
    known.total = sum(known.total, report.total);
    known.failedCount = sum(known.failedCount, report.failedCount);
    known.skippedCount = sum(known.skippedCount, report.skippedCount);
    known.failed.push(...failed);
  }

  /** The framework with the most failures, and of equals the one that names more, or more places; where none failed, the first that spoke. */
  tests(): TestReport | null {
    return this.#reports.reduce<TestReport | null>((most, report) => (most && !saysMore(report, most) ? most : report), null);
  }
}

function saysMore(report: TestReport, than: TestReport): boolean {
  const [mine, others] = [weightsOf(report), weightsOf(than)];
  const decisive = mine.findIndex((weight, index) => weight !== others[index]);
  return decisive >= 0 && (mine[decisive] ?? 0) > (others[decisive] ?? 0);
}

/** By falling importance. */
function weightsOf({ failedCount, failed }: TestReport): number[] {
  return [Math.max(failedCount ?? 0, failed.length), failed.length, failed.filter(({ file }) => file !== null).length];
}

function withoutWorkspaces(test: FailedTest): FailedTest {
  return {
    ...test,
    file: test.file === null ? null : withoutWorkspace(test.file),
    frame: test.frame === null ? null : { ...test.frame, file: withoutWorkspace(test.frame.file) },
  };
}

function keyOf(matcher: Matcher, { tool, path, line, column, message, part = '' }: Finding): string {
  const place = path === null || path === undefined ? '' : withoutWorkspace(path);
  return `${tool ?? matcher.tool}\n${place}\n${line ?? ''}:${column ?? ''}:${part}\n${message.slice(0, MAX_MESSAGE_CHARACTERS)}`;
}

function completed(matcher: Matcher, finding: Finding): Diagnostic {
  const path = finding.path ?? null;
  const endColumn = finding.endColumn ?? null;
  return {
    tool: finding.tool ?? matcher.tool,
    path: path === null ? null : detached(withoutWorkspace(path)),
    line: finding.line ?? null,
    column: finding.column ?? null,
    // `2:0-24` ends on the line where it begins.
    endLine: finding.endLine ?? (endColumn === null ? null : (finding.line ?? null)),
    endColumn,
    severity: finding.severity ?? 'error',
    code: finding.code === undefined || finding.code === null ? null : detached(finding.code),
    message: detached(finding.message.slice(0, MAX_MESSAGE_CHARACTERS)),
    logLine: finding.logLine,
    ...(finding.fixable ? { fixable: true } : {}),
  };
}

function sum(left: number | null, right: number | null): number | null {
  return left === null && right === null ? null : (left ?? 0) + (right ?? 0);
}
