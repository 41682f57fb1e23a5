import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf, severityOf } from '../matcher.ts';

const PLACE = /^\s{0,10}(?:┌─|-->) (?<path>[^\s:][^:]{0,400}):(?<line>\d{1,7}):(?<column>\d{1,7})$/;
const TITLE = /^(?<severity>error|warning|note|help|info|bug)(?:\[(?<code>[\w-]{1,80})\])?: (?<message>\S.*)$/;
const OWNERS: readonly (readonly [RegExp, string, 'lint' | 'quality-gate' | undefined])[] = [
  [/(?:^|[\\/])(?:Cargo\.lock|deny\.toml)$/, 'cargo-deny', 'quality-gate'],
  [/\.lua[u]?$/, 'selene', 'lint'],
  [/\.toml$/, 'taplo', undefined],
  [/\.github[\\/]|(?:^|[\\/])action\.ya?ml$/, 'zizmor', 'lint'],
  [/\.typ$/, 'typst', undefined],
  [/\.gleam$/, 'gleam', undefined],
];

/** Tools in Rust that print with the library codespan: selene, Taplo, Typst, Gleam, cargo-deny, …; and zizmor, whose frames have an arrow. */
export const codespan: Matcher = {
  id: 'codespan',
  tool: 'taplo',
  cause: 'compile-error',
  hints: ['┌─ ', '--> .github/', '--> action.y'],
  createReader: createCodespanReader,
};

/** Lines of a message. */
const MAX_DISTANCE = 4;

function createCodespanReader(): LineReader {
  return { read };
}

function read(line: Line, report: Report): boolean | null {
  const place = PLACE.exec(line.text)?.groups;
  if (!place) return null;
  for (let distance = 1; distance <= MAX_DISTANCE; distance++) {
    const above = report.previous(distance);
    const title = above ? TITLE.exec(above.text)?.groups : undefined;
    if (!above || !title) continue;
    const path = place['path'] ?? '';
    const [, tool = 'codespan', cause] = OWNERS.find(([file]) => file.test(path)) ?? [];
    report.diagnostic(
      {
        tool,
        path,
        line: numberOf(place['line']),
        column: numberOf(place['column']),
        severity: severityOf(title['severity'] ?? 'error'),
        code: title['code'] ?? null,
        message: title['message'] ?? '',
        logLine: above.number,
      },
      cause,
    );
    if (title['severity'] === 'error') report.highlight(above.number, line.number, 0.7);
    return false;
  }
  return false;
}
