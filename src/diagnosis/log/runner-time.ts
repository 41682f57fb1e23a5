/** Bytes of `2026-11-22T09:51:00.1234567Z `: the time and the blank that GitHub's runner writes before each line. */
export const RUNNER_TIME_BYTES = 29;

const DASH = 0x2d;
const COLON = 0x3a;
const POINT = 0x2e;
const LETTER_T = 0x54;
const LETTER_Z = 0x5a;
const BLANK = 0x20;

/**
 * Whether the runner's time stands at `start`. Asked for each line of a log: it looks at the signs of the time and at
 * the ends of its numbers, which is as good as at every digit.
 */
export function isRunnerTime(bytes: Uint8Array, start: number): boolean {
  return (
    bytes[start + 10] === LETTER_T &&
    bytes[start + 27] === LETTER_Z &&
    bytes[start + 28] === BLANK &&
    bytes[start + 19] === POINT &&
    bytes[start + 4] === DASH &&
    bytes[start + 7] === DASH &&
    bytes[start + 13] === COLON &&
    bytes[start + 16] === COLON &&
    isDigit(bytes[start]) &&
    isDigit(bytes[start + 12]) &&
    isDigit(bytes[start + 18]) &&
    isDigit(bytes[start + 20]) &&
    isDigit(bytes[start + 26])
  );
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
