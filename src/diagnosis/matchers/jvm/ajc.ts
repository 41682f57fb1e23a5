import type { Answer, Finding, Line, Matcher, Report } from '../matcher.ts';
import { findingOf, numberOf } from '../matcher.ts';

const PREFIX = /^\s*(?:\[(?:ant:)?(?:iajc|ajc)\] |\[(?:warn|error)\] )?/;
const PATH = String.raw`(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,500}\.(?:java|aj))`;

/** `src/Cart.java:12 [error] The method missing() is undefined`. */
const ALONE = { expression: new RegExp(`^${PATH}:(?<line>\\d{1,7}) \\[(?<severity>error|warning)\\] (?<message>\\S.*)$`) };
/** Within Ant and sbt: `warning at src/Cart.java:12::0 advice has not been applied`. */
const IN_ANT = {
  expression: new RegExp(`^(?<severity>error|warning) at ${PATH}:(?<line>\\d{1,7})::\\d{1,7} (?<message>\\S.*)$`),
};
/** Within Maven the place stands below the message. */
const IN_MAVEN = /^\[(?<severity>WARNING|ERROR)\] (?<message>\S.*)$/;
const PLACE_BELOW = new RegExp(`^\\t${PATH}:(?<line>\\d{1,7})$`);
/** What lint of its own found it, as in `[Xlint:adviceDidNotMatch]`. */
const RULE = /^(?<message>.*\S) \[(?<code>Xlint:\w{1,60})\]$/;

/** AspectJ's compiler, alone and within Ant, Gradle, sbt and Maven. */
export const ajc: Matcher = {
  id: 'ajc',
  tool: 'ajc',
  cause: 'compile-error',
  hints: ['[error] ', '[warning] ', 'error at ', 'warning at '],
  createReader: () => ({ read }),
};

function read(line: Line, report: Report): Answer {
  const finding = findingIn(line);
  if (finding) {
    report.diagnostic({ ...finding, ...withRule(finding.message) });
    return 'told';
  }
  const place = PLACE_BELOW.exec(line.text)?.groups;
  const above = place ? report.previous(1) : null;
  const said = above ? findingOf({ expression: IN_MAVEN }, above) : null;
  if (place && said) {
    report.diagnostic({ ...said, path: place['path'] ?? null, line: numberOf(place['line']), ...withRule(said.message) });
  }
  return IN_MAVEN.test(line.text) || (place ? false : null);
}

function findingIn(line: Line): Finding | null {
  const text = line.text.replace(PREFIX, '');
  if (text.includes(' [error] ') || text.includes(' [warning] ')) {
    const finding = findingOf(ALONE, { ...line, text });
    if (finding) return finding;
  }
  const isInAnt = text.startsWith('error at ') || text.startsWith('warning at ');
  return isInAnt ? findingOf(IN_ANT, { ...line, text }) : null;
}

function withRule(text: string): { message: string; code: string | null } {
  const groups = RULE.exec(text)?.groups;
  return { message: groups?.['message'] ?? text, code: groups?.['code'] ?? null };
}
