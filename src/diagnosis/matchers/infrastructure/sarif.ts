import { detached } from '../../log/text.ts';
import type { Answer, Finding, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf, severityOf } from '../matcher.ts';

const RESULTS = /"results" ?: ?\[/;
/** A result with the steps of a path through the code is longer, and is left out. */
const MAX_RESULT_CHARACTERS = 60_000;

/** SARIF, as scanners print it to their output: the objects of `results`, in whatever layout. */
export const sarif: Matcher = {
  id: 'sarif',
  tool: 'sarif',
  cause: 'lint',
  hints: ['"results":', '"results" :', '"ruleId":', '"startLine":', '"artifactLocation":'],
  createReader: () => new SarifReader(),
};

class SarifReader implements LineReader {
  #isOpen = false;
  #depth = 0;
  #isString = false;
  #result: { text: string; logLine: number } | null = null;

  read(line: Line, report: Report): Answer {
    if (this.#isOpen) return this.#follow(line.text, line, report);
    const start = RESULTS.exec(line.text);
    if (!start) return null;
    this.#isOpen = true;
    this.#depth = 0;
    this.#isString = false;
    this.#result = null;
    return this.#follow(line.text.slice(start.index + start[0].length), line, report);
  }

  /** Takes the results apart by their braces; returns whether there may be more. */
  #follow(text: string, line: Line, report: Report): boolean {
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const character = text[at];
      if (this.#isString) {
        if (character === '\\') at++;
        else if (character === '"') this.#isString = false;
      } else if (character === '"') this.#isString = true;
      else if (character === '{' || character === '[') {
        if (this.#depth++ > 0) continue;
        from = at;
        this.#result = { text: '', logLine: line.number };
      } else if (character === '}' || character === ']') {
        if (this.#depth === 0) return this.#end();
        if (--this.#depth > 0 || !this.#result) continue;
        tell(this.#result.text + text.slice(from, at + 1), this.#result.logLine, report);
        this.#result = null;
      }
    }
    // No string goes over lines: what is open was cut off.
    this.#isString = false;
    if (this.#result) this.#result.text = detached(this.#result.text + text.slice(from));
    if ((this.#result?.text.length ?? 0) > MAX_RESULT_CHARACTERS) return this.#end();
    return true;
  }

  #end(): boolean {
    this.#isOpen = false;
    this.#result = null;
    return false;
  }
}

function tell(text: string, logLine: number, report: Report): void {
  const finding = findingOf(parsed(text), logLine);
  if (finding) report.diagnostic(finding);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // cut off, or not JSON at all
  }
}

/** Of other reports whose list has this name nothing is told: a result of SARIF has a message and locations. */
function findingOf(result: unknown, logLine: number): Finding | null {
  const message = at(result, 'message', 'text') ?? at(result, 'message', 'markdown');
  const place = at(result, 'locations', 0, 'physicalLocation');
  const path = at(place, 'artifactLocation', 'uri');
  if (typeof message !== 'string' || typeof path !== 'string') return null;
  const region = at(place, 'region');
  const rule = at(result, 'ruleId') ?? at(result, 'rule', 'id');
  return {
    path: path.replace(/^file:\/\//, ''),
    line: wholeNumber(at(region, 'startLine')),
    column: wholeNumber(at(region, 'startColumn')),
    endLine: wholeNumber(at(region, 'endLine')),
    endColumn: wholeNumber(at(region, 'endColumn')),
    severity: severityOf(String(at(result, 'level') ?? 'warning')),
    code: typeof rule === 'string' ? rule : null,
    message: message.replace(/\s+/g, ' ').trim(),
    logLine,
  };
}

function at(value: unknown, ...way: readonly (string | number)[]): unknown {
  return way.reduce<unknown>((inside, key) => (inside as Record<string | number, unknown> | null | undefined)?.[key], value);
}

function wholeNumber(value: unknown): number | null {
  return typeof value === 'number' ? numberOf(String(value)) : null;
}
