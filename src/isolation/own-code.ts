import { registerHooks } from 'node:module';

/** A configuration of a repository tried to have a program loaded. */
export class ForeignCodeError extends Error {
  override readonly name = 'ForeignCodeError';
}

/**
 * From here on this process loads programs only from Regreen's source and the packages it comes with. Some tools load
 * what a configuration names (`"data:text/javascript,…"` as the whole of a .prettierrc.json5 is a program), and a check of
 * every configuration beforehand would have to read each format exactly as the tool does.
 * @param folders those that may be loaded from, as addresses that end with a slash
 */
export function loadOnlyOwnCode(folders: readonly string[]): void {
  registerHooks({
    resolve(specifier, context, next) {
      const found = foundBy(() => next(specifier, context));
      if (found && (found.url.startsWith('node:') || folders.some((folder) => found.url.startsWith(folder)))) return found;
      throw new ForeignCodeError('The configuration wants a program to be loaded, and Regreen runs no code of the repository.');
    },
  });
}

/** `null` for a file that this process may not so much as look for. */
function foundBy<T>(resolve: () => T): T | null {
  try {
    return resolve();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_ACCESS_DENIED') return null;
    throw error;
  }
}
