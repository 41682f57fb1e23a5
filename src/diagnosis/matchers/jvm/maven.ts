import { detached } from '../../log/text.ts';
import type { CauseCategory } from '../../types.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const GOAL =
  /^\[ERROR\] Failed to execute goal (?:(?<goal>[\w.-]+:[\w.-]+(?::[\w.-]+)?:[\w-]+)(?: \([^)]*\))? )?on project (?<project>[^\s:]+): (?<message>.*?)(?: ?-> \[Help \d+\])?$/;
const MODEL =
  /^\[(?:ERROR|FATAL)\] +(?<message>(?:'[\w.[\]/:-]+' |Non-resolvable |Malformed POM |Non-parseable POM |Unresolveable build extension).*) @ (?<where>.*)$/;
const PLACE = /(?:(?<![^\s,])(?<path>[^\s,]+), )?line (?<line>\d{1,7}), column (?<column>\d{1,7})$/;
const POM = /^\[ERROR\] +The project \S+ \((?<path>[^)]+)\) has \d+ errors?$/;
const OTHER =
  /^\[ERROR\] (?<message>(?:Unknown lifecycle phase|No plugin found for prefix|The goal you specified requires a project|Could not find the selected project in the reactor|Plugin \S+ or one of its dependencies could not be resolved|Unable to parse command line options|Error executing Maven|Could not find goal|Child module \S+ of \S+ does not exist).*?)(?: ?-> \[Help \d+\])?$/;

/** Goals that only repeat what compilers and test frameworks have said on their own lines. */
const REPEATING =
  /(?:surefire|failsafe)-plugin|maven-invoker-plugin|compiler-plugin|kotlin-maven-plugin:[^:]*:?(?:test-)?compile|scala-maven-plugin/;
/** Sums of linters' findings, which stand above when they were printed. */
const SUM = /^(?:You have \d{1,7} (?:Checkstyle|PMD) violations?\b|failed with \d{1,7} bugs\b)/;
const REPEATED = /^(?:There (?:are|were) test failures|Compilation failure|Compilation failed)/;

/** What a goal's failure means, by its message and then by its name. The first that fits decides. */
const CAUSES: readonly { expression: RegExp; cause: CauseCategory }[] = [
  { expression: /status code:? (?:401|403)|Not authorized|Access denied|Forbidden/, cause: 'permission' },
  { expression: /status code:? 429|Too Many Requests/i, cause: 'rate-limit' },
  {
    expression:
      /Connection (?:reset|refused|timed out)|timed out|Unknown host|status code:? 5\d\d|PKIX path|SSLHandshake|Remote host terminated/i,
    cause: 'network',
  },
  {
    expression:
      /Could not (?:resolve dependencies|find artifact|transfer artifact)|Failure to (?:find|transfer)|could not be resolved|was not found in/,
    cause: 'dependency-unavailable',
  },
  { expression: /DependencyConvergence|RequireUpperBoundDeps|BanDuplicate/, cause: 'dependency-conflict' },
  {
    expression: /RequireJavaVersion|RequireMavenVersion|invalid target release|release version \S+ not supported|No toolchain/i,
    cause: 'toolchain',
  },
  { expression: /forked VM terminated|VM crash/, cause: 'crash' },
  { expression: /Coverage checks have not been met/, cause: 'quality-gate' },
  { expression: /spotless|formatter-maven|fmt-maven|impsort|format violations|googleformatter/i, cause: 'formatting' },
  {
    expression: /checkstyle|maven-pmd|spotbugs|findbugs|license-maven|apache-rat|forbiddenapis|animal-sniffer|ktlint|detekt/i,
    cause: 'lint',
  },
  { expression: /javadoc/, cause: 'compile-error' },
  { expression: /enforcer|No plugin found|lifecycle phase|PluginExecution|Child module/i, cause: 'build-config' },
];

const WARNING = /^\[WARNING\](?: (?<text>.*))?$/;
/** Surefire's sums of tests, and what Maven only tells by the way. */
const NO_WARNING =
  /^\s*(?:Tests run: |Flakes: |Run \d+: |The artifact \S+ has been relocated to |(?:Javadoc Warnings|COMPILATION WARNING ?:?)\s*$)/;
