import { createHash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import path from 'node:path';
import { compileGlob, type Glob, matchesGlob, PatternError } from '../workflow/glob.ts';
import { ExpressionFault } from './fault.ts';

/** Bounds of the sandbox's own: a hostile pattern may select the whole workspace. */
const MAX_FILES = 50_000;
const MAX_BYTES = 512 * 1024 * 1024;

/**
 * The `hashFiles` function: the SHA-256 of the SHA-256s of all files of the workspace that the patterns select, in
 * hexadecimal, or nothing when there is none. Links are not followed. Throws ExpressionFault.
 * Source: https://docs.github.com/actions/reference/workflows-and-actions/expressions#hashfiles
 */
export function hashFiles(workspace: string, patterns: readonly string[]): string {
  const selects = selector(patterns.flatMap((text) => text.split('\n')));
  const files = [...walk(workspace, '')].filter(selects).sort();
  if (files.length === 0) return '';
  const total = createHash('sha256');
  let budget = MAX_BYTES;
  for (const file of files) {
    const { digest, size } = hashFile(path.join(workspace, file), budget);
    budget -= size;
    total.update(digest);
  }
  return total.digest('hex');
}

function selector(patterns: readonly string[]): (file: string) => boolean {
  const compiled = patterns
    .map((text) => text.trim())
    .filter((text) => text !== '' && !text.startsWith('#'))
    .map((text) => ({ negated: text.startsWith('!'), glob: compile(text.replace(/^!/, '')) }));
  return (file) => compiled.reduce((selected, { negated, glob }) => (matchesGlob(glob, file) ? !negated : selected), false);
}

function compile(pattern: string): Glob {
  try {
    return compileGlob(pattern.replace(/^(?:\.?\/)+/, ''), { questionMark: 'shell' });
  } catch (error) {
    if (error instanceof PatternError) throw new ExpressionFault(`hashFiles: ${error.message}`);
    throw error;
  }
}

/** Relative paths of all plain files below the folder. Throws ExpressionFault when there are too many. */
function* walk(root: string, folder: string, count = { files: 0 }): Generator<string> {
  for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(root, name, count);
    else if (entry.isFile()) {
      if (++count.files > MAX_FILES) throw new ExpressionFault(`hashFiles: more than ${MAX_FILES} files in the workspace`);
      yield name;
    }
  }
}

function hashFile(file: string, budget: number): { digest: Buffer; size: number } {
  const { size } = lstatSync(file);
  if (size > budget) throw new ExpressionFault(`hashFiles: the files selected are larger than ${MAX_BYTES} bytes together`);
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(64 * 1024);
  const descriptor = openSync(file, 'r');
  try {
    for (let read = readSync(descriptor, chunk); read > 0; read = readSync(descriptor, chunk))
      hash.update(chunk.subarray(0, read));
  } finally {
    closeSync(descriptor);
  }
  return { digest: hash.digest(), size };
}
