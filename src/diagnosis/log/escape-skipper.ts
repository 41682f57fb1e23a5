const BELL = 0x07;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const ESCAPE = 0x1b;
const BRACKET_OPEN = 0x5b; // ESC [ : colours and cursor (CSI)
const BRACKET_CLOSE = 0x5d; // ESC ] : titles and links (OSC)

type Mode = 'text' | 'escape' | 'control' | 'command';

/** Finds the ends of ANSI sequences in bytes; a sequence may reach over chunks, but never over a line end. */
export class EscapeSkipper {
  #mode: Mode = 'text';

  /** Goes on with a sequence that the last chunk has cut. Returns the first index that is not part of it. */
  resume(chunk: Uint8Array, index: number): number {
    return this.#mode === 'text' ? index : this.#run(chunk, index);
  }

  /** `index` is that of an escape. Returns the first index after the sequence, at most the chunk's length. */
  skip(chunk: Uint8Array, index: number): number {
    this.#mode = 'escape';
    return this.#run(chunk, index + 1);
  }

  /** The line has ended, and a sequence in it with it. */
  reset(): void {
    this.#mode = 'text';
  }

  #run(chunk: Uint8Array, from: number): number {
    for (let index = from; index < chunk.length; index++) {
      const byte = chunk[index] as number;
      if (byte === LINE_FEED || byte === CARRIAGE_RETURN) {
        this.#mode = 'text';
        return index;
      }
      if (this.#ends(byte)) {
        this.#mode = 'text';
        return index + 1;
      }
    }
    return chunk.length;
  }

  /** Whether the byte is the last one of the sequence. */
  #ends(byte: number): boolean {
    if (this.#mode === 'escape') {
      if (byte === BRACKET_OPEN) this.#mode = 'control';
      else if (byte === BRACKET_CLOSE) this.#mode = 'command';
      return this.#mode === 'escape';
    }
    if (this.#mode === 'control') return byte >= 0x40 && byte <= 0x7e;
    if (byte === ESCAPE) this.#mode = 'escape'; // ESC \ ends a command; its backslash ends the escape
    return byte === BELL;
  }
}
