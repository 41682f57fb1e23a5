import { StringDecoder } from 'node:string_decoder';

/** A line longer than this is cut into several, so that a tool that never ends its line fills no memory. */
export const MAX_LINE_LENGTH = 256 * 1024;

/** Bytes in any pieces → lines. A line ends at `\n`, `\r\n` or a lone `\r`, as in GitHub's runner. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    this.#take(this.#rest + this.#decoder.write(chunk), false);
  }

  /** Gives the last line, when it had no end. */
  end(): void {
    this.#take(this.#rest + this.#decoder.end(), true);
    if (this.#rest !== '') this.#onLine(this.#rest);
    this.#rest = '';
  }

  #take(text: string, isEnd: boolean): void {
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const character = text[at];
      // A `\r` at the end may be the first half of `\r\n`: wait for what comes.
      if (character === '\r' && at === text.length - 1 && !isEnd) break;
      if (character === '\n' || character === '\r') {
        this.#onLine(text.slice(from, at));
        if (character === '\r' && text[at + 1] === '\n') at++;
        from = at + 1;
      } else if (at - from >= MAX_LINE_LENGTH) {
        this.#onLine(text.slice(from, at));
        from = at;
      }
    }
    this.#rest = text.slice(from);
  }
}
