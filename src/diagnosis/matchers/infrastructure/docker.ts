import { detached } from '../../log/text.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

/** Each caller puts its own words before: `ERROR: `, `buildx failed with: ERROR: `, `target web: `. */
const UNSOLVED = /^(?:#\d+ )?(?:[\w -]{1,60}: ){0,4}failed to solve: (?<message>\S.*)$/;
const PLACE = /^(?<path>\S{0,300}ockerfile\S{0,100}):(?<line>\d{1,6})$/;
const PARSE_ERROR = /(?:dockerfile parse error (?:on )?line |Dockerfile parse error line )(?<line>\d{1,6}): (?<message>\S.*)$/;
/** BuildKit repeats what the failed command printed between two rules, under its name. */
const COMMAND = /^ > \[.*\]/;
const RULE = /^-{4,20}$/;

/** A build of an image by BuildKit: the Dockerfile's line at fault, and the output of its command. */
export const buildkit: Matcher = {
  id: 'buildkit',
  tool: 'docker build',
  cause: null,
  hints: ['failed to solve: ', ' > ['],
  createReader: createBuildkitReader,
};

/** Lines between the Dockerfile's place and the verdict. */
const MAX_DISTANCE = 40;

function createBuildkitReader(): LineReader {
  let outputSince = 0;
  let lastMessage: string | null = null;
  return {
    read(line, report) {
      if (outputSince > 0) {
        if (!RULE.test(line.text)) return true;
        report.highlight(outputSince, line.number, 0.7);
        outputSince = 0;
        return false;
      }
      const isCommand = COMMAND.test(line.text);
      if (isCommand && RULE.test(report.previous(1)?.text ?? '')) {
        outputSince = line.number;
        return true;
      }
      const message = UNSOLVED.exec(line.text)?.groups?.['message'];
      if (message === undefined) return isCommand ? false : null;
      // Whoever called the build repeats its verdict.
      if (message === lastMessage) return false;
      lastMessage = detached(message);
      readVerdict(message, line, report);
      return false;
    },
  };
}

function readVerdict(message: string, line: Line, report: Report): void {
  const parse = PARSE_ERROR.exec(message)?.groups;
  const place = placeAbove(report);
  report.diagnostic(
    {
      path: place?.path ?? null,
      line: numberOf(parse?.['line']) ?? place?.line ?? null,
      message: parse?.['message'] ?? message,
      logLine: line.number,
    },
    parse ? 'build-config' : undefined,
  );
}

function placeAbove(report: Report): { path: string; line: number | null } | null {
  for (let distance = 1; distance <= MAX_DISTANCE; distance++) {
    const above = report.previous(distance);
    if (!above || UNSOLVED.test(above.text)) return null;
    const groups = PLACE.exec(above.text)?.groups;
    if (!groups) continue;
    report.highlight(above.number, above.number, 0.5);
    return { path: groups['path'] ?? '', line: numberOf(groups['line']) };
  }
  return null;
}

/** The docker command, compose, and the daemon behind them. */
export const docker: Matcher = {
  id: 'docker',
  tool: 'docker',
  cause: null,
  hints: [
    'error response from daemon: ',
    'cannot connect to the docker daemon',
    'unable to prepare context',
    'returned a non-zero code: ',
    'validating /',
    'docker-compose.yml',
  ],
  patterns: [
    { expression: /^(?:(?:ERROR|Error|docker): ){0,3}Error response from daemon: (?<message>\S.*)$/ },
    {
      expression:
        /^(?:(?:ERROR|Error|docker|error during connect): ){0,3}(?<message>Cannot connect to the Docker daemon at .*|unable to prepare context: .*)$/,
    },
    { expression: /^(?<message>The command '.*' returned a non-zero code: \d+)$/ },
    { expression: /^validating (?<path>\/[^:]+): (?<message>\S.*)$/ },
  ],
};
