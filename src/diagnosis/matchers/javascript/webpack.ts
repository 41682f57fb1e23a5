import type { Answer, Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf, severityOf } from '../matcher.ts';

const HEADING = /^(?:\[\w{1,20}\] )?(?<severity>ERROR|WARNING) in (?<where>\S.*)$/;
/** `./src/a.js 1:0-27`, `./src/a.js 1:0-3:2`. */
const MODULE_PLACE = /^(?<path>.*\S) (?<line>\d{1,7}):(?<column>\d{1,7})(?:-(?:(?<endLine>\d{1,7}):)?(?<endColumn>\d{1,7}))?$/;
/** `/shop/src/a.ts:3:5` and `/shop/src/a.ts(3,5)` (loaders and checkers of TypeScript). */
const FILE_PLACE = /^(?<path>(?:[A-Za-z]:)?[^:()]+)[:(](?<line>\d{1,7})[:,](?<column>\d{1,7})\)?:?$/;
const PATH = /^(?:\.{1,2}[\\/]|\/|[A-Za-z]:[\\/])|^\S+\.\w{1,8}$/;
const CODE = /^\s*(?:error )?(?<code>TS\d{2,6}): (?<message>.*)$/;
const PLACE_IN_MESSAGE = /\((?<line>\d{1,7}):(?<column>\d{1,7})\)$/;
/** The reason stands on the next line. */
const BUILD_FAILED = /^(?:Module build failed|Module (?:Error|Warning)) \(from [^)]*\):$/;
/** `[webpack-cli] Invalid configuration object. …`, `[webpack-cli] Error: Cannot find module …`. */
const CLI = /^\[webpack-cli\] (?:✖ )?(?<message>(?:\w*Error: |Invalid |Failed |Unable |Unknown |You need ).*)$/;

/** webpack 4 and 5: `ERROR in ./src/a.js 1:0-27`, then what is wrong. */
export const webpack: Matcher = {
  id: 'webpack',
  tool: 'webpack',
  cause: 'compile-error',
  hints: ['ERROR in ', 'WARNING in ', '[webpack-cli] '],
  createReader: () => new WebpackReader(),
};

class WebpackReader implements LineReader {
  #open: Finding | null = null;

  read(line: Line, report: Report): Answer {
    const heading = HEADING.exec(line.text)?.groups;
    if (heading) {
      this.#open = null;
      if (report.isClaimed(line.number)) return false;
      const finding = headingOf(heading['where'] ?? '', heading['severity'] ?? '', line.number);
      if (finding.message === '') {
        this.#open = finding;
        return true;
      }
      report.diagnostic(finding);
      return 'told';
    }
    const cli = CLI.exec(line.text)?.groups?.['message'];
    if (cli !== undefined) report.diagnostic({ message: cli, logLine: line.number }, 'build-config');
    if (this.#open) return this.#follow(this.#open, line, report);
    return cli === undefined ? null : 'told';
  }

  #follow(open: Finding, line: Line, report: Report): boolean {
    if (BUILD_FAILED.test(line.text)) return true;
    this.#open = null;
    const text = line.text.trim();
    if (text === '') return false;
    const typed = CODE.exec(line.text)?.groups;
    const place = open.line === undefined ? PLACE_IN_MESSAGE.exec(text)?.groups : undefined;
    report.diagnostic({
      ...open,
      ...(place ? { line: numberOf(place['line']), column: numberOf(place['column']) } : {}),
      code: typed?.['code'] ?? null,
      message: typed?.['message'] ?? text,
    });
    report.highlight(line.number, line.number, open.severity === 'error' ? 0.85 : 0.15);
    return false;
  }
}

/** A fault of an entry has a name, but no path; one of no module at all has its message on the same line. */
function headingOf(where: string, severity: string, logLine: number): Finding {
  const modulePlace = MODULE_PLACE.exec(where);
  const place = (modulePlace ?? FILE_PLACE.exec(where))?.groups;
  const path = place?.['path'] ?? where;
  const column = numberOf(place?.['column']);
  const isPath = PATH.test(path);
  const endColumn = numberOf(place?.['endColumn']);
  return {
    path: isPath ? path.replace(/^.*!/, '').replace(/^\.\//, '') : null,
    ...(place ? { line: numberOf(place['line']) } : {}),
    // webpack counts the columns of modules from 0.
    column: column === null ? null : column + (modulePlace ? 1 : 0),
    endLine: numberOf(place?.['endLine']),
    endColumn: endColumn === null ? null : endColumn + 1,
    severity: severityOf(severity),
    message: !isPath && where.includes(': ') ? where : '',
    logLine,
  };
}
