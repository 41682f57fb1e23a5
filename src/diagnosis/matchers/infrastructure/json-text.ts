/** What a string of JSON says, on one line. */
export function unescapedJson(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:u(?<code>[\da-fA-F]{4})|(?<character>.))/g, (_, code?: string, character?: string) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return character === 'n' || character === 't' ? ' ' : (character ?? '');
  });
}
