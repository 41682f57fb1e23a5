import type { Answer, Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { firstFindingOf, type LinePattern } from '../matcher.ts';

const PATTERNS: readonly LinePattern[] = [
  { expression: /^xcodebuild: error: (?<message>\S.*)$/ },
  { expression: /^(?:❌ +)?error: (?<message>Build input files? cannot be found: '(?<path>[^']+)'.*)$/u },
  { expression: /^❌ +error: (?<message>\S.*)$/u },
];

/** xcodebuild's own errors, which name no line: destinations, schemes, missing inputs; also through xcpretty. */
export const xcodebuild: Matcher = {
  id: 'xcodebuild',
  tool: 'xcodebuild',
  cause: 'build-config',
  hints: ['xcodebuild: error: ', '❌  error: ', 'build input file cannot be found'],
  createReader: () => new XcodebuildReader(),
};

class XcodebuildReader implements LineReader {
  /** A message that ends in a colon: what it speaks of stands below. */
  #open: Finding | null = null;

  read(line: Line, report: Report): Answer {
    const open = this.#open;
    if (open) {
      this.#open = null;
      const what = /^\s+(?<what>\S.*)$/.exec(line.text)?.groups?.['what'];
      report.diagnostic(what === undefined ? open : { ...open, message: `${open.message} ${what}` });
    }
    const finding = firstFindingOf(PATTERNS, line);
    if (!finding) return null;
    if (finding.message.endsWith(':')) {
      this.#open = finding;
      return true;
    }
    report.diagnostic(finding);
    return 'told';
  }

  finish(report: Report): void {
    if (this.#open) report.diagnostic(this.#open);
  }
}
