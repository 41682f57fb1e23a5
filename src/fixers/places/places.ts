import type { Diagnostic } from '../../diagnosis/types.ts';
import { isPlainPath } from '../../policy/gate/paths.ts';
import type { Declined, FixSource } from '../types.ts';

/** A path that a tool printed, and the files that it may mean: tools name files from the folder in which they ran. */
export interface Placed {
  printed: string;
  /** One where it is certain. */
  files: string[];
  /** The one of them that lies in the only folder in which all printed paths are files. */
  preferred: string | null;
  /** In so many lines of the log. */
  mentions: number;
}

/** A printed path may mean so many files; each of them is looked at. */
export const MOST_FILES_MEANT = 24;

/** A tool's path as a path of the repository; empty where there is none. */
export function repositoryPath(path: string | null): string {
  return (path ?? '').replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
}

/**
 * The files that a printed path may mean: below the folder in which the workflow says that the step works, or from the root,
 * or any that ends so.
 */
export function filesMeant(printed: string, { workflow }: FixSource, paths: ReadonlySet<string>): string[] {
  const path = repositoryPath(printed);
  if (!isPlainPath(path)) return [];
  const below = [...paths].filter((one) => one === path || one.endsWith(`/${path}`));
  for (const folders of [workflow?.stepFolders ?? [], workflow?.folders ?? []]) {
    const told = below.filter((one) => folders.some((folder) => fits(folder, folderOf(one, path))));
    if (told.length > 0) return ofLeg(told, path, folders, workflow?.jobName ?? '');
  }
  return paths.has(path) ? [path] : below;
}

/** All paths that a log prints of files that are wrong. */
export function pathsNamed({ diagnosis, printedDiffs }: FixSource): string[] {
  const inDiffs = printedDiffs.flatMap(({ text }) =>
    [...text.matchAll(/^\+\+\+ (?:b\/)?([^\t\n]{1,500})/gm)].map(([, path = '']) => path),
  );
  return [...diagnosis.diagnostics.flatMap(({ path }) => (path === null ? [] : [path])), ...inDiffs];
}

/** Whether several files end as a printed path does, so that the folder in which the step works is worth a look. */
export function isAmbiguous(printed: readonly string[], paths: ReadonlySet<string>): boolean {
  const names = new Set(printed.map(repositoryPath).filter((path) => path !== ''));
  const seen = new Set<string>();
  for (const path of paths) {
    for (let at = 0; at >= 0; at = nextPart(path, at)) {
      const end = path.slice(at);
      if (!names.has(end)) continue;
      if (seen.has(end)) return true;
      seen.add(end);
    }
  }
  return false;
}

function nextPart(path: string, from: number): number {
  const slash = path.indexOf('/', from);
  return slash < 0 ? -1 : slash + 1;
}

/** Without the `/` at its end; empty for the root. */
function folderOf(file: string, printed: string): string {
  return file.slice(0, Math.max(0, file.length - printed.length - 1));
}

/** Each path that chosen diagnostics name, once, with the files that it may mean. */
export function placesOf(source: FixSource, isChosen: (diagnostic: Diagnostic) => boolean, paths: ReadonlySet<string>): Placed[] {
  const named = source.diagnosis.diagnostics.filter(isChosen).map(({ path }) => repositoryPath(path));
  return placed(named.filter(isPlainPath), source, paths);
}

/** Each printed path once, with the files that it may mean. */
export function placed(printed: readonly string[], source: FixSource, paths: ReadonlySet<string>): Placed[] {
  const mentions = Map.groupBy(printed.map(repositoryPath), (path) => path);
  const found = [...mentions].map(([path, all]) => ({
    printed: path,
    files: filesMeant(path, source, paths),
    mentions: all.length,
  }));
  const folder = commonFolder(found);
  return found.map((one) => {
    const preferred = folder === '' ? one.printed : `${folder}/${one.printed}`;
    return { ...one, preferred: folder !== null && one.files.includes(preferred) ? preferred : null };
  });
}

/** All files that printed paths may mean; says why where one has none, or too many. */
export function filesOf(places: readonly Placed[]): string[] | Declined {
  const missing = places.find(({ files }) => files.length === 0);
  if (missing) return { declined: `${missing.printed.slice(0, 120)} is not in the repository.` };
  const vague = places.find(({ files }) => files.length > MOST_FILES_MEANT);
  if (vague) return { declined: `${vague.printed.slice(0, 120)} may be one of ${vague.files.length} files.` };
  return [...new Set(places.flatMap(({ files }) => files))];
}

/** The one file of those that a path may mean that a change fits. */
export function fittingFile<T extends object>(
  { printed, files, preferred }: Placed,
  resultOf: (file: string) => T | Declined,
): { file: string; result: T } | Declined {
  const results = files.map((file) => ({ file, result: resultOf(file) }));
  const fitting = results.flatMap(({ file, result }) => ('declined' in result ? [] : [{ file, result: result as T }]));
  const wanted = fitting.find(({ file }) => file === preferred) ?? fitting[0];
  if (wanted && (fitting.length === 1 || wanted.file === preferred)) return wanted;
  if (wanted)
    return {
      declined: `${printed} may be ${fitting
        .map(({ file }) => file)
        .slice(0, 3)
        .join(' or ')}.`,
    };
  const [first] = results;
  return {
    declined: first && 'declined' in first.result ? String(first.result.declined) : `${printed} is not in the repository.`,
  };
}

/** The only folder in which all printed paths are files. One path alone has a folder for each file that it may mean. */
function commonFolder(placed: readonly Pick<Placed, 'printed' | 'files'>[]): string | null {
  const [first, ...others] = placed.map(({ printed, files }) => new Set(files.map((file) => folderOf(file, printed))));
  const [folder, another] = [...(first ?? [])].filter((one) => others.every((folders) => folders.has(one)));
  return another === undefined ? (folder ?? null) : null;
}

/** A folder as a workflow writes it, with `*` for what its expressions stand for. */
function fits(pattern: string, folder: string): boolean {
  return expressionOf(pattern).test(folder);
}

function expressionOf(pattern: string): RegExp {
  const pieces = pattern.slice(0, 500).split('*').slice(0, 5);
  return new RegExp(`^${pieces.map((piece) => piece.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')).join('([^/]+(?:/[^/]+){0,4})')}$`);
}

/** Of a matrix, the leg whose name says the folder: `format (shop)` works in `apps/shop`. */
function ofLeg(files: string[], printed: string, folders: readonly string[], jobName: string): string[] {
  const values = new Set(jobName.split(/[\s(),]+/));
  const named = files.filter((file) =>
    folders.some((pattern) => {
      const [, ...captures] = expressionOf(pattern).exec(folderOf(file, printed)) ?? [];
      return captures.length > 0 && captures.every((value) => values.has(value));
    }),
  );
  return named.length > 0 ? named : files;
}
