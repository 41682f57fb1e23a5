import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { findingOf, numberOf } from '../matcher.ts';

const LABEL = /^(?<label>Confidence|Category|Check|Message|Code|File|Line): (?<value>\S.*)$/;

/** Brakeman's text report: a block of labels for each warning. */
export const brakeman: Matcher = {
  id: 'brakeman',
  tool: 'brakeman',
  cause: 'lint',
  hints: ['confidence: high', 'confidence: medium', 'confidence: weak'],
  createReader: () => new BrakemanReader(),
};

/** Lines of a block. */
const MAX_BLOCK_LINES = 12;

class BrakemanReader implements LineReader {
  #labels = new Map<string, string>();
  #since = 0;

  read(line: Line, report: Report): boolean | null {
    const { label, value = '' } = LABEL.exec(line.text)?.groups ?? {};
    if (label === 'Confidence') {
      this.#tell(report);
      this.#since = line.number;
    }
    if (this.#since === 0) return null;
    if (label !== undefined) this.#labels.set(label, value);
    if (label !== undefined && line.number - this.#since < MAX_BLOCK_LINES) return true;
    this.#tell(report);
    return false;
  }

  finish(report: Report): void {
    this.#tell(report);
  }

  #tell(report: Report): void {
    const labels = this.#labels;
    const path = labels.get('File');
    const category = labels.get('Category');
    const logLine = this.#since;
    this.#labels = new Map();
    this.#since = 0;
    if (path === undefined || category === undefined) return;
    report.diagnostic({
      path,
      line: numberOf(labels.get('Line')),
      severity: labels.get('Confidence') === 'High' ? 'error' : 'warning',
      code: labels.get('Check') ?? null,
      message: `${category}: ${labels.get('Message') ?? ''}`,
      logLine,
    });
  }
}

const REEK_PATH = /^(?<path>\S.{0,400}) -- \d{1,6} warnings?:$/;
const REEK_ROW = /^ {2}\[(?<line>\d{1,7})(?:, \d{1,7}){0,200}\]:(?<text>\S.*)$/;
const REEK_SINGLE = { expression: /^(?:\s{2})?(?<path>[^\s:][^:]{0,400}\.rb):(?<line>\d{1,7}): (?<message>\S.*)$/ } as const;
/** Since 4.0 the smell comes first, and a link to its page last; before, the smell stood in brackets. */
const SMELL = /^(?<code>[A-Z][A-Za-z]{3,60}): (?<message>.*?)(?: \[https?:\/\/\S+\])?$/;
const OLD_SMELL = /^(?<message>.*) \((?<code>[A-Z][A-Za-z]{3,60})\)$/;

/** reek: `lib/cart.rb -- 2 warnings:` and rows `  [5, 9]:Smell: Cart#total …`; with `-s` the place on each line. */
export const reek: Matcher = {
  id: 'reek',
  tool: 'reek',
  cause: 'lint',
  // The first two alone stand in command lines and behind tests: `PASSED  [ 50%]`.
  hints: [...beforeDigits(' -- '), ...beforeDigits('  ['), '.rb:'],
  createReader: createReekReader,
};

function beforeDigits(text: string): string[] {
  return [...'0123456789'].map((digit) => `${text}${digit}`);
}

function createReekReader(): LineReader {
  let path: string | null = null;
  let lastLine = 0;
  return {
    read(line, report) {
      const heading = REEK_PATH.exec(line.text)?.groups?.['path'];
      if (heading !== undefined) {
        path = heading;
        lastLine = line.number;
        return true;
      }
      const row = line.number === lastLine + 1 && path !== null ? REEK_ROW.exec(line.text)?.groups : undefined;
      if (row) {
        lastLine = line.number;
        const smell = smellOf(row['text'] ?? '');
        report.diagnostic({ path, line: numberOf(row['line']), ...smell, logLine: line.number });
        return true;
      }
      const single = findingOf(REEK_SINGLE, line);
      const smell = single ? SMELL.exec(single.message)?.groups : undefined;
      // Any program may print a place and a word with a colon; a smell is told of a class or a method.
      if (!single || !smell || !/^[A-Z]\w*(?:::\w+)*(?:[#.]\S+)? /.test(smell['message'] ?? '')) return null;
      report.diagnostic({ ...single, code: smell['code'] ?? null, message: smell['message'] ?? '' });
      return 'told';
    },
  };
}

function smellOf(text: string): { code: string | null; message: string } {
  const { code = null, message = text } = (SMELL.exec(text) ?? OLD_SMELL.exec(text))?.groups ?? {};
  return { code, message };
}

const ERB_PLACE = /^In file: (?<path>\S.{0,400}):(?<line>\d{1,7})$/;
const ERB_COMPACT = {
  expression:
    /^(?<path>[^\s:][^:]{0,400}\.erb):(?<line>\d{1,7}):(?<column>\d{1,7}): (?:\[(?<code>[A-Z]\w+)\] )?(?<message>\S.*)$/,
} as const;
const ERB_LINTER = /^\[(?<code>[A-Z]\w+)\] (?<message>\S.*)$/;

/** erb_lint: the message, and below it `In file: app/views/cart.html.erb:3`; or its compact form. */
export const erbLint: Matcher = {
  id: 'erb-lint',
  tool: 'erb-lint',
  cause: 'lint',
  hints: ['in file: ', '.erb:'],
  createReader: () => ({
    read(line, report) {
      const compact = findingOf(ERB_COMPACT, line);
      if (compact) {
        report.diagnostic(compact);
        return 'told';
      }
      const place = ERB_PLACE.exec(line.text)?.groups;
      if (!place) return null;
      const above = report.previous(1);
      if (!above || above.text === '') return false;
      const { code = null, message = above.text } = ERB_LINTER.exec(above.text)?.groups ?? {};
      report.diagnostic({ path: place['path'] ?? null, line: numberOf(place['line']), code, message, logLine: above.number });
      return false;
    },
  }),
};

/** rails_best_practices: `/shop/app/models/cart.rb:5 - move model logic into model (…)`. */
export const railsBestPractices: Matcher = {
  id: 'rails-best-practices',
  tool: 'rails_best_practices',
  cause: 'lint',
  hints: ['.rb:', '.erb:', '.haml:', '.slim:', '.builder:', '.rhtml:'],
  patterns: [
    {
      expression:
        /^(?<path>(?:[A-Za-z]:)?[^\s:][^:]{0,400}\.(?:rb|erb|haml|slim|builder|rhtml)):(?<line>\d{1,7})(?:,\d{1,7})* - (?<message>[a-z]\S* .*)$/,
      severity: 'warning',
    },
  ],
};

/** Foodcritic: `FC002: Avoid string interpolation …: ./recipes/default.rb:3`. */
export const foodcritic: Matcher = {
  id: 'foodcritic',
  tool: 'foodcritic',
  cause: 'lint',
  hints: ['fc0', 'fc1'],
  patterns: [
    { expression: /^(?<code>FC\d{3}): (?<message>\S.*): (?<path>[^\s:]{1,400}):(?<line>\d{1,7})$/, severity: 'warning' },
  ],
};
