const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** Puts characters in the place of XML's entities. */
export function unescapedXml(text: string): string {
  return text.replace(/&(?:#(?<number>\d{1,6})|(?<name>lt|gt|quot|apos|amp));/g, (whole, number?: string, name?: string) => {
    if (number !== undefined) return Number(number) <= 0x10ffff ? String.fromCodePoint(Number(number)) : whole;
    return ENTITIES[name ?? ''] ?? whole;
  });
}
