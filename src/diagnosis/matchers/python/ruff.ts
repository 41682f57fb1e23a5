import type { Answer, Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { findingOf, numberOf } from '../matcher.ts';
import { isRuff } from './flake8.ts';

const CONCISE = {
  expression:
    /^(?<path>(?:[A-Za-z]:)?[^\s:][^:]*\.(?:pyi?|ipynb)):(?:cell \d{1,6}:)?(?<line>\d{1,9}):(?<column>\d{1,9}): (?:(?<code>[A-Z]{1,4}\d{2,5}|invalid-syntax):? )(?:\[\*\] )?(?<message>.*)$/,
} as const;
/** Behind the code of what `--fix` would mend, and safely so. */
const FIXABLE = /(?:^|[\]\w]:? )\[\*\] /;
/**
 * Annotations (`--output-format=github`) have no such mark. For these rules ruff always has a fix, and a safe one but in
 * `__init__.py`, by its own words: https://docs.astral.sh/ruff/rules/
 */
const ALWAYS_FIXED =
  /^(?!(?:[^:]*\/)?__init__\.pyi?:)[^:]+:\d{1,9}:\d{1,9}: (?:I001 Import block is un-sorted|F401 `[^`]{1,300}` imported but unused$|F541 f-string without any placeholders|W292 No newline at end of file|COM812 Trailing comma missing)/;
/** Under a message in the full form: ` --> shop/prices.py:1:8`. */
const ARROW = /^\s*--> (?<path>[^\s:][^:]*\.(?:pyi?|ipynb)):(?:cell \d{1,6}:)?(?<line>\d{1,9}):(?<column>\d{1,9})$/;
const TITLE = /^(?:error\[|warning\[)?(?<code>[A-Z]{1,4}\d{2,5}|invalid-syntax|unformatted)\]?:? (?:\[\*\] )?(?<message>.*)$/;
const REFORMAT = { expression: /^(?<message>Would reformat): (?<path>\S.*)$/ } as const;
const PARSE = {
  expression:
    /^error: Failed to (?:parse|format|lint) (?<path>[^\s:][^:]*):(?:(?<line>\d{1,9}):(?<column>\d{1,9}):)? (?<message>.*)$/,
} as const;

/** `--output-format=grouped`: a path alone, then its findings, indented. */
const GROUP = /^(?<path>[^\s:][^:]{0,400}\.(?:pyi?|ipynb)):$/;
const GROUPED =
  /^ {2}(?:cell \d{1,6}:)?(?<line>\d{1,9}):(?<column>\d{1,9}) {1,12}(?<code>[A-Z]{1,4}\d{2,5}|invalid-syntax):? (?:\[\*\] )?(?<message>\S.*)$/;
const GROUPED_FIXABLE = /^\s{2}[\d:cel ]{1,40}[A-Z]{1,4}\d{2,5} \[\*\] /;

/** ruff: `check` in its concise, full and grouped-by-arrow forms, and `format --check`. */
export const ruff: Matcher = {
  id: 'ruff',
  tool: 'ruff',
  cause: 'lint',
  hints: ['.py:', '.pyi:', '.ipynb:', 'would reformat: ', 'error: failed to '],
  createReader: createRuffReader,
};

function createRuffReader(): LineReader {
  let group: { path: string; line: number } | null = null;
  return {
    read(line, report) {
      const grouped = group && line.number === group.line + 1 ? findingOf({ expression: GROUPED }, line) : null;
      if (group && grouped) {
        const fixable = GROUPED_FIXABLE.test(line.text) ? ({ fixable: true } as const) : {};
        report.diagnostic({ ...grouped, path: group.path, ...fixable }, causeOf(grouped.code ?? null));
        group.line = line.number;
        return true;
      }
      const path = line.text.endsWith(':') ? GROUP.exec(line.text)?.groups?.['path'] : undefined;
      group = path === undefined ? null : { path, line: line.number };
      if (group) return true;
      const arrow = ARROW.exec(line.text)?.groups;
      if (!arrow) return readSingle(line, report);
      const full = fullFinding(arrow, report);
      if (full) report.diagnostic(full, causeOf(full.code ?? null));
      return false;
    },
  };
}

/** Reads a line that stands for itself. */
function readSingle(line: Line, report: Report): Answer {
  const concise = findingOf(CONCISE, line);
  if (concise && isRuff(line.text)) {
    report.diagnostic(withFix(concise, line), causeOf(concise.code ?? null));
    return 'told';
  }
  const reformat = findingOf(REFORMAT, line);
  if (reformat) report.diagnostic({ ...reformat, message: 'would be reformatted' }, 'formatting');
  const unparsed = reformat ? null : findingOf(PARSE, line);
  if (unparsed) report.diagnostic(unparsed, 'compile-error');
  return reformat || unparsed ? 'told' : null;
}

function causeOf(code: string | null): 'compile-error' | 'formatting' | undefined {
  if (code === 'unformatted') return 'formatting';
  return code === 'invalid-syntax' || code === 'E999' ? 'compile-error' : undefined;
}

function fullFinding(arrow: Record<string, string>, report: Report): Finding | null {
  const before = report.previous(1);
  const title = before ? TITLE.exec(before.text)?.groups : undefined;
  if (!before || !title) return null;
  const finding: Finding = {
    path: arrow['path'] ?? null,
    line: numberOf(arrow['line']),
    column: numberOf(arrow['column']),
    severity: before.text.startsWith('warning[') ? 'warning' : 'error',
    code: title['code'] ?? null,
    message: title['message'] ?? '',
    logLine: before.number,
  };
  return withFix(finding, before);
}

function withFix(finding: Finding, { text, marker }: Line): Finding {
  const isFixable = FIXABLE.test(text) || (marker === 'error' && ALWAYS_FIXED.test(text));
  return isFixable ? { ...finding, fixable: true } : finding;
}
