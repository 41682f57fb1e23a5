import { countsOf, FailedTests, FailureNotes, TestTotals } from '../../dispatch/failed-tests.ts';
import type { FailedTest } from '../../types.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const HEADING = /^ {1,4}\d{1,5}\) (?<name>(?:test|doctest|property|feature) .*) \((?<suite>[A-Z][\w.]*)\)$/;
/** What sets up all tests of a module fails once for all of them. */
const SET_UP = /^ {1,4}\d{1,5}\) (?<suite>[A-Z][\w.]*): failure on (?<name>setup_all) callback, all tests have been invalidated$/;
/** What stands below a heading stands deeper than any heading. */
const INDENT = '     ';
const PLACE = /^ {5}(?<file>[^\s:]+\.exs?):(?<line>\d{1,7})$/;
const TOTALS =
  /^(?<counts>(?:\d{1,9} (?:tests?|doctests?|propert(?:y|ies)|features?), ){1,4})(?<failed>\d{1,9}) failures?(?<rest>(?:, \d{1,9} (?:skipped|excluded|invalid)(?: \S+)?){0,3})$/;
/** `(shop 0.1.0) lib/cart.ex:4: Shop.Cart.total/1`; scripts, as tests are, belong to no application. */
const FRAME = /^ {7}(?:\((?<application>[a-z]\w{0,100})(?: [\w.+-]{1,60})?\) )?(?<file>[^\s:]{1,500}\.exs?):(?<line>\d{1,7}): /;

const EUNIT = /^(?:===> )?Performing EUnit tests\.\.\.$/;

/** Lines of a failure that an excerpt shows. */
const MAX_FAILURE_LINES = 20;

/** ExUnit: a numbered failure with its place below, and the totals. */
export const exUnit: Matcher = {
  id: 'ex-unit',
  tool: 'ex_unit',
  cause: 'test-failure',
  hints: [
    ') test ',
    ') doctest ',
    ') property ',
    ') feature ',
    ': failure on setup_all callback',
    ' test, ',
    'tests, ',
    'property, ',
    'properties, ',
    ' feature, ',
    'features, ',
    'performing eunit tests',
  ],
  createReader: () => new ExUnitReader(),
};

interface Open {
  readonly test: FailedTest | undefined;
  readonly notes: FailureNotes;
  readonly since: number;
}

class ExUnitReader implements LineReader {
  readonly #failed = new FailedTests();
  readonly #totals = new TestTotals();
  #open: Open | null = null;

  #isEunit = false;

  read(line: Line, report: Report): boolean | null {
    if (this.#open && line.text.startsWith(INDENT)) return this.#follow(this.#open, line, report);
    // rebar3 sums EUnit's tests up in the same words.
    if (EUNIT.test(line.text)) {
      this.#isEunit = true;
      this.#open = null;
      return false;
    }
    const totals = TOTALS.exec(line.text)?.groups;
    if (totals && this.#isEunit) {
      this.#isEunit = false;
      return false;
    }
    if (totals) {
      this.#addTotals(totals);
      this.#open = null;
      return false;
    }
    const { name, suite = null } = (HEADING.exec(line.text) ?? SET_UP.exec(line.text))?.groups ?? {};
    if (name === undefined) return this.#open ? this.#follow(this.#open, line, report) : null;
    const plain = name.replace(/^test /, '');
    const test = this.#failed.add(`${suite} ${name}`, { name: plain, suite, file: null, line: null, logLine: line.number });
    this.#open = { test, notes: new FailureNotes(test), since: line.number };
    report.highlight(line.number, line.number, 0.9);
    return true;
  }

  finish(report: Report): void {
    if (!this.#totals.spoke && this.#failed.size === 0) return;
    const { spoke, total, failed, skipped } = this.#totals;
    report.tests({
      framework: 'ex_unit',
      total: spoke ? total : null,
      failedCount: spoke ? failed : this.#failed.size,
      skippedCount: spoke ? skipped : null,
      failed: this.#failed.list(),
    });
  }

  /** Invalid tests are those that could not be set up: they have failed, too. */
  #addTotals(groups: Record<string, string | undefined>): void {
    const rest = countsOf(groups['rest'] ?? '');
    const skipped = (rest.get('skipped') ?? 0) + (rest.get('excluded') ?? 0);
    let tests = 0;
    for (const count of countsOf(groups['counts'] ?? '').values()) tests += count;
    this.#totals.add(Math.max(0, tests - skipped), Number(groups['failed']) + (rest.get('invalid') ?? 0), skipped);
  }

  #follow(open: Open, line: Line, report: Report): boolean {
    const isPart = (line.text === '' || line.text.startsWith(INDENT)) && line.number - open.since <= MAX_FAILURE_LINES;
    if (!isPart) {
      this.#open = null;
      return false;
    }
    if (line.text !== '') report.highlight(line.number, line.number, 0.78);
    const place = line.number === open.since + 1 ? PLACE.exec(line.text)?.groups : undefined;
    if (!place) note(open.notes, open.test?.suite ?? null, line.text);
    else if (open.test && open.test.file === null) {
      open.test.file = place['file'] ?? null;
      open.test.line = numberOf(place['line']);
    }
    return true;
  }
}

/** All up to the stack is the message; of the stack counts the first frame of the tests or of their own application. */
function note(notes: FailureNotes, suite: string | null, text: string): void {
  if (/^ {5}(?:stacktrace:|The following output was logged:)$/.test(text)) notes.endMessage();
  const frame = FRAME.exec(text)?.groups;
  if (!frame) notes.say(text);
  else if (isOwn(frame['application'], suite)) notes.place({ file: frame['file'] ?? '', line: numberOf(frame['line']) });
}

/** `Shop.CartTest` and `ShopWeb.PageTest` test the application `shop`. */
function isOwn(application: string | undefined, suite: string | null): boolean {
  if (application === undefined) return true;
  const module = application.replace(/(?:^|_)(?<letter>[a-z\d])/g, (_, letter: string) => letter.toUpperCase());
  return suite?.startsWith(module) === true;
}