/** Lines of a warning that make its message. */
const MAX_WARNING_LINES = 5;

/** Maven itself: the goal that failed, what is wrong with a POM, and what it warns of. */
export const maven: Matcher = {
  id: 'maven',
  tool: 'maven',
  cause: null,
  hints: ['[ERROR] ', '[FATAL] ', '[WARNING]'],
  createReader: () => new MavenReader(),
};

class MavenReader implements LineReader {
  #pom: string | null = null;
  #hasFindings = false;
  /** Lines in a row that Maven marks as warnings: one that nobody else has understood. */
  #warning: { lines: string[]; logLine: number } | null = null;

  read(line: Line, report: Report): Answer {
    if (line.text.startsWith('[WARNING]')) return this.#readWarning(line, report);
    this.#tellWarning(report);
    if (report.isClaimed(line.number)) this.#hasFindings = true;
    const goal = GOAL.exec(line.text)?.groups;
    if (goal) {
      return readGoal(goal, line, this.#hasFindings, report);
    }
    const pom = POM.exec(line.text)?.groups?.['path'];
    if (pom !== undefined) {
      this.#pom = pom;
      return false;
    }
    const model = MODEL.exec(line.text)?.groups;
    if (model) {
      this.#readModel(model['message'] ?? '', model['where'] ?? '', line, report);
      return false;
    }
    const message = OTHER.exec(line.text)?.groups?.['message'];
    if (message === undefined) return null;
    report.diagnostic({ message, logLine: line.number }, causeOf(message) ?? 'build-config');
    return 'told';
  }

  finish(report: Report): void {
    this.#tellWarning(report);
  }

  #readWarning(line: Line, report: Report): Answer {
    const groups = WARNING.exec(line.text)?.groups;
    if (report.isClaimed(line.number)) this.#hasFindings = true;
    if (!groups || report.isClaimed(line.number)) {
      this.#tellWarning(report);
      return groups ? false : null;
    }
    const text = groups['text'] ?? '';
    // Above it stands the source of what another tool has found.
    if (text.trim() === '^') {
      this.#warning = null;
      return false;
    }
    if (text.trim() === '' || NO_WARNING.test(text)) return this.#warning ? true : null;
    this.#warning ??= { lines: [], logLine: line.number };
    if (this.#warning.lines.length < MAX_WARNING_LINES) this.#warning.lines.push(detached(text.trim()));
    return true;
  }

  #tellWarning(report: Report): void {
    const warning = this.#warning;
    this.#warning = null;
    if (!warning || report.isClaimed(warning.logLine)) return;
    const place = warning.lines.map((text) => PLACE.exec(text)?.groups).find((groups) => groups !== undefined);
    report.diagnostic({
      path: place?.['path'] ?? null,
      line: numberOf(place?.['line']),
      column: numberOf(place?.['column']),
      severity: 'warning',
      message: warning.lines.join('\n'),
      logLine: warning.logLine,
    });
  }

  /** Each problem is told twice, the second time below the POM that it is in. */
  #readModel(message: string, where: string, line: Line, report: Report): void {
    const place = PLACE.exec(where)?.groups;
    const path = place?.['path'] ?? this.#pom;
    report.highlight(line.number, line.number, 0.85);
    if (path === null) return;
    report.diagnostic(
      { path, line: numberOf(place?.['line']), column: numberOf(place?.['column']), message, logLine: line.number },
      causeOf(message) ?? 'build-config',
    );
  }
}

function readGoal(groups: Record<string, string>, line: Line, hasFindings: boolean, report: Report): Answer {
  const { goal = null, message = '' } = groups;
  const isRepeated = goal !== null && REPEATING.test(goal) && REPEATED.test(message);
  if (isRepeated || (hasFindings && SUM.test(message))) {
    report.highlight(line.number, line.number, 0.45);
    return false;
  }
  const cause = causeOf(message) ?? (goal === null ? undefined : causeOf(goal));
  report.diagnostic({ code: goal, message, logLine: line.number }, cause);
  return 'told';
}

function causeOf(text: string): CauseCategory | undefined {
  return CAUSES.find(({ expression }) => expression.test(text))?.cause;
}
