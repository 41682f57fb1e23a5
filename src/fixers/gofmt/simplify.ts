/** `for x, _ = range`, `for _ = range`, `s[a:len(s)]`. */
const RANGE_OR_SLICE = /\bfor\s+\w+\s*,\s*_\s*:?=\s*range\b|\bfor\s+_\s*:?=\s*range\b|:\s*len\(\s*\w+\s*\)\s*\]/;
/** The element type of a slice, array or map literal: `[]Point{`, `map[string]*shop.Price{`. */
const LITERAL = /(?:\[[\w.]*\]|\bmap\[[^\]\n]{1,200}\])(\**[\w.]+|\[\][\w.]+)\s*\{/g;

/** Whether `gofmt -s` could rewrite something in a Go file; says yes rather once too often. https://pkg.go.dev/cmd/gofmt */
export function mayBeSimplified(text: string): boolean {
  if (RANGE_OR_SLICE.test(text)) return true;
  const elements = new Set([...text.matchAll(LITERAL)].map(([, element = '']) => element.replace(/^\*/, '')));
  return [...elements].some((element) => {
    // An element that repeats its type: `Point{`, `&Point{`, not the literal's own `[]Point{`.
    const own = element.replaceAll(/[.[\]]/g, '\\$&');
    return new RegExp(`(?:^|[\\s{,:(&])${own}\\{`, 'm').test(text);
  });
}
