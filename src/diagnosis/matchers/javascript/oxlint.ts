import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const PLACE = /^\s{0,8}(?:,-|╭─)\[(?<path>[^\s:\]][^:\]]{0,400}):(?<line>\d{1,7}):(?<column>\d{1,7})\]$/;
/** On a terminal that knows no Unicode the signs are letters. */
const TITLE = /^(?:(?:Syntax )?Error:)?\s{1,3}(?<sign>[!x⚠×]) (?:(?<code>[\w-]{1,60}\([\w/-]{1,80}\)): )?(?<message>\S.*)$/;
/** A message of several lines goes on behind a bar. */
const MORE = /^\s{1,4}[|│] (?<message>\S.*)$/;

/** Lines between a title and its place. */
const MAX_DISTANCE = 8;

/**
 * Oxlint: `⚠ eslint(no-debugger): message`, and below it the place and the source in a frame. SWC, which compiles for Next.js and
 * others, prints the same, but has no rules and no blank line above.
 */
export const oxlint: Matcher = {
  id: 'oxlint',
  tool: 'oxlint',
  cause: 'lint',
  hints: [',-[', '╭─['],
  createReader: createOxlintReader,
};

function createOxlintReader(): LineReader {
  return {
    read(line, report) {
      const place = PLACE.exec(line.text)?.groups;
      if (!place) return null;
      const title = titleAbove(report);
      if (!title) return false;
      const { sign, code, message, logLine } = title;
      const isError = sign === 'x' || sign === '×';
      report.diagnostic(
        {
          tool: title.isOxlint ? 'oxlint' : 'swc',
          path: place['path'] ?? null,
          line: numberOf(place['line']),
          column: numberOf(place['column']),
          severity: isError ? 'error' : 'warning',
          code,
          message,
          logLine,
        },
        isError && code === null ? 'compile-error' : undefined,
      );
      if (isError) report.highlight(logLine, line.number, 0.8);
      return false;
    },
  };
}

interface Title {
  readonly sign: string;
  readonly code: string | null;
  readonly message: string;
  readonly logLine: number;
  readonly isOxlint: boolean;
}

function titleAbove(report: Report): Title | null {
  const more: string[] = [];
  for (let distance = 1; distance <= MAX_DISTANCE; distance++) {
    const above: Line | null = report.previous(distance);
    const title = above ? TITLE.exec(above.text)?.groups : undefined;
    if (above && title) {
      const message = [title['message'], ...more].join(' ');
      const code = title['code'] ?? null;
      const isOxlint = code !== null || report.previous(distance + 1)?.text === '';
      return { sign: title['sign'] ?? '', code, message, logLine: above.number, isOxlint };
    }
    const part = MORE.exec(above?.text ?? '')?.groups?.['message'];
    if (part === undefined) return null;
    more.unshift(part);
  }
  return null;
}
