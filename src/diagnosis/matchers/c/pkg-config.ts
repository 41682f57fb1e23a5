import type { Line, LineReader, Matcher, Report } from '../matcher.ts';

/** What `PKG_CHECK_MODULES` says where a package or pkg-config itself is missing: paragraphs, of which only the first says `error`. */
const BEGIN =
  /^configure: error: (?<message>(?:\* )?Package requirements \(.{1,500}\) were not met|The pkg-config script could not be found or is too old)/;
const END = /^(?:See the pkg-config man page for more details\.|To get pkg-config, see )/;

/** The messages are no longer, whatever the packages are called. */
const MAX_LINES = 24;

/** The macros of pkg-config in a configure script. */
export const pkgConfig: Matcher = {
  id: 'pkg-config',
  tool: 'pkg-config',
  cause: 'toolchain',
  hints: ['were not met', 'the pkg-config script could not be found'],
  createReader: () => new PkgConfigReader(),
};

class PkgConfigReader implements LineReader {
  #since: number | null = null;

  read(line: Line, report: Report): boolean | null {
    const message = BEGIN.exec(line.text)?.groups?.['message'];
    if (message !== undefined) {
      this.#since = line.number;
      report.diagnostic({ message, logLine: line.number });
      return true;
    }
    if (this.#since === null) return null;
    if (line.text.trim() !== '') report.highlight(line.number, line.number, 0.75);
    const goesOn = line.marker === null && !END.test(line.text) && line.number - this.#since < MAX_LINES;
    if (!goesOn) this.#since = null;
    return goesOn;
  }
}
