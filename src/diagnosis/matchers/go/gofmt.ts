import type { LineReader, Matcher } from '../matcher.ts';

/** `gofmt -d`: `diff main.go.orig main.go`, before Go 1.19 `diff -u …`. */
const DIFF = /^diff (?:-u )?\S+\.go\.orig (?<path>\S+\.go)$/;
const CHANGED = /^(?:[-+]{1,3}|@@)/;
/** `gofmt -l` prints bare paths; what has been run stands above them. */
const COMMAND = /\b(?<tool>go(?:fmt|imports|fumpt))\b(?<flags>(?: -[a-z]{1,10}){1,8})/;
const LISTS = / -[a-z]{0,4}l/;
const SIMPLIFIES = / -[a-z]{0,4}s\b/;
const LISTED = /^(?<path>[\w./-]+\.go)$/;

/** Lines after the command in which its list is looked for: the runner prints the shell and the environment first. */
const MAX_LINES_TO_LIST = 15;
/** Lines of a difference that an excerpt shows. */
const MAX_DIFF_LINES = 12;

/** gofmt: differences, or the list of files. */
export const gofmt: Matcher = {
  id: 'gofmt',
  tool: 'gofmt',
  cause: 'formatting',
  hints: ['.go.orig', 'gofmt -', 'goimports -', 'gofumpt -'],
  createReader: createGofmtReader,
};

function createGofmtReader(): LineReader {
  let diffSince = 0;
  let listUpTo = 0;
  let called = 'gofmt';
  return {
    read(line, report) {
      const command = COMMAND.exec(line.text)?.groups;
      if (command) called = nameOf(command['tool'] ?? '', command['flags'] ?? '');
      const message = `The file is not formatted with ${called}`;
      const changed = DIFF.exec(line.text)?.groups?.['path'];
      if (changed !== undefined) {
        diffSince = line.number;
        report.diagnostic({ path: changed, message, logLine: line.number });
        return true;
      }
      if (command && LISTS.test(command['flags'] ?? '')) listUpTo = line.number + MAX_LINES_TO_LIST;
      const listed = line.number <= listUpTo ? LISTED.exec(line.text)?.groups?.['path'] : undefined;
      if (listed !== undefined) {
        listUpTo = line.number + MAX_LINES_TO_LIST;
        report.diagnostic({ path: listed, message, logLine: line.number });
      }
      const isDiff = diffSince > 0 && line.number - diffSince <= MAX_DIFF_LINES;
      if (isDiff && CHANGED.test(line.text)) report.highlight(line.number, line.number, 0.6);
      return isDiff || line.number < listUpTo;
    },
  };
}

/** `gofmt -s` asks for more than `gofmt`, and the others for more than both. */
function nameOf(tool: string, flags: string): string {
  return tool === 'gofmt' && SIMPLIFIES.test(flags) ? 'gofmt -s' : tool;
}
