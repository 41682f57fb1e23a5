import { type ParseError, parse as parseJsonc } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { parseAllDocuments } from 'yaml';
import type { Declined, Fixer, FixInput, FixResult } from '../types.ts';
import { grammarOf, parserFor } from './parser.ts';

/** Grammars that no fixer needs, by the endings of files. */
const FURTHER_GRAMMARS: Readonly<Record<string, string>> = {
  rb: 'ruby',
  php: 'php',
  cs: 'c-sharp',
  sh: 'bash',
  bash: 'bash',
  css: 'css',
};

/** Says whether a text is well formed; throws or answers `false` when it is not. */
type IsWellFormed = (text: string) => boolean;

/**
 * Changes nothing: looks whether files that were well formed still are. It works like a fixer so that it runs where they do,
 * in a watched process, for a change may be written to keep a parser busy. `targets` are the files as they shall be,
 * `context` those that were there before.
 */
export const syntaxCheck: Fixer = {
  id: 'syntax-check',
  tool: 'syntax-check',
  version: '1',
  applies: () => false,
  plan: () => ({ declined: 'It changes nothing.' }),
  fix: checkFiles,
};

async function checkFiles({ targets, context }: FixInput): Promise<FixResult | Declined> {
  for (const [path, after] of Object.entries(targets)) {
    const isWellFormed = await checkFor(path);
    const before = context[path];
    if (isWellFormed === null || holds(isWellFormed, after)) continue;
    // What the parser did not understand before says nothing of the change.
    if (before === undefined || holds(isWellFormed, before)) return { declined: `${path} would have a syntax error.` };
  }
  return { edits: [], skipped: [] };
}

function holds(isWellFormed: IsWellFormed, text: string): boolean {
  try {
    return isWellFormed(text);
  } catch {
    return false;
  }
}

async function checkFor(path: string): Promise<IsWellFormed | null> {
  const ending = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  if (ending === 'json') return isJson;
  if (ending === 'jsonc' || ending === 'json5') return isJsonWithComments;
  if (ending === 'yml' || ending === 'yaml') return isYaml;
  if (ending === 'toml') return isToml;
  const grammar = grammarOf(path) ?? FURTHER_GRAMMARS[ending];
  if (grammar === undefined) return null;
  const parse = await parserFor(grammar);
  return (text) => parse(text) !== null;
}

function isJson(text: string): boolean {
  JSON.parse(text);
  return true;
}

function isJsonWithComments(text: string): boolean {
  const errors: ParseError[] = [];
  parseJsonc(text, errors, { allowTrailingComma: true });
  return errors.length === 0;
}

function isYaml(text: string): boolean {
  return parseAllDocuments(text).every((document) => document.errors.length === 0);
}

function isToml(text: string): boolean {
  parseToml(text);
  return true;
}
