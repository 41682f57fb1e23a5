import type { Finding, Line, LineReader, Matcher } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

const FORMS = [
  // SwiftLint: … warning: Line Length Violation: Line should be … (line_length)
  {
    expression:
      /^(?<path>[^\s:][^:]*\.swift):(?<line>\d{1,7}):(?:(?<column>\d{1,7}):)? (?<severity>error|warning): (?<message>[A-Z][^:]* Violation: .*) \((?<code>\w+)\)$/,
    isLint: true,
  },
  {
    expression:
      /^(?<path>[^\s:][^:]*\.swift):(?<line>\d{1,7}):(?<column>\d{1,7}): (?<severity>error|warning): (?<message>(?!-\[)\S.*)$/,
    isLint: false,
  },
  // xcpretty: ❌  /path/file.swift:97:2: unknown attribute
  {
    expression: /^❌ +(?<path>\/[^:]*\.swift):(?<line>\d{1,7}):(?<column>\d{1,7}): (?<message>\S.*)$/u,
    isLint: false,
  },
] as const;
/** Lines of code below a finding. XCTest tells failed assertions in much the same form; its own matcher reads them. */
const CODE_LINES = 3;

/** The Swift compiler (`swift build`, xcodebuild, xcpretty) and SwiftLint, which writes in the same form. */
export const swiftc: Matcher = {
  id: 'swiftc',
  tool: 'swiftc',
  cause: 'compile-error',
  hints: ['.swift:'],
  createReader: createSwiftReader,
};

function createSwiftReader(): LineReader {
  let since = 0;
  return {
    read(line, report) {
      const found = foundIn(line);
      if (!found) {
        if (line.number - since > CODE_LINES || line.text === '') return false;
        report.highlight(line.number, line.number, 0.7);
        return true;
      }
      const { finding, isLint } = found;
      report.diagnostic({ ...finding, tool: isLint ? 'swiftlint' : 'swiftc' }, isLint ? 'lint' : undefined);
      const isFollowed = !isLint && finding.severity === 'error';
      since = isFollowed ? line.number : 0;
      return isFollowed;
    },
  };
}

function foundIn(line: Line): { readonly finding: Finding; readonly isLint: boolean } | null {
  for (const form of FORMS) {
    const finding = findingOf(form, line);
    if (finding) return { finding, isLint: form.isLint };
  }
  return null;
}
