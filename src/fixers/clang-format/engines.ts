import manifest18 from 'clang-format-18/package.json' with { type: 'json' };
import manifest19 from 'clang-format-19/package.json' with { type: 'json' };
import manifest20 from 'clang-format-20/package.json' with { type: 'json' };
import manifest21 from 'clang-format-21/package.json' with { type: 'json' };
import manifest22 from 'clang-format-22/package.json' with { type: 'json' };
import manifest23 from 'clang-format-23/package.json' with { type: 'json' };

/** Formats a text as one version of clang-format does; the file's name tells the language. @throws on a bad style */
export type Engine = (text: string, name: string, style: string) => string;

/** The versions that we have, each a package of its own: every major of LLVM lays out some code otherwise. */
const LOADERS: Readonly<Record<number, () => Promise<Engine>>> = {
  18: async () => sorting(await started(import('clang-format-18'))),
  19: async () => sorting(await started(import('clang-format-19'))),
  20: async () => sorting(await started(import('clang-format-20'))),
  21: async () => started(import('clang-format-21')),
  22: async () => (await import('clang-format-22')).format,
  23: async () => (await import('clang-format-23')).format,
};

const VERSIONS: Readonly<Record<number, string>> = {
  18: manifest18.version,
  19: manifest19.version,
  20: manifest20.version,
  21: manifest21.version,
  22: manifest22.version,
  23: manifest23.version,
};

/** The version that stands for a major. */
export function engineVersion(major: number): string {
  return VERSIONS[major] ?? String(major);
}

export const OLDEST_ENGINE = 18;
export const NEWEST_ENGINE = 23;

/** Loads a version, by its major; `null` where we have none. */
export async function loadEngine(major: number): Promise<Engine | null> {
  return (await LOADERS[major]?.()) ?? null;
}

async function started(loading: Promise<{ default(): Promise<void>; format: Engine }>): Promise<Engine> {
  const engine = await loading;
  await engine.default();
  return engine.format;
}

/**
 * The packages up to 20 leave the sorting of includes out, which the program does. So the newest, which sorts by the same
 * rules, sorts for them.
 */
async function sorting(format: Engine): Promise<Engine> {
  const { format: sort } = await import('clang-format-23');
  return (text, name, style) => {
    const formatted = format(text, name, style);
    const unsorted = includesOf(formatted);
    if (unsorted === null) return formatted;
    const sorted = includesOf(sort(text, name, style));
    if (sorted === null || !holdTheSame(unsorted.text, sorted.text))
      throw new Error('its includes can not be sorted apart from the rest');
    return formatted.slice(0, unsorted.start) + sorted.text + formatted.slice(unsorted.start + unsorted.text.length);
  };
}

const INCLUDE = /^[ \t]{0,20}#[ \t]{0,20}(?:include|import)\b[^\n]*$/gm;
const BESIDE_INCLUDES = /^(?:[ \t]*#[ \t]*(?:include|import)\b.*|[ \t]*|[ \t]*\/\/.*)$/;

/** The lines from the first include to the last; `null` without any. */
function includesOf(text: string): { start: number; text: string } | null {
  const found = [...text.matchAll(INCLUDE)];
  const [first] = found;
  const last = found.at(-1);
  if (first === undefined || last === undefined) return null;
  return { start: first.index, text: text.slice(first.index, last.index + last[0].length) };
}

/** The same lines in another order, and nothing but includes, comments and blank lines, or no difference at all. */
function holdTheSame(one: string, other: string): boolean {
  if (one === other) return true;
  const [left, right] = [one, other].map((text) => text.split('\n').filter((line) => line.trim() !== ''));
  const isPlain = [...(left ?? []), ...(right ?? [])].every((line) => BESIDE_INCLUDES.test(line));
  return isPlain && left?.toSorted().join('\n') === right?.toSorted().join('\n');
}
