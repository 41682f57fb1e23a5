import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf, severityOf } from '../matcher.ts';

/** Terraform frames its messages where it may. */
const TITLE = /^(?:[│|]\s?)?(?<severity>Error|Warning|Notice): (?<message>\S.*)$/;
const PLACE = /^(?:[│|]\s)?\s+on (?<path>\S.{0,300}) line (?<line>\d{1,7})(?:, in .*)?:$/;
const RULE = /^(?<message>.*) \((?<code>[a-z]+_[a-z0-9_]+)\)$/;

/** Lines between the title and the place: a blank, and `with module.…`. */
const MAX_DISTANCE = 5;

/** `Error: …`, and below `on main.tf line 3, in variable "x":`. */
export const terraform: Matcher = {
  id: 'terraform',
  tool: 'terraform',
  cause: 'build-config',
  hints: ['.tf line ', '.tfvars line ', '.hcl line '],
  createReader: () => createPlaceReader(false),
};

/** Written as terraform does, with the rule behind the message; `--format compact` as well. */
export const tflint: Matcher = {
  id: 'tflint',
  tool: 'tflint',
  cause: 'lint',
  hints: ['.tf line ', '.tf:'],
  createReader: () => createPlaceReader(true),
};

const COMPACT =
  /^(?<path>[^\s:]+\.tf(?:vars)?):(?<line>\d+):(?<column>\d+): (?<severity>Error|Warning|Notice) - (?<message>.*) \((?<code>[a-z]\w+)\)$/;

function createPlaceReader(isTflint: boolean): LineReader {
  return {
    read(line, report) {
      if (isTflint && readCompact(line, report)) return 'told';
      const place = PLACE.exec(line.text)?.groups;
      if (!place) return null;
      const title = titleAbove(report);
      const rule = title ? RULE.exec(title.message)?.groups : undefined;
      if (!title || (rule !== undefined) !== isTflint) return false;
      report.diagnostic({
        path: place['path'] ?? null,
        line: numberOf(place['line']),
        severity: severityOf(title.severity),
        code: rule?.['code'] ?? null,
        message: rule?.['message'] ?? title.message,
        logLine: title.logLine,
      });
      if (severityOf(title.severity) === 'error') report.highlight(title.logLine, line.number, 0.7);
      return false;
    },
  };
}

function readCompact(line: Line, report: Report): boolean {
  const groups = COMPACT.exec(line.text)?.groups;
  if (!groups) return false;
  report.diagnostic({
    path: groups['path'] ?? null,
    line: numberOf(groups['line']),
    column: numberOf(groups['column']),
    severity: severityOf(groups['severity'] ?? 'error'),
    code: groups['code'] ?? null,
    message: groups['message'] ?? '',
    logLine: line.number,
  });
  return true;
}

function titleAbove(report: Report): { severity: string; message: string; logLine: number } | null {
  for (let distance = 1; distance <= MAX_DISTANCE; distance++) {
    const above = report.previous(distance);
    if (!above) return null;
    const groups = TITLE.exec(above.text)?.groups;
    if (groups) return { severity: groups['severity'] ?? '', message: groups['message'] ?? '', logLine: above.number };
  }
  return null;
}
