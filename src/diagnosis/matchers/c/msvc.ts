import type { CauseCategory } from '../../types.ts';
import type { Answer, Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

/** MSBuild's project number, Ant's mark, and the blanks before a finding that is repeated in a summary. */
const PREFIX = String.raw`(?:\s{0,12}\[exec\] )?\s{0,16}(?:\d{1,4}>\s{0,4})?`;
const LEVEL = '(?<severity>(?:fatal )?error|warning)';
/** Compiler, linker, resource compiler, command line, assembler. */
const CODE = String.raw`(?<code>(?:C|LNK|RC|RW|D|A|PRJ|CVT|BK)\d{4}|MSB8\d{3})`;
/** What each finding holds; the compilers of other languages have codes of their own. */
const CODED = new RegExp(` ${LEVEL} ${CODE} ?: `);
const PROJECT = String.raw`(?: \[[^\[\]]{1,500}proj(?:::[^\]]{0,200})?\])?(?: \[[^\[\]]{1,500}\.sln\])?`;

/** `path(line): error C2065: …`, `path(line,column): …`. */
const OF_FILE = {
  expression: new RegExp(
    `^${PREFIX}(?<path>(?:[A-Za-z]:(?=[\\\\/]))?[^\\s:(][^:(]{0,500}(?:\\([^():]{0,60}\\)[^:(]{1,400})?)\\((?<line>\\d{1,7})(?:,(?<column>\\d{1,7}))?\\) ?: ${LEVEL} ${CODE} ?: (?<message>.*?)${PROJECT}$`,
  ),
};
/** `main.obj : error LNK2019: …`, `LINK : fatal error LNK1104: …`, `cl : Command line warning D9002 : …`. */
const OF_TOOL = {
  expression: new RegExp(
    `^${PREFIX}(?<path>(?:[A-Za-z]:(?=[\\\\/]))?[^\\s:(][^:]{0,300}?) ?: (?:Command line )?${LEVEL} ${CODE} ?: (?<message>.*?)${PROJECT}$`,
  ),
};
const TOOL = /^(?:LINK|LIB|cl|link|lib|rc|RC|CVTRES|BSCMAKE|ml|ml64|clang-cl|nvcc|NMAKE)(?:\.exe)?$/;
const LINKED = /\.(?:obj|lib|exe|dll|res|o|a|exp|ocx)(?:\([^)]*\))?$/i;

/** Microsoft's C and C++ compiler, linker and resource compiler. */
export const msvc: Matcher = {
  id: 'msvc',
  tool: 'msvc',
  cause: 'compile-error',
  hints: [
    ': error c',
    ': fatal error c',
    ': warning c',
    ' error lnk',
    ' warning lnk',
    ' error rc',
    ' error d8',
    ' warning d9',
    ': error a2',
    ' error msb8',
    ' warning msb8',
  ],
  createReader: () => ({ read }) satisfies LineReader,
};

function read(line: Line, report: Report): Answer {
  if (!CODED.test(line.text)) return null;
  if (report.isClaimed(line.number)) return false;
  const finding = findingOf(OF_FILE, line) ?? findingOf(OF_TOOL, line);
  if (!finding) return null;
  report.diagnostic({ ...finding, ...placeOf(finding) }, causeOf(finding.code ?? ''));
  return 'told';
}

/** Objects, libraries and the tools themselves are no files that a person edits. */
function placeOf({ path, message }: Finding): { path: string | null; message: string } {
  if (!path || TOOL.test(path)) return { path: null, message };
  return LINKED.test(path) ? { path: null, message: `${path}: ${message}` } : { path, message };
}

/** MSB8xxx are told by the build's own targets: a toolset that is not installed, a setting that does not fit. */
function causeOf(code: string): CauseCategory | undefined {
  if (code === 'MSB8020' || code === 'MSB8036') return 'toolchain';
  return code.startsWith('MSB') || code.startsWith('D') ? 'build-config' : undefined;
}
