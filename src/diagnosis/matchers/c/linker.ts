import type { Answer, Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf, severityOf } from '../matcher.ts';
import { PROBE } from './forms.ts';

/** `/usr/bin/ld: `, `/usr/bin/x86_64-linux-gnu-ld.bfd: `, `ld.lld-15: `, `wasm-ld: `, and macOS's `ld: `. */
const PROGRAM =
  /^(?:\S{0,300}[\\/])?(?:[\w.]{1,30}-){0,4}(?:ld|ld64|lld|lld-link)(?:\.(?:bfd|gold|lld|mold))?(?:-\d+)?(?:\.exe)?: (?<rest>\S.*)$/;
const SEVERITY = /^(?<severity>fatal error|error|warning|note): (?<rest>.*)$/;

/** `a.c:5: undefined reference to `x'`, `a.o:a.c:(.text+0x5): multiple definition of …`, after the program or alone. */
const AT =
  /^(?:[^\s:()]+\.(?:o|a|obj)(?:\([^)]*\))?:)?(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:()]+?):(?:(?<line>\d{1,7})|\([^)]*\)|function [^:]{1,500}(?:::[^:]{1,500}){0,20}): (?:error: )?(?<message>(?:undefined reference to|multiple definition of|relocation truncated|undefined symbol).*)$/;
const UNDEFINED = /^(?<path>[^\s:]+): (?<message>(?:undefined (?:reference|symbol)|multiple definition).*)$/;

/** Faults that GNU ld names without the word error. */
const FAULT =
  /^(?:cannot (?:find|open)|can't (?:find|open|link)|library (?:not found|'[^']*' not found)|framework (?:not found|'[^']*' not found)|unrecognized option|unknown option|symbol\(s\) not found|unrecognised emulation|final link failed: (?!bad value|nonrepresentable)|.*(?:file not recognized|file format not recognized|DSO missing from command line|recompile with -f|undefined reference to|multiple definition of|No such file or directory|duplicate symbol))/i;
/** A library that is not on the machine. */
const NO_LIBRARY = /^(?:cannot find -l|unable to find library -l|library not found for -l|library '[^']*' not found)/;
/** ld tells only that it gives up; the lines above said why. */
const CONSEQUENCE = /^(?:final link failed: (?:bad value|nonrepresentable)|symbol\(s\) not found)/i;
const MACOS_SYMBOL = /^ {2}"(?<symbol>[^"]{1,1000})", referenced from:$/;
const MACOS_HEADER = /^Undefined symbols(?: for architecture (?<arch>\w+))?:$/;

/** LLD's `>>> referenced by till.c:3 (src/till.c:3)` and `>>> defined at till.c`, which may also name an object file. */
const REFERENCE =
  /^>>> (?:referenced by|defined at) (?<short>[^\s:()]{1,500}\.(?!o\b|a\b|so\b|obj\b)\w{1,8})(?::(?<line>\d{1,7}))?(?: \((?<path>[^():]{1,500}):\d{1,7}\))?$/;

/** Lines that mean something below others: a symbol of Apple's linker, and who refers to one. */
const MAY_FOLLOW = /^(?:>>> | {2}"| {6})/;

/** GNU ld, gold, LLD, mold and Apple's linker. */
export const linker: Matcher = {
  id: 'linker',
  tool: 'ld',
  cause: 'compile-error',
  hints: [
    'undefined reference to',
    'multiple definition of',
    'relocation truncated to fit',
    'ld: ',
    'ld.bfd: ',
    'ld.gold: ',
    'ld.lld',
    'ld.mold: ',
    'ld64.lld: ',
    'lld-link: ',
    'lld: ',
    'undefined symbols',
    ', referenced from:',
  ],
  createReader: () => new LinkerReader(),
};

class LinkerReader implements LineReader {
  #inSymbols = false;
  #lastError = 0;
  /** A symbol, until LLD has said who refers to it. */
  #pending: Finding | null = null;

  read(line: Line, report: Report): Answer {
    if (this.#pending) this.#place(this.#pending, line.text, report);
    if (report.isClaimed(line.number)) return false;
    if (MACOS_HEADER.test(line.text)) {
      this.#inSymbols = true;
      report.highlight(line.number, line.number, 0.7);
      return false;
    }
    const finding = this.#symbolOf(line) ?? findingOf(line);
    if (finding) {
      if (finding.severity === 'error' && /^(?:undefined|duplicate) symbol: /.test(finding.message)) {
        this.#pending = { ...finding, logLine: line.number };
        report.claim(line.number);
      } else report.diagnostic({ ...finding, logLine: line.number }, NO_LIBRARY.test(finding.message) ? 'toolchain' : undefined);
      if (finding.severity === 'error') this.#lastError = line.number;
      highlightFunction(report);
      return finding.severity === 'error';
    }
    if (!MAY_FOLLOW.test(line.text)) return null;
    return this.#follow(line, report);
  }

  finish(report: Report): void {
    if (this.#pending) report.diagnostic(this.#pending);
  }

  /** The line below the symbol says where it is used; nothing else is waited for. */
  #place(pending: Finding, text: string, report: Report): void {
    const groups = REFERENCE.exec(text)?.groups;
    this.#pending = null;
    report.diagnostic({ ...pending, path: groups?.['path'] ?? groups?.['short'] ?? null, line: numberOf(groups?.['line']) });
  }

  #symbolOf(line: Line): Omit<Finding, 'logLine'> | null {
    const symbol = this.#inSymbols ? MACOS_SYMBOL.exec(line.text)?.groups?.['symbol'] : undefined;
    return symbol === undefined ? null : { message: `undefined symbol: ${symbol}`, severity: 'error' };
  }

  /** LLD says in lines that begin with `>>>` who refers to a symbol; Apple's linker indents them. */
  #follow(line: Line, report: Report): boolean {
    if (line.number - this.#lastError > 5 || this.#lastError === 0) return false;
    const isReference = line.text.startsWith('>>> ') || (this.#inSymbols && line.text.startsWith('      '));
    if (isReference) report.highlight(line.number, line.number, 0.7);
    return isReference;
  }
}

function findingOf(line: Line): Omit<Finding, 'logLine'> | null {
  const said = PROGRAM.exec(line.text)?.groups?.['rest'];
  const text = said ?? line.text;
  const leveled = said === undefined ? undefined : SEVERITY.exec(said)?.groups;
  const place = leveled ? undefined : (AT.exec(text) ?? UNDEFINED.exec(text))?.groups;
  if (place) {
    const path = place['path'] ?? '';
    if (PROBE.test(path)) return null;
    const isObject = /\.(?:o|a|so|obj|lo)$|^ld$|^\/tmp\/[^/]*$/.test(path);
    return { path: isObject ? null : path, line: numberOf(place['line']), message: place['message'] ?? '', severity: 'error' };
  }
  if (said === undefined || CONSEQUENCE.test(said)) return null;
  if (leveled) return { message: leveled['rest'] ?? '', severity: severityOf(leveled['severity'] ?? 'error') };
  return FAULT.test(said) ? { message: said, severity: 'error' } : null;
}

/** GNU ld names the function on a line of its own: ``/usr/bin/ld: a.o: in function `main':``. */
function highlightFunction(report: Report): void {
  const above = report.previous(1);
  if (above && /[Ii]n function [`'‘].*:$/.test(above.text)) report.highlight(above.number, above.number, 0.7);
}
