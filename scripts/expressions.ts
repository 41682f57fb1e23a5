import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { parseAst } from 'vite';

const DIAGNOSIS = join(import.meta.dirname, '../src/diagnosis');

/** What `recheck` found, by `keyOf` an expression; written by `npm run recheck`. */
export const VERDICTS_FILE = join(import.meta.dirname, '../test/fixtures/recheck.json');

export type Verdicts = Record<string, Verdict>;

export interface Verdict {
  is: 'safe' | 'polynomial' | 'exponential' | 'unknown';
  /** It could not tell in so many seconds. */
  seconds?: number;
  /** Of a polynomial. */
  degree?: number;
  /** It could only tell when counts (`{1,500}`) were taken for `+` and `*`, which are never less work. */
  ofUnbounded?: true;
  /** `prefix` and `pump` of each part, the pumps to be repeated, then `suffix`. */
  attack?: { parts: { prefix: string; pump: string }[]; suffix: string };
}

/** A regular expression of the analyser, and where it stands. */
export interface Expression {
  /** Below `src/diagnosis/`. */
  readonly file: string;
  readonly source: string;
  readonly flags: string;
}

export function keyOf({ source, flags }: Pick<Expression, 'source' | 'flags'>): string {
  return createHash('sha256').update(`/${source}/${flags}`).digest('hex').slice(0, 20);
}

/**
 * All regular expressions of `src/diagnosis/`, without a list that somebody would have to keep: the literals are found by
 * a parser, and what is made by `new RegExp` is caught while the modules load.
 */
export async function expressionsOfDiagnosis(): Promise<Expression[]> {
  const files = readdirSync(DIAGNOSIS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const literals = files.sort().flatMap(literalsOf);
  return [...literals, ...(await constructedOnes(files))];
}

function literalsOf(file: string): Expression[] {
  const code = stripTypeScriptTypes(readFileSync(join(DIAGNOSIS, file), 'utf8'));
  const found: Expression[] = [];
  walk(parseAst(code), (node) => {
    const regex = node['regex'] as { pattern: string; flags: string } | undefined;
    if (node['type'] === 'Literal' && regex) found.push({ file, source: regex.pattern, flags: regex.flags });
  });
  return found;
}

function walk(value: unknown, visit: (node: Record<string, unknown>) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) visit(value as Record<string, unknown>);
  for (const child of Object.values(value)) walk(child, visit);
}

/** Loads the modules anew, so that it doesn't matter who has loaded them before. */
async function constructedOnes(files: readonly string[]): Promise<Expression[]> {
  const found: Expression[] = [];
  const original = globalThis.RegExp;
  let loading = '';
  globalThis.RegExp = new Proxy(original, {
    construct(target, args: [string, string?]) {
      const made = new target(...args);
      // The loader makes expressions too; only what the module itself makes counts.
      if (new Error().stack?.includes('/src/diagnosis/')) found.push({ file: loading, source: made.source, flags: made.flags });
      return made;
    },
  });
  try {
    for (const file of files) {
      loading = file;
      await import(`${join(DIAGNOSIS, file)}?expressions`);
    }
  } finally {
    globalThis.RegExp = original;
  }
  return found;
}
