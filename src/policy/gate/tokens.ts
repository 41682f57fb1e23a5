/**
 * Signs that formatters add, take away or swap: quotes, commas, semicolons, round brackets, back-slashes. They part words,
 * so that `1, 2` and `12` differ.
 */
const TOKEN = /[\p{L}\p{N}_$]+|[^\s\p{L}\p{N}_$'"`,;()\\]/gu;

/** The words and operators of a text: what is left of it when its layout does not count. */
export function tokensOf(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

/** All signs of a text but blanks. */
export function signsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}_$]+|[^\s\p{L}\p{N}_$]/gu) ?? [];
}

/** What the first list holds more often than the second. */
export function missingFrom(wanted: readonly string[], held: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const one of held) left.set(one, (left.get(one) ?? 0) + 1);
  return wanted.filter((one) => {
    const count = left.get(one) ?? 0;
    left.set(one, count - 1);
    return count <= 0;
  });
}
