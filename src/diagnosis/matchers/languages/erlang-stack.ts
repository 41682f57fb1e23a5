import { detached } from '../../log/text.ts';
import type { StackFrame } from '../../types.ts';
import { numberOf } from '../matcher.ts';

const FILE = /\{file,\s?"(?<file>[^"]{1,400}\.erl)"\}/;
/** A term is broken where the line is full. */
const BROKEN_FILE = /\{file,$/;
const REST_OF_FILE = /^\s*"(?<file>[^"]{1,400}\.erl)"\}/;
const LINE = /\{line,(?<line>\d{1,7})\}/;
/** Where the stack begins behind the reason: `[{shop_SUITE,raises,1,`. */
const STACK = /^\s*\[\{[\w@']{1,200},[^\s,]{1,200},\d{1,3},/;

/** Reads the stack of Erlang's exceptions, printed as a term: `[{file,"test/shop_tests.erl"},{line,5}]`. */
export class ErlangStack {
  #file: string | null = null;
  #isBroken = false;

  /** Whether this is the first line of a stack. */
  isBeginning(text: string): boolean {
    return STACK.test(text);
  }

  /** The place that this line completes. */
  read(text: string): StackFrame | null {
    if (!this.#isBroken && !text.includes('{')) return null;
    const file = FILE.exec(text)?.groups?.['file'] ?? (this.#isBroken ? REST_OF_FILE.exec(text)?.groups?.['file'] : undefined);
    this.#isBroken = BROKEN_FILE.test(text);
    if (file !== undefined) this.#file = detached(file);
    const line = LINE.exec(text)?.groups?.['line'];
    if (line === undefined || this.#file === null) return null;
    const frame = { file: this.#file, line: numberOf(line) };
    this.#file = null;
    return frame;
  }
}
