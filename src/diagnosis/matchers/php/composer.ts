import type { CauseCategory } from '../../types.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';

const UNRESOLVED =
  /^Your (?:requirements could not be resolved to an installable set of packages|lock file does not contain a compatible set of packages)/;
const PROBLEM = /^ {2}Problem \d{1,4}$/;
const REASON = /^ {4}- (?<message>\S.*)$/;
/** A requirement on the machine, not on another package. */
const PLATFORM = /your php version \(|the requested PHP extension|requires (?:ext-|lib-|php[ -])|it is missing from your system/;
const MISSING = /could not be found in any version|it could not be found|there may be a typo in the package name/i;
const NOT_IN_LOCK = /^- Required (?:\(in require-dev\) )?package "[^"]+" is (?:not present in the lock file|in the lock file as)/;

/** Lines of reasons that are read after the head. */
const MAX_REASON_LINES = 60;

/** Composer: requirements that cannot be met, and a lock file that does not fit composer.json. */
export const composer: Matcher = {
  id: 'composer',
  tool: 'composer',
  cause: 'dependency-conflict',
  hints: [
    'your requirements could not be resolved',
    'your lock file does not contain',
    '- required package "',
    '- required (in require-dev) package "',
  ],
  createReader: () => new ComposerReader(),
};

class ComposerReader implements LineReader {
  #since = 0;
  #wantsReason = false;

  read(line: Line, report: Report): Answer {
    if (NOT_IN_LOCK.test(line.text)) {
      report.diagnostic({ path: 'composer.lock', message: line.text.slice(2), logLine: line.number }, 'lockfile');
      return 'told';
    }
    if (UNRESOLVED.test(line.text)) {
      this.#since = line.number;
      report.highlight(line.number, line.number, 0.8);
      return true;
    }
    if (this.#since === 0) return false;
    if (PROBLEM.test(line.text)) this.#wantsReason = true;
    else this.#readReason(line, report);
    const goesOn = /^(?: |$)/.test(line.text) && line.number - this.#since < MAX_REASON_LINES;
    if (!goesOn) this.#since = 0;
    return goesOn;
  }

  /** The first reason of each problem is what a person reads; the rest says how it came to it. */
  #readReason(line: Line, report: Report): void {
    const message = REASON.exec(line.text)?.groups?.['message'];
    if (message === undefined) return;
    if (this.#wantsReason) report.diagnostic({ path: 'composer.json', message, logLine: line.number }, causeOf(message));
    else report.highlight(line.number, line.number, 0.7);
    this.#wantsReason = false;
  }
}

function causeOf(message: string): CauseCategory {
  if (PLATFORM.test(message)) return 'toolchain';
  return MISSING.test(message) ? 'dependency-unavailable' : 'dependency-conflict';
}
