import type { Severity } from '../../types.ts';
import { Headings } from '../javascript/rows.ts';
import type { Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

const OFFENSE =
  /^(?<path>(?:[A-Za-z]:)?[^\s:][^:]*):(?<line>\d{1,7}):(?<column>\d{1,7}): (?<letter>[ICRWEF]): (?<state>\[(?:Correctable|Corrected|Todo)\] )?(?:(?<code>[A-Z]\w+(?:\/\w+)+): )?(?<message>\S.*)$/;
/** standardrb's own form: no severity, indented below its banner. */
const STANDARD = /^ {2}(?<path>[^\s:][^:]*\.\w+):(?<line>\d{1,7}):(?<column>\d{1,7}): (?<code>[A-Z]\w+\/\w+): (?<message>\S.*)$/;
/** `--format simple`, below `== src/cart.rb ==`. */
const SIMPLE =
  /^(?<letter>[ICRWEF]): {1,6}(?<line>\d{1,7}): {1,4}(?<column>\d{1,7}): (?<state>\[(?:Correctable|Corrected|Todo)\] )?(?<code>[A-Z]\w+(?:\/\w+)+): (?<message>\S.*)$/;
const SIMPLE_HEADING = /^== (?<path>\S.{0,400}) ==$/;
const MOST_ROWS = 60;
const SYNTAX = /^Lint\/Syntax: /;

/** RuboCop's progress, emacs and simple forms, and Standard Ruby. */
export const rubocop: Matcher = {
  id: 'rubocop',
  tool: 'rubocop',
  cause: 'lint',
  hints: [
    ': c: ',
    ': r: ',
    ': w: ',
    ': e: ',
    ': f: ',
    ': style/',
    ': layout/',
    ': lint/',
    ': naming/',
    ': performance/',
    ': security/',
    ': bundler/',
    ': metrics/',
    ': rails/',
    ': gemspec/',
    ': rspec/',
    '] lint/',
    '] style/',
    '] layout/',
  ],
  createReader: createRubocopReader,
};

function createRubocopReader(): LineReader {
  const headings = new Headings(SIMPLE_HEADING, MOST_ROWS);
  return {
    read(line, report) {
      if (SIMPLE.test(line.text)) return readSimple(line, headings, report);
      const groups = OFFENSE.exec(line.text)?.groups;
      const finding = groups ? findingOf({ expression: OFFENSE }, line) : findingOf({ expression: STANDARD }, line);
      if (!finding || (groups && !finding.code && !/\.(?:rb|rake|gemspec|ru)$|file$/.test(finding.path ?? ''))) return null;
      const isSyntax = finding.code === 'Lint/Syntax' || SYNTAX.test(finding.message);
      const severity = severityOfLetter(groups?.['letter'] ?? 'E', groups?.['state'] ?? '');
      report.diagnostic({ ...withoutCop(finding), severity }, isSyntax ? 'compile-error' : undefined);
      return 'told';
    },
  };
}

function readSimple(line: Line, headings: Headings, report: Report): boolean {
  const finding = findingOf({ expression: SIMPLE }, line);
  const path = headings.above(line.number, report);
  if (!finding || path === null) return false;
  const { letter = 'E', state = '' } = SIMPLE.exec(line.text)?.groups ?? {};
  const isSyntax = finding.code === 'Lint/Syntax';
  report.diagnostic({ ...finding, path, severity: severityOfLetter(letter, state) }, isSyntax ? 'compile-error' : undefined);
  return false;
}

/** Every offence fails the run, conventions too, unless it is only for information or has been corrected. */
function severityOfLetter(letter: string, state: string): Severity {
  return letter === 'I' || state.startsWith('[Corrected') || state.startsWith('[Todo') ? 'info' : 'error';
}

/** A message may name its cop once more. */
function withoutCop(finding: Finding): Finding {
  const prefix = `${finding.code}: `;
  return finding.message.startsWith(prefix) ? { ...finding, message: finding.message.slice(prefix.length) } : finding;
}
