import type { LineReader, Matcher } from '../../matcher.ts';
import { findingOf } from '../../matcher.ts';

const FINDING = {
  expression: /^(?:vet: )?(?<path>(?:[A-Za-z]:)?[^\s:]+\.go):(?<line>\d+):(?<column>\d+): (?<message>\S.*)$/,
};
const PACKAGE_HEADER = /^# (?<vet>\[)?[\w./-]+\]?(?: \[.*\])?$/;

/** Messages of vet's analysers: older versions print the same header as the compiler. */
const VET_MESSAGE =
  /^(?:\w+(?:\.\w+)* (?:format|call|does not support|arg list|formatting directive)|struct field tag|composite literal|unreachable code|self-assignment|result of |possible (?:misuse|formatting)|the cancel function|loop variable|assignment copies lock|call of |range var|should not use|test \w+ (?:should|refers))/;

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
  return {
    read(line, report) {
      const header = PACKAGE_HEADER.exec(line.text);
      if (header) {
        vetting = header.groups?.['vet'] !== undefined;
        return false;
      }
      const finding = findingOf(FINDING, line);
      if (!finding) {
        // A message goes on in lines that begin with a tab: `have (…)`, `want (…)`.
        const isContinuation = line.number === lastLine + 1 && line.text.startsWith('\t');
        if (!isContinuation) return false;
        report.highlight(line.number, line.number, 0.8);
      }
      lastLine = line.number;
      if (!finding) return true;
      // `vet: ` before the path means that vet could not even compile the package.
      const isCompileError = line.text.startsWith('vet: ') || !(vetting || VET_MESSAGE.test(finding.message));
      report.diagnostic({ ...finding, tool: isCompileError ? 'go build' : 'go vet' }, isCompileError ? 'compile-error' : 'lint');
      return true;
    },
  };
}
