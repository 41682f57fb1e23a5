import { FailedTests } from '../../dispatch/failed-tests.ts';
import { MAX_FAILED_TESTS } from '../../limits.ts';
import { detached } from '../../log/text.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { locationOf, Said } from './output.ts';

const EVENT = /^\{"(?:Time|Action|ImportPath)":/;
/** Events that are read: results, and output that may say where, or go on with it. The most are others. */
const OF_INTEREST = /"Action":"(?:pass|fail|skip)"|\.go:\d|"Output":" {8}/;

interface Event {
  readonly action: string;
  readonly suite: string;
  readonly name: string | null;
  readonly output: string;
}

/** `go test -json`, one event a line (`go doc test2json`). */
export const goTestJson: Matcher = {
  id: 'go-test-json',
  tool: 'go test',
  cause: 'test-failure',
  hints: ['"action":"'],
  createReader: () => new GoTestJsonReader(),
};

class GoTestJsonReader implements LineReader {
  readonly #failed = new FailedTests();
  /** The first place that a test which still runs has printed. */
  readonly #said = new Map<string, Said>();
  #counts = { pass: 0, fail: 0, skip: 0 };

  read(line: Line, report: Report): boolean | null {
    const event = EVENT.test(line.text) && OF_INTEREST.test(line.text) ? eventOf(line.text) : null;
    if (!event || event.name === null) return null;
    const key = `${event.suite}\n${event.name}`;
    if (event.action === 'output') this.#note(key, event.output, line);
    if (event.action !== 'pass' && event.action !== 'fail' && event.action !== 'skip') return false;
    this.#counts[event.action]++;
    if (event.action === 'fail') this.#fail(key, event, line, report);
    this.#said.delete(key);
    return false;
  }

  finish(report: Report): void {
    this.#dropParents();
    const { pass, fail, skip } = this.#counts;
    if (pass + fail + skip === 0) return;
    report.tests({
      framework: 'go test',
      total: pass + fail,
      failedCount: fail,
      skippedCount: skip,
      failed: this.#failed.list(),
    });
  }

  #note(key: string, output: string, line: Line): void {
    const text = output.trimEnd();
    const location = locationOf(text);
    const known = this.#said.get(key);
    if (known && !location) known.goOn(text);
    else if (!known && location && this.#said.size < MAX_FAILED_TESTS)
      this.#said.set(detached(key), new Said(location, line.number));
  }

  #fail(key: string, { suite, name }: Event, line: Line, report: Report): void {
    const said = this.#said.get(key);
    const at = { file: said?.file ?? null, line: said?.line ?? null, message: said?.message ?? null, frame: said?.frame ?? null };
    this.#failed.add(key, { name: name ?? '', suite, ...at, logLine: said?.logLine ?? line.number });
    report.highlight(line.number, line.number, 0.5);
    if (said) report.highlight(said.logLine, said.logLine, 0.9);
  }

  /** A test fails with its subtests; only they say why. */
  #dropParents(): void {
    const keys = this.#failed.keys();
    const parents = new Set(keys.flatMap((key) => ancestorsOf(key)));
    for (const key of keys) {
      if (!parents.has(key)) continue;
      this.#failed.delete(key);
      this.#counts.fail--;
    }
  }
}

/** `TestA/b/c` stands below `TestA/b` and `TestA`. The package's name, before the line break, has slashes too. */
function ancestorsOf(key: string): string[] {
  const ancestors: string[] = [];
  const start = key.indexOf('\n');
  for (let at = key.lastIndexOf('/'); at > start; at = key.lastIndexOf('/', at - 1)) ancestors.push(key.slice(0, at));
  return ancestors;
}

/** `null` for a line that was cut, or that is no event. */
function eventOf(text: string): Event | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    const of = (key: string): string | null => {
      const field: unknown = Reflect.get(value, key);
      return typeof field === 'string' ? field : null;
    };
    return { action: of('Action') ?? '', suite: of('Package') ?? '', name: of('Test'), output: of('Output') ?? '' };
  } catch {
    return null;
  }
}
