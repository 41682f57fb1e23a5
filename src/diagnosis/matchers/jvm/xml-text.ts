const ATTRIBUTE = /\b(?<name>[a-z]\w{0,30}) ?= ?(?:"(?<value>[^"]*)"|'(?<single>[^']*)')/gi;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

export type Attributes = ReadonlyMap<string, string>;

/** The attributes of the tags on a line; the first of a name counts. */
export function attributesOf(text: string): Attributes {
  const attributes = new Map<string, string>();
  for (let match = ATTRIBUTE.exec(text); match; match = ATTRIBUTE.exec(text)) {
    const [, name = '', value, single] = match;
    if (!attributes.has(name)) attributes.set(name, unescapedXml(value ?? single ?? ''));
  }
  return attributes;
}

/** Puts characters in the place of XML's entities. */
export function unescapedXml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(?<number>\d{1,6}|x[\da-f]{1,6})|(?<name>lt|gt|quot|apos|amp));/gi,
    (whole, number?: string, name?: string) => {
      if (number !== undefined) {
        const code = Number(number.replace(/^x/i, '0x'));
        return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      }
      return ENTITIES[name?.toLowerCase() ?? ''] ?? whole;
    },
  );
}
