/** A part of something whose size is not known yet: `suffix` are its last bytes. */
export type WantedRange = { first: number; last: number | null } | { suffix: number };

/**
 * Reads a `Range` header (RFC 9110, section 14).
 * @returns `null` for what is no range, or is several: then all is answered, as a server may
 */
export function readRange(header: string | undefined): WantedRange | null {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return null;
  if (first === '') return { suffix: Number(last) };
  const range = { first: Number(first), last: last === '' ? null : Number(last) };
  return range.last !== null && range.last < range.first ? null : range;
}

/** The bytes that are meant, `last` included; `null` when there are none of them. */
export function resolveRange(range: WantedRange, size: number): { first: number; last: number } | null {
  if ('suffix' in range) {
    return range.suffix === 0 || size === 0 ? null : { first: Math.max(0, size - range.suffix), last: size - 1 };
  }
  return range.first >= size ? null : { first: range.first, last: Math.min(range.last ?? size - 1, size - 1) };
}
