import { setFlagsFromString } from 'node:v8';

/**
 * From here on expressions are compiled when they are first used. V8 would interpret each the first time and compile it
 * the second, which is a third more work where more than a thousand of them are used again and again: nearly all of the
 * analyser's are. The flag is of the whole process, threads included.
 */
export function compileExpressionsAtOnce(): void {
  setFlagsFromString('--no-regexp-tier-up');
}
