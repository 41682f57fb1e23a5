import { unescapedJson } from '../infrastructure/json-text.ts';
import type { Answer, Line, Matcher, Report } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

/** What rustc would have shown a person, which stands at the beginning of the object; a long line is cut behind it. */
const RENDERED = {
  expression:
    /"rendered":"(?<severity>error|warning)(?:\[(?<code>E\d{4})\])?: (?<message>(?:[^"\\]|\\[^n]){1,600})\\n {1,8}--> (?<path>[^":]{1,500}):(?<line>\d{1,7}):(?<column>\d{1,7})\\n/,
};
const LINT = /"code":\{"code":"(?<code>[\w:]{2,80})"/;

/** `cargo check --message-format json`, one object a line. */
export const cargoJson: Matcher = {
  id: 'cargo-json',
  tool: 'rustc',
  cause: 'compile-error',
  hints: ['"reason":"compiler-message"'],
  createReader: () => ({ read }),
};

function read(line: Line, report: Report): Answer {
  const finding = findingOf(RENDERED, line);
  if (!finding) return null;
  const code = finding.code ?? LINT.exec(line.text)?.groups?.['code'] ?? null;
  const said = { path: unescapedJson(finding.path ?? ''), message: unescapedJson(finding.message), code };
  const tool = code?.startsWith('clippy::') ? 'clippy' : 'rustc';
  report.diagnostic({ ...finding, ...said, tool }, code === null || /^E\d/.test(code) ? undefined : 'lint');
  return 'told';
}
