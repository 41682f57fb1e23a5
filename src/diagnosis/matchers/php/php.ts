import type { CauseCategory, Severity } from '../../types.ts';
import type { LineReader, Matcher } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

/** `PHP Fatal error:  …` goes to the error log, `Fatal error: …` to the page; both stand in a job's log, often twice. */
const MESSAGE =
  /^(?:PHP )?(?<kind>Parse error|(?:Recoverable |Catchable )?[Ff]atal error|Warning|Notice|Deprecated): {1,2}(?<message>\S.*?)(?: in (?<path>\S.*?\.\w+)(?: on line (?<line>\d{1,7})|:(?<uncaughtLine>\d{1,7})))?$/;
/** Frames follow, and the place once more: «thrown in … on line 3». */
const TRACE = /^(?:Stack trace:|#\d+ | {2}thrown in )/;

/** PHP itself: parse errors and fatal errors. */
export const php: Matcher = {
  id: 'php',
  tool: 'php',
  cause: 'compile-error',
  hints: ['parse error: ', 'fatal error: ', 'php warning: ', 'php notice: ', 'php deprecated: '],
  createReader: createPhpReader,
};

function createPhpReader(): LineReader {
  let isUncaught = false;
  return {
    read(line, report) {
      const groups = MESSAGE.exec(line.text)?.groups;
      if (!groups) {
        if (isUncaught && TRACE.test(line.text)) {
          report.highlight(line.number, line.number, 0.75);
          return true;
        }
        isUncaught = false;
        return null;
      }
      const { kind = '', message = '', path = null } = groups;
      const isFatal = /fatal|parse/i.test(kind);
      isUncaught = isFatal && message.startsWith('Uncaught ');
      // Without «PHP » and a place it may be anybody's sentence.
      if (!isUncaught && path === null && !line.text.startsWith('PHP ')) return null;
      const severity: Severity = isFatal ? 'error' : kind === 'Warning' ? 'warning' : 'info';
      const at = { path, line: numberOf(groups['line'] ?? groups['uncaughtLine']) };
      report.diagnostic({ ...at, severity, message, logLine: line.number }, causeOf(message));
      return isUncaught ? true : 'told';
    },
  };
}

function causeOf(message: string): CauseCategory | undefined {
  if (message.startsWith('Allowed memory size of ')) return 'out-of-memory';
  if (message.startsWith('Maximum execution time of ')) return 'timeout';
  return message.startsWith('Uncaught ') ? 'crash' : undefined;
}
