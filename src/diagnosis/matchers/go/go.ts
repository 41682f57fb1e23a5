import type { CauseCategory } from '../../types.ts';
import type { Finding, Line, LineReader, Matcher } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

const FINDING = {
  expression:
    /^(?:vet: )?(?<path>(?:[A-Za-z]:)?[^\s:]+\.go):(?<line>\d+):(?<column>\d+): (?!(?:error|warning): )(?<message>\S.*)$/,
};
/** Older versions of vet print no column; a program's own log lines look alike, so the message decides. */
const OLD_VET = { expression: /^(?<path>(?:[A-Za-z]:)?[^\s:]+\.go):(?<line>\d+): (?<message>\S.*)$/ };
const PACKAGE_HEADER = /^# (?<vet>\[)?[\w./-]+\]?(?: \[.*\])?$/;

/** Messages of vet's analysers: older versions print the same header as the compiler. */
const VET_MESSAGE =
  /^(?:\w+(?:\.\w+)* (?:format|call|does not support|arg list|formatting directive)|struct field tag|composite literal|unreachable code|self-assignment|result of |possible (?:misuse|formatting)|the cancel function|loop variable|assignment copies lock|call of |range var|should not use|test \w+ (?:should|refers)|possible malformed|\+build comment|direct assignment to atomic|\S+ composite literal uses|method \w+\([^)]*\) .*should have signature|unusedresult|redundant (?:or|and): |suspect (?:or|and): )/;

/** golint and its like give advice; a compiler does not. */
const ADVICE =
  /^(?:exported \w+ \S+ should |comment on exported |package comment should |should (?:have|omit|replace|use|drop)|don't use |receiver name |error (?:strings?|var) |if block ends with |ineffectual assignment |[a-z]+(?:[A-Z][a-z]+)+: (?=[a-z])|(?:const|var|func|type|struct field|method parameter|func parameter|range var) \S+ should be )/;

/** The code is well, but go.mod or go.sum does not name the module. */
const NOT_REQUIRED =
  /^(?:no required module provides package|cannot find module providing package|(?:\S{1,300}@v\S{1,100}: )?missing go\.sum entry)/;

/** The code is well, but a module it imports could not be had: `import` names the place, and what follows is the network's. */
const NOT_FETCHED = /^\S{1,300}@v\S{1,100}: (?:Get|Head|Post|reading|git \S+) /;

/** `go build` and `go vet`: `# package` (vet adds `# [package]`), then `path:line:column: message`. */
export const go: Matcher = {
  id: 'go',
  tool: 'go build',
  cause: 'compile-error',
  hints: ['.go:', '# '],
  createReader: createGoReader,
};

function createGoReader(): LineReader {
  let vetting = false;
  let lastLine = 0;
  let headerLine = 0;
  return {
    read(line, report) {
      const header = PACKAGE_HEADER.exec(line.text);
      if (header) {
        vetting = header.groups?.['vet'] !== undefined;
        headerLine = line.number;
        return false;
      }
      const finding = findingOf(FINDING, line) ?? oldVetFindingOf(line);
      if (finding && (report.isClaimed(line.number) || NOT_FETCHED.test(finding.message))) return false;
      if (!finding) {
        // A message goes on in lines that begin with a tab: `have (…)`, `want (…)`.
        const isContinuation = line.number === lastLine + 1 && line.text.startsWith('\t');
        if (!isContinuation) return line.text.startsWith('\t') ? false : null;
        report.highlight(line.number, line.number, 0.8);
      }
      lastLine = line.number;
      if (!finding) return true;
      // `vet: ` before the path means that vet could not even compile the package.
      const isCompileError = line.text.startsWith('vet: ') || !(vetting || VET_MESSAGE.test(finding.message));
      if (headerLine === line.number - 1) report.highlight(headerLine, headerLine, 0.7);
      report.diagnostic({ ...finding, tool: toolOf(finding.message, isCompileError) }, causeOf(finding.message, isCompileError));
      return true;
    },
  };
}

function oldVetFindingOf(line: Line): Finding | null {
  const finding = findingOf(OLD_VET, line);
  return finding && VET_MESSAGE.test(finding.message) ? finding : null;
}

function toolOf(message: string, isCompileError: boolean): string {
  if (!isCompileError) return 'go vet';
  return ADVICE.test(message) ? 'golint' : 'go build';
}

function causeOf(message: string, isCompileError: boolean): CauseCategory {
  if (NOT_REQUIRED.test(message)) return 'lockfile';
  return isCompileError && !ADVICE.test(message) ? 'compile-error' : 'lint';
}
