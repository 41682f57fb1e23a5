import type { Answer, Line, Matcher, Report } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

/** Older versions print no `error: `. */
const FINDING = {
  expression:
    /^(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,500}\.(?:ad[abs]|gpr)):(?<line>\d{1,7})(?::(?<column>\d{1,7}))?: (?:(?<severity>error|warning|info): |\((?<style>style)\) )?(?<message>\S.*)$/,
};
/** The switch that asked for a warning. */
const CODE = /^(?<message>.*\S) \[(?<code>-gnat\w+|[a-z]+(?:-[a-z]+)+)\]$/;
const STYLE = /: \(style\) /;

/** GNAT, the Ada compiler of GCC; also gprbuild and GNATprove. */
export const gnat: Matcher = {
  id: 'gnat',
  tool: 'gnat',
  cause: 'compile-error',
  hints: ['.adb:', '.ads:', '.ada:', '.gpr:'],
  createReader: () => ({ read }),
};

function read(line: Line, report: Report): Answer {
  const finding = findingOf(FINDING, line);
  if (!finding) return null;
  const coded = CODE.exec(finding.message)?.groups;
  report.diagnostic({
    ...finding,
    severity: STYLE.test(line.text) ? 'warning' : (finding.severity ?? 'error'),
    code: coded?.['code'] ?? null,
    message: coded?.['message'] ?? finding.message,
  });
  return 'told';
}
