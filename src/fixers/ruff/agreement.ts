import { sameText, settled } from '../formatting/format-files.ts';
import type { Declined } from '../types.ts';
import { loadStyle, type PythonFormatter, type PythonLayout, STYLE_YEARS, type StyleYear } from './styles.ts';

/**
 * The formatter of one year's style, or, where nobody says which year counts, one whose result all years that we have accept.
 * @param layouts by file
 */
export async function agreedFormatter(
  year: StyleYear | null,
  layouts: Readonly<Record<string, PythonLayout>>,
): Promise<((path: string, text: string) => Promise<string>) | Declined> {
  const years = year === null ? STYLE_YEARS : [year];
  const formatters = new Map<string, PythonFormatter[]>();
  for (const layout of Object.values(layouts)) {
    const key = JSON.stringify(layout);
    if (formatters.has(key)) continue;
    const loaded = await Promise.all(years.map((one) => loadStyle(one, layout)));
    const able = loaded.filter((one) => one !== null);
    if (able.length === 0)
      return { declined: `Regreen's engine for the style of ${year} can't do what the configuration asks for.` };
    formatters.set(key, able);
  }
  return async (path, text) => {
    const able = formatters.get(JSON.stringify(layouts[path])) ?? [];
    const formatted = await settled(
      text,
      able.toReversed().map((format) => (one: string) => format(path, one)),
    );
    if (formatted !== null) return formatted;
    throw new Error("its layout differs from year to year, and the repository doesn't say which version formats it");
  };
}

/** Prefixes of strings (`u"…"`) and the case of numbers are layout for these formatters; joined strings stay. */
export function sameCode(before: string, after: string): boolean {
  return sameText(withoutPrefixes(before), withoutPrefixes(after));
}

function withoutPrefixes(text: string): string {
  return text.replaceAll(/(?<![\w"'])[bfruBFRU]{1,2}(?=["'])/g, (prefix) => prefix.replaceAll(/u/gi, ''));
}
