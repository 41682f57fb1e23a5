import type { Diagnostic } from '../../diagnosis/types.ts';
import { isPlainPath } from '../../policy/gate/paths.ts';
import { MOST_FILES_MEANT, type Placed, placesOf, repositoryPath } from '../places/places.ts';
import type { Declined, FixSource } from '../types.ts';

/** As many as a patch may change. */
const MOST_FILES = 100;

/** Files that tests compare letter by letter with what a program does, so that even their layout counts. */
const RECORD =
  /(?:^|\/)(?:__snapshots__|__image_snapshots__|__recordings__|snapshots?|goldens?|golden[-_]?files?|approvals?|cassettes)\/|\.(?:snap|snapshot|ambr|golden)$|\.(?:approved|verified|expected|golden)\.\w{1,8}$/i;

/** The files that chosen diagnostics name, each once, as paths of the repository. */
export function namedFiles({ diagnosis }: FixSource, isChosen: (diagnostic: Diagnostic) => boolean): string[] {
  const paths = diagnosis.diagnostics.filter(isChosen).map(({ path }) => repositoryPath(path));
  return [...new Set(paths)].filter(isPlainPath);
}

/**
 * The named files as a commit has them; where a printed path may mean several, all of those, and their contents decide.
 * Declines when one file is not there: what is left alone stays red.
 */
export function presentFiles(
  tool: string,
  source: FixSource,
  isChosen: (diagnostic: Diagnostic) => boolean,
  paths: ReadonlySet<string>,
): string[] | Declined {
  const named = namedFiles(source, isChosen);
  if (named.length > MOST_FILES) {
    return { declined: `${tool} named ${named.length} files; Regreen formats at most ${MOST_FILES} at once.` };
  }
  const placed = placesOf(source, isChosen, paths);
  const files = [...new Set(placed.flatMap((one) => one.files))];
  const record = [...named, ...files].find((path) => RECORD.test(path));
  if (record !== undefined) return { declined: `${record} records what a test expects, to the letter.` };
  // Where some are named from the root, all are: the others are made in the job, whatever lies deeper under such a path.
  const isFromRoot = placed.some((one) => one.files.includes(one.printed));
  const missing = placed.filter((one) => (isFromRoot ? !one.files.includes(one.printed) : one.files.length === 0));
  if (placed.length === 0 || missing.length === placed.length) {
    return {
      declined: `None of the files that ${tool} named is in the repository under that path (${printedOf(placed)}).`,
    };
  }
  if (missing.length > 0) {
    return { declined: `${tool} also named files that the repository doesn't have (${printedOf(missing)}).` };
  }
  const vague = placed.find((one) => one.files.length > MOST_FILES_MEANT && one.preferred === null);
  if (vague || files.length > MOST_FILES) {
    const { printed, files: meant } = vague ?? (placed[0] as Placed);
    return { declined: `${tool} named ${printed}, which may be one of ${meant.length} files.` };
  }
  return files;
}

function printedOf(placed: readonly Placed[]): string {
  return placed
    .slice(0, 3)
    .map(({ printed }) => printed)
    .join(', ');
}

/** Whether a diagnostic speaks of a file, by the path that `presentFiles` gave it. */
export function names({ path }: Diagnostic, file: string): boolean {
  const printed = repositoryPath(path);
  return printed !== '' && (file === printed || file.endsWith(`/${printed}`));
}

/** The folders whose configuration counts for a file: its own and every one above it, the root first. */
export function foldersAbove(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return ['', ...parts.map((_, index) => `${parts.slice(0, index + 1).join('/')}/`)];
}

/** Which of the named configuration files a commit has in the folders of the given files and above them. */
export function configurationPaths(files: readonly string[], names: readonly string[], paths: ReadonlySet<string>): string[] {
  const folders = [...new Set(files.flatMap(foldersAbove))];
  return folders.flatMap((folder) => names.map((name) => folder + name)).filter((path) => paths.has(path));
}

/** The configuration that is nearest to a file: of the innermost folder that has one, the first by the order of names. */
export function nearest(path: string, names: readonly string[], has: (path: string) => boolean): string | null {
  for (const folder of foldersAbove(path).toReversed()) {
    const name = names.find((one) => has(folder + one));
    if (name !== undefined) return folder + name;
  }
  return null;
}

export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
