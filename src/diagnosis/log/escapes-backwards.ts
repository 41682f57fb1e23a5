import { EscapeSkipper } from './escape-skipper.ts';

const ESCAPE = 0x1b;

/** Bytes in which a sequence is looked for; links may be longer. */
const MAX_LOOK_BACK_BYTES = 256;

/** Goes back through the text of a line, over ANSI sequences. */
export class EscapesBackwards {
  readonly #skipper = new EscapeSkipper();
  #chunk: Uint8Array = new Uint8Array();
  #lineStart = 0;
  #at = 0;
  /** The nearest sequence at or before the present byte, and the index behind it; -1 when there is none near. */
  #escape = -1;
  #escapeEnd = -1;
  /** A sequence may begin further back than was looked. */
  isUnsure = false;

  /** Begins at an index of text; the line begins at `lineStart`. */
  start(chunk: Uint8Array, lineStart: number, index: number): void {
    this.#chunk = chunk;
    this.#lineStart = lineStart;
    this.#at = index;
    this.isUnsure = false;
    this.#find();
  }

  /** The index of the next byte of text, going back; it may lie before the line. */
  previous(): number {
    this.#at--;
    while (this.#escapeEnd === this.#at + 1) {
      this.#at = this.#escape - 1;
      this.#find();
    }
    return this.#at;
  }

  #find(): void {
    const last = Math.max(this.#lineStart, this.#at - MAX_LOOK_BACK_BYTES);
    let at = this.#at - 1;
    while (at >= last && this.#chunk[at] !== ESCAPE) at--;
    this.#escape = at >= last ? at : -1;
    this.#escapeEnd = this.#escape < 0 ? -1 : this.#skipper.skip(this.#chunk, this.#escape);
    if (this.#escape < 0 && last > this.#lineStart) this.isUnsure = true;
  }
}
