import { setImmediate } from 'node:timers/promises';
import { mayHoldSecret, PRIVATE_KEY_BEGIN, replaceSecrets } from './secrets.ts';

/**
 * Masks secrets in a log while it passes by. Every byte of a secret becomes a `*`, so that places in the masked log are those of
 * the log itself and parts of it can be asked for. What is held is a line, of a long one the last `HELD` bytes.
 */
export async function* maskSecrets(log: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const mask = createMask();
  for await (const chunk of log) {
    for (let start = 0; start < chunk.length; start += PIECE) {
      const masked = mask.push(chunk.subarray(start, start + PIECE));
      if (masked.length > 0) yield masked;
      await setImmediate();
    }
  }
  const rest = mask.end();
  if (rest.length > 0) yield rest;
}

/** Some milliseconds of work, after which others have their turn. */
const PIECE = 16 * 1024;
/** A line that is longer is masked in pieces. */
const LONGEST_LINE = 64 * 1024;
/** Longer than all that tells a secret from other text. */
const HELD = 8 * 1024;
/** As far as a secret's name may stand before it. */
const CONTEXT = 512;
/** A private key of 16,384 bits has about 200 lines. */
const LONGEST_KEY_LINES = 400;

/** What a secret is made of; what goes on behind one that fills the buffer to its end belongs to it. */
const GOES_ON = /^[\w.~+/=-]+/;
const TIMESTAMP = /^(?:\u00ef\u00bb\u00bf)?\d{4}-\d\d-\d\dT[\d:.]{8,20}Z /;
const KEY_END = /-----END [A-Z ]{0,30}PRIVATE KEY-----/;
const KEY_BODY = /^\s{0,200}[A-Za-z0-9+/=\\]*\s{0,200}$/;
const KEY_RUN = /[A-Za-z0-9+/=]{40,}/g;

interface Mask {
  push(chunk: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

/** Bytes are taken for characters one by one: every expression is ASCII, and no character is ever cut. */
function createMask(): Mask {
  let held = '';
  /** Of a line that is masked in pieces: what stands before `held`, already masked. */
  let context = '';
  /** How much of `held` is the masked end of the piece before. */
  let tail = 0;
  /** A secret filled the piece before to its end. */
  let goesOn = false;
  let keyLines = 0;

  const maskPiece = (piece: string): string => {
    const swallowed = goesOn ? (GOES_ON.exec(piece.slice(tail))?.[0].length ?? 0) : 0;
    const begun = piece.slice(0, tail) + stars(swallowed) + piece.slice(tail + swallowed);
    const whole = maskMatches(context + (keyLines > 0 ? maskKeyRuns(begun) : begun));
    const isFilled = whole.endsWith('*') && !piece.endsWith('*');
    goesOn = isFilled || (swallowed > 0 && tail + swallowed === piece.length);
    return whole.slice(context.length);
  };
  const maskLine = (line: string): string => {
    const masked = keyLines > 0 ? maskKeyLine(line) : maskPiece(line);
    if (keyLines === 0 && PRIVATE_KEY_BEGIN.test(line) && !KEY_END.test(line)) keyLines = LONGEST_KEY_LINES;
    context = '';
    tail = 0;
    goesOn = false;
    return masked;
  };
  const maskKeyLine = (line: string): string => {
    keyLines = KEY_END.test(line) ? 0 : keyLines - 1;
    const stamp = TIMESTAMP.exec(line)?.[0] ?? '';
    const body = line.slice(stamp.length);
    if (KEY_BODY.test(body)) return stamp + body.replace(/[^\r\n]/g, '*');
    return maskMatches(maskKeyRuns(line));
  };
  const take = (): string => {
    const parts: string[] = [];
    let start = 0;
    // Nearly all lines have nothing to hide, and many are looked through at once.
    const lines = held.slice(0, held.lastIndexOf('\n') + 1);
    if (keyLines === 0 && tail === 0 && !mayHoldSecret(lines)) {
      parts.push(lines);
      start = lines.length;
    }
    for (let end = held.indexOf('\n', start); end >= 0; end = held.indexOf('\n', start)) {
      parts.push(maskLine(held.slice(start, end + 1)));
      start = end + 1;
    }
    held = held.slice(start);
    if (held.length > LONGEST_LINE) {
      const masked = maskPiece(held);
      parts.push(masked.slice(0, -HELD));
      context = (context + masked.slice(0, -HELD)).slice(-CONTEXT);
      held = masked.slice(-HELD);
      tail = HELD;
    }
    return parts.join('');
  };
  return {
    push: (chunk) => {
      held += Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
      return Buffer.from(take(), 'latin1');
    },
    end: () => Buffer.from(take() + maskLine(held), 'latin1'),
  };
}

function maskMatches(text: string): string {
  return replaceSecrets(text, (found) => found.replace(/[^\r\n]/g, '*'));
}

function maskKeyRuns(text: string): string {
  return text.replace(KEY_RUN, (run) => stars(run.length));
}

function stars(count: number): string {
  return '*'.repeat(count);
}
