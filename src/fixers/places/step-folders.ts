import { isMap } from 'yaml';
import { type JobNode, jobsOf, readWorkflow, scalarAt, stepsOf } from '../workflow-files/workflow-text.ts';

/** Where the failed steps of a job work; `*` stands for what an expression stands for, and the root is empty. */
export interface StepFolders {
  /** Into which the steps' own commands go: `cd web`, `make -C web`. */
  stepFolders: string[];
  /** As `working-directory` says. */
  folders: string[];
}

const NOWHERE: StepFolders = { stepFolders: [], folders: [] };

/** `cd web &&`, `make -C web`, `npm --prefix web`, `yarn --cwd web`, `pnpm --dir web`, `cargo --manifest-path web/Cargo.toml`. */
const GOES_TO =
  /(?:^|[\s;&|(])(?:(?:cd|pushd)[ \t]+|(?:make|gmake|pnpm|poetry|git|ninja)[ \t]+(?:-[a-z-]+[ \t]+){0,3}(?:-C|--dir|--directory)[ =]|npm[ \t]+(?:[\w:-]+[ \t]+){0,3}--prefix[ =]|yarn[ \t]+--cwd[ =]|(?:uv|poetry)[ \t]+(?:run[ \t]+)?--(?:directory|project)[ =]|pnpm[ \t]+(?:--filter|-F)[ =](?=["']?\.\/))["']?(?<folder>[^\s"';&|()]{1,200})/gm;

/**
 * Reads where the failed steps of a job work.
 * @param jobName as GitHub shows it: the job's name, and a matrix's values behind it
 * @param commands the first lines of the failed steps' commands, as the log shows them
 */
export function stepFoldersIn(text: string, jobName: string, commands: readonly string[]): StepFolders {
  const workflow = readWorkflow(text);
  if (!workflow) return NOWHERE;
  const jobs = jobsOf(workflow).filter((job) => isShownAs(job, jobName));
  const [job] = jobs;
  if (!job || jobs.length !== 1) return NOWHERE;
  const fallback = defaultFolder(job.map) ?? defaultFolder(workflow.document.contents) ?? '';
  const steps = stepsOf(job).filter((step) => scalarAt(step, 'run') !== undefined);
  const failed = steps.filter((step) => commands.some((command) => isCommandOf(String(scalarAt(step, 'run')?.value), command)));
  const found: StepFolders = { stepFolders: [], folders: [] };
  for (const step of failed.length > 0 ? failed : steps) {
    const own = scalarAt(step, 'working-directory')?.value;
    const folder = plainFolder(own === undefined ? fallback : String(own));
    if (folder === null) continue;
    found.folders.push(folder);
    found.stepFolders.push(...foldersGoneTo(String(scalarAt(step, 'run')?.value), folder));
  }
  return { stepFolders: [...new Set(found.stepFolders)], folders: [...new Set(found.folders)] };
}

/** Whether GitHub may show a job of the workflow file by that name. */
export function isShownAs({ key, map }: JobNode, shown: string): boolean {
  const name = String(map.get('name') ?? key);
  if (!name.includes('${{')) return shown === name || shown.startsWith(`${name} (`);
  return patternOf(name).test(shown);
}

/** An expression may have become anything. */
function patternOf(text: string): RegExp {
  const pieces = text
    .slice(0, 500)
    .split(/\$\{\{(?:(?!\}\})[\s\S]){0,300}\}\}/)
    .slice(0, 6);
  return new RegExp(`^${pieces.map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
}

function isCommandOf(run: string, command: string): boolean {
  const [first = ''] = run.trimStart().split('\n');
  return first.trim() !== '' && patternOf(first.trimEnd()).test(command.trimEnd());
}

function defaultFolder(map: unknown): string | undefined {
  const defaults = isMap(map) ? map.get('defaults', true) : undefined;
  const run = isMap(defaults) ? defaults.get('run', true) : undefined;
  const value = isMap(run) ? scalarAt(run, 'working-directory')?.value : undefined;
  return value === undefined || value === null ? undefined : String(value);
}

/** As a path of the repository; `null` where it leaves it. */
function plainFolder(written: string): string | null {
  const text = written
    .replaceAll(/\$\{\{(?:(?!\}\})[\s\S]){0,300}\}\}/g, (expression) => (/\bgithub\.workspace\b/.test(expression) ? '.' : '*'))
    .replaceAll('\\', '/');
  const parts: string[] = [];
  for (const part of text.split('/')) {
    if (part === '..' && parts.pop() === undefined) return null;
    if (part !== '..' && part !== '.' && part !== '') parts.push(part);
  }
  return text.startsWith('/') ? null : parts.join('/');
}

function foldersGoneTo(run: string, from: string): string[] {
  return [...run.slice(0, 10_000).matchAll(GOES_TO)].flatMap(({ groups }) => {
    const to = (groups?.['folder'] ?? '').replace(/\/Cargo\.toml$/, '');
    const folder = to.startsWith('$') ? null : plainFolder(`${from}/${to}`.replace(/^\//, ''));
    return folder === null ? [] : [folder];
  });
}
