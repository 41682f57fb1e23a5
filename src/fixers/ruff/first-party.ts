/** More names than a message to the fixer should carry. */
const MOST_PRESENT = 5_000;

/**
 * What ruff looks at to tell a project's own modules from those of others: folders and modules at the top or one below, and
 * where packages begin. `null` when there are too many.
 */
export function presentModules(paths: ReadonlySet<string>): string[] | null {
  const found = new Set<string>();
  for (const path of paths) {
    const parts = path.split('/');
    if (parts.length > 1) found.add(`${parts[0]}/`);
    if (parts.length > 2) found.add(`${parts[0]}/${parts[1]}/`);
    if (/\.pyi?$/.test(path) && (parts.length <= 2 || path.endsWith('/__init__.py'))) found.add(path);
    if (found.size > MOST_PRESENT) return null;
  }
  return [...found];
}

/**
 * The names of modules that count as a file's own project's. ruff finds them on the disk, which its engine here can't see.
 * @param sources folders that hold packages, such as `.` and `src`, relative to the configuration's folder
 */
export function firstParty(file: string, folder: string, sources: readonly string[], present: readonly string[]): string[] {
  const roots = sources.map((source) => folder + (source === '.' ? '' : `${source.replace(/^\.\//, '').replace(/\/$/, '')}/`));
  const names = present.flatMap((path) => roots.flatMap((root) => nameBelow(root, path)));
  return [...new Set([...names, ...ownPackage(file, new Set(present))])];
}

function nameBelow(root: string, path: string): string[] {
  if (!path.startsWith(root)) return [];
  const name = /^([A-Za-z_]\w*)(?:\/|\.pyi?$)/.exec(path.slice(root.length))?.[1];
  return name === undefined ? [] : [name];
}

/** The topmost package that a file is in. */
function ownPackage(file: string, present: ReadonlySet<string>): string[] {
  const folders = file.split('/').slice(0, -1);
  let top: string | undefined;
  for (let depth = folders.length; depth > 0; depth--) {
    if (!present.has(`${folders.slice(0, depth).join('/')}/__init__.py`)) break;
    top = folders[depth - 1];
  }
  return top === undefined ? [] : [top];
}
