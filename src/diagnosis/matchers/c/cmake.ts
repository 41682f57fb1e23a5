import type { CauseCategory, Severity } from '../../types.ts';
import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

/** `CMake Error at CMakeLists.txt:5 (find_package):`, `CMake Warning (dev) in …:`, `CMake Error: …`. */
const HEAD =
  /^CMake (?:Deprecation )?(?<severity>Error|Warning)(?: \((?<kind>dev|deprecated)\))?(?: (?:at|in) (?<path>(?:[A-Za-z]:(?=[\\/]))?[^:]+?)(?::(?<line>\d{1,7}))?(?: \((?<command>[^()]*)\))?:|:)(?:\s+(?<message>\S.*))?$/;
/** A file that cannot be parsed is named on the line after `Error in cmake code at`. */
const PARSE_PLACE = /^(?<path>(?:[A-Za-z]:(?=[\\/]))?[^:]+):(?<line>\d{1,7}):$/;
const CALL_STACK = /^Call Stack \(most recent call first\):$/;
/** What the machine lacks, and no wording of the project's own files. */
const MISSING =
  /^(?:Could not find compiler set in|No CMAKE_\w+_COMPILER could be found|CMAKE_\w+_COMPILER not set|CMake [\d.]+ or higher is required|CMake was unable to find a build program|Could NOT find |A required package was not found|The following required packages were not found|Could not find a package configuration file provided by |By not providing "Find)/;

/** Lines of a message that are read; the longest ones list every place that was searched. */
const MAX_MESSAGE_LINES = 25;

interface Block {
  readonly path: string | null;
  readonly line: number | null;
  readonly severity: Severity;
  readonly logLine: number;
  readonly message: string[];
  blankLines: number;
  isParseError: boolean;
}

/** CMake: a header that says where, then a message that is wrapped and indented. */
export const cmake: Matcher = {
  id: 'cmake',
  tool: 'cmake',
  cause: 'build-config',
  hints: ['cmake error', 'cmake warning', 'cmake deprecation warning'],
  createReader: () => new CmakeReader(),
};

class CmakeReader implements LineReader {
  #block: Block | null = null;

  read(line: Line, report: Report): Answer {
    const groups = HEAD.exec(line.text)?.groups;
    if (groups) {
      this.#close(report);
      this.#open(groups, line);
      return true;
    }
    if (!this.#block) return null;
    if (this.#takes(this.#block, line)) return true;
    this.#close(report);
    return false;
  }

  finish(report: Report): void {
    this.#close(report);
  }

  #open(groups: Record<string, string | undefined>, line: Line): void {
    const said = groups['message'];
    this.#block = {
      path: groups['path'] ?? null,
      line: numberOf(groups['line']),
      severity: groups['severity'] === 'Error' ? 'error' : 'warning',
      logLine: line.number,
      message: said === undefined || said === 'Error in cmake code at' ? [] : [said],
      blankLines: 0,
      isParseError: said === 'Error in cmake code at',
    };
  }

  /** Whether the line belongs to the block. Two blank lines end it, and so does the call stack. */
  #takes(block: Block, { text }: Line): boolean {
    const place = block.isParseError && block.path === null ? PARSE_PLACE.exec(text)?.groups : undefined;
    if (place) {
      this.#block = { ...block, path: place['path'] ?? null, line: numberOf(place['line']) };
      return true;
    }
    if (text === '') return ++block.blankLines < 2;
    const isMessage = /^ {2,}\S/.test(text) || (block.isParseError && block.message.length === 0);
    if (!isMessage || CALL_STACK.test(text) || block.message.length >= MAX_MESSAGE_LINES) return false;
    block.blankLines = 0;
    block.message.push(text.trim());
    return true;
  }

  #close(report: Report): void {
    const block = this.#block;
    if (!block) return;
    this.#block = null;
    const message = block.message.join(' ');
    if (message === '' && block.path === null) return;
    const { path, line, severity, logLine } = block;
    report.diagnostic({ path, line, severity, message: message || 'CMake error', logLine }, causeOf(message));
    if (severity === 'error') report.highlight(logLine, logLine + block.message.length, 0.8);
  }
}

function causeOf(message: string): CauseCategory | undefined {
  return MISSING.test(message) ? 'toolchain' : undefined;
}
