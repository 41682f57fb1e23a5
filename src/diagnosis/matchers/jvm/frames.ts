import { FailureNotes } from '../../dispatch/failed-tests.ts';
import type { FailedTest, StackFrame } from '../../types.ts';
import type { Line, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

/** `at org.shop.CartTest.adds(CartTest.java:12)`, with or without the module before it; the JUnit console leaves out `at`. */
const FRAME =
  /^\s+(?:at )?(?:[\w.@-]{1,100}\/{1,2})?(?<class>[\w$.]{1,300})\.(?<method>[^.()/]{1,300})\((?<file>[\w$-]{1,200}\.(?:java|kt|scala|groovy)):(?<line>\d{1,7})\)/;

/** Spock and Kotlin name tests in sentences, in which there may be dots. */
const FRAME_OF_SENTENCE =
  /^\s+at (?<class>(?:[a-z_]\w{0,100}\.){0,20}[A-Z][\w$]{0,200})\.(?<method>[^()/]{1,300} [^()/]{0,300})\((?<file>[\w$-]{1,200}\.(?:kt|scala|groovy)):(?<line>\d{1,7})\)/;

/** Gradle's short form: `java.lang.AssertionError at CartTest.java:12`. */
const SHORT_FRAME = /\bat (?<file>[\w$-]{1,200}\.(?:java|kt|scala|groovy)):(?<line>\d{1,7})$/;

type Groups = Record<string, string> | undefined;

/** Of the platform, the test frameworks and the build tools: a failure is never their fault. */
const FOREIGN =
  /^(?:java|javax|jdk|sun|com\.sun\.(?:proxy|tools|net|org)|kotlin|kotlinx|scala|groovy|junit|org\.(?:junit|testng|hamcrest|assertj|mockito|opentest4j|gradle|apache\.(?:maven|tools\.ant)|codehaus\.groovy|scalatest|spockframework)|com\.google\.(?:common|truth))\./;

function frameOf(text: string): Groups {
  return (FRAME.exec(text) ?? FRAME_OF_SENTENCE.exec(text))?.groups;
}

/** The place of a line of a stack; `null` for what is none, and for a known library's. */
export function ownPlaceOf(text: string): StackFrame | null {
  const frame = frameOf(text);
  if (!frame || FOREIGN.test(frame['class'] ?? '')) return null;
  return { file: frame['file'] ?? '', line: numberOf(frame['line']) };
}

/** Lines after the heading of a failure in which its own frame is looked for. */
const MAX_STACK_LINES = 80;

/** Lines of a failure's message that are shown. */
const MAX_MESSAGE_LINES = 12;

/** Follows the stack trace below a failed test to the first frame of the project. */
export class FailureFollower {
  #test: FailedTest | undefined;
  #since = 0;
  #inStack = false;
  #isOpen = false;
  #notes = new FailureNotes(undefined);

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** A failure is told on this line; what follows belongs to it. */
  open(test: FailedTest | undefined, line: Line): void {
    this.#test = test;
    this.#since = line.number;
    this.#inStack = false;
    this.#isOpen = true;
    this.#notes = new FailureNotes(test);
  }

  close(): void {
    this.#isOpen = false;
  }

  /**
   * Reads a line below the heading. Returns whether the next one is wanted; `null` where no failure is open.
   * @param text the line without the prefix of the tool around it.
   */
  read(text: string, line: Line, report: Report): boolean | null {
    if (!this.#isOpen) return null;
    const distance = line.number - this.#since;
    const frame = frameOf(text);
    const isForeign = frame !== undefined && FOREIGN.test(frame['class'] ?? '');
    const short = frame ? undefined : SHORT_FRAME.exec(text)?.groups;
    this.#inStack ||= frame !== undefined || /^\s+at /.test(text);
    this.#note(text, isForeign ? undefined : (frame ?? short), frame);
    const isMessage = !this.#inStack && text.trim() !== '' && distance <= MAX_MESSAGE_LINES;
    const isOwn = this.#isOwn(frame, isForeign, short);
    if (isMessage || isOwn) report.highlight(line.number, line.number, isMessage ? 0.8 : 0.75);
    if (isOwn || short || (frame && !isForeign)) this.#locate(frame ?? short ?? {}, isOwn);
    const hasEnded = isOwn || distance >= MAX_STACK_LINES || (this.#inStack && text.trim() === '');
    if (hasEnded) this.#isOpen = false;
    return !hasEnded;
  }

  /** The exception up to its stack; of the stack, the first frame of no library that is known, which is `place`. */
  #note(text: string, place: Groups, frame: Groups): void {
    if (this.#inStack) this.#notes.endMessage();
    else this.#notes.say(frame ? '' : text.replace(SHORT_FRAME, '').replace(/^\s*=> /, ''));
    if (place) this.#notes.place({ file: place['file'] ?? '', line: numberOf(place['line']) });
  }

  /** Of the class of the test; where that is not known, of no library that is known. */
  #isOwn(frame: Groups, isForeign: boolean, short: Groups): boolean {
    const suite = this.#test?.suite ?? null;
    if (short) {
      const simple = suite?.slice(suite.lastIndexOf('.') + 1).replace(/[$ ].*/s, '');
      return simple === undefined || short['file']?.startsWith(`${simple}.`) === true;
    }
    const className = frame?.['class'] ?? '';
    if (className === '') return false;
    if (suite === null) return !isForeign;
    return className === suite || className.startsWith(`${suite}$`) || className.endsWith(`.${suite}`);
  }

  /** A frame of a base class or a helper has to do until one of the test itself comes. */
  #locate(frame: Record<string, string>, isOwn: boolean): void {
    const test = this.#test;
    if (!test || (test.line !== null && !isOwn)) return;
    if (frame['method'] === test.name) test.suite ??= frame['class'] ?? null;
    test.file = frame['file'] ?? null;
    test.line = numberOf(frame['line']);
  }
}

/** `org.shop.CartTest.adds`: a class begins with a capital, its packages don't. */
const QUALIFIED = /^(?<suite>(?:[a-z_][\w-]*\.){1,20}[A-Z][\w$]*)\.(?<name>.+)$/s;

/** Cuts a qualified name of a test into its class and the rest. */
export function qualified(name: string): { suite: string | null; name: string } {
  const groups = QUALIFIED.exec(name)?.groups;
  return { suite: groups?.['suite'] ?? null, name: groups?.['name'] ?? name };
}
