import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What a step left in one of its command files is read up to here. GitHub limits a job's outputs to 1 MB; this is for memory. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** Source: "Step isolation and limits" of workflow commands in GitHub's documentation. */
const MAX_SUMMARY_BYTES = 1024 * 1024;

/** A file that the runner can't read. The message goes into the log, and the step fails. */
export class FileCommandError extends Error {
  readonly command: string;
  constructor(command: string, message: string) {
    super(message);
    this.name = 'FileCommandError';
    this.command = command;
  }
}

const KINDS = ['output', 'env', 'path', 'state', 'summary'] as const;
type Kind = (typeof KINDS)[number];

const VARIABLES: Readonly<Record<Kind, string>> = {
  output: 'GITHUB_OUTPUT',
  env: 'GITHUB_ENV',
  path: 'GITHUB_PATH',
  state: 'GITHUB_STATE',
  summary: 'GITHUB_STEP_SUMMARY',
};

/** The files through which one step talks to the runner; new ones for each step. */
export interface FileCommands {
  /** Variables that tell the step where its files are. */
  variables: Record<string, string>;
  files: Record<Kind, string>;
}

export async function createFileCommands(tempDirectory: string): Promise<FileCommands> {
  const folder = path.join(tempDirectory, '_runner_file_commands');
  await mkdir(folder, { recursive: true });
  const id = randomUUID();
  const file = (kind: Kind): string => path.join(folder, kind === 'summary' ? `step_summary_${id}` : `${prefixOf(kind)}_${id}`);
  const files = { output: file('output'), env: file('env'), path: file('path'), state: file('state'), summary: file('summary') };
  await Promise.all(Object.values(files).map((name) => writeFile(name, '')));
  return { files, variables: Object.fromEntries(KINDS.map((kind) => [VARIABLES[kind], files[kind]])) };
}

function prefixOf(kind: Kind): string {
  return kind === 'path' ? 'add_path' : kind === 'state' ? 'save_state' : `set_${kind}`;
}

export interface FileCommandResults {
  outputs: Map<string, string>;
  env: Map<string, string>;
  paths: string[];
  summary: string;
}

/** Reads what the step wrote. Throws FileCommandError. */
export async function readFileCommands({ files }: FileCommands): Promise<FileCommandResults> {
  const env = parseKeyValues('env', await readText('env', files.env));
  if ([...env.keys()].some((name) => name.toUpperCase() === 'NODE_OPTIONS')) {
    throw new FileCommandError('env', "Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
  }
  const paths = (await readText('path', files.path)).split(/\r?\n/).filter((line) => line !== '');
  const outputs = parseKeyValues('output', await readText('output', files.output));
  return { env, paths, outputs, summary: await readSummary(files.summary) };
}

async function readSummary(file: string): Promise<string> {
  const summary = await readText('step_summary', file);
  const kilobytes = Math.ceil(Buffer.byteLength(summary) / 1024);
  if (kilobytes * 1024 > MAX_SUMMARY_BYTES) {
    throw new FileCommandError(
      'step_summary',
      `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of ${MAX_SUMMARY_BYTES / 1024}k, got ${kilobytes}k. For more information see: https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-markdown-summary`,
    );
  }
  return summary;
}

/** A file that a step removed, or replaced by a link, counts as empty. */
async function readText(command: string, file: string): Promise<string> {
  // Not through links, and without waiting: a step may have put a pipe there.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW).catch(() => null);
  if (!handle) return '';
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new FileCommandError(command, `The file of '${command}' is no regular file.`);
    if (stat.size > MAX_FILE_BYTES)
      throw new FileCommandError(command, `The file of '${command}' is larger than ${MAX_FILE_BYTES} bytes.`);
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/** `name=value` lines, and `name<<DELIMITER` … `DELIMITER` for values of several lines. Throws FileCommandError. */
export function parseKeyValues(command: string, text: string): Map<string, string> {
  const values = new Map<string, string>();
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      if (equals === 0) throw new FileCommandError(command, `Invalid format '${line}'. Name must not be empty`);
      values.set(line.slice(0, equals), line.slice(equals + 1));
      continue;
    }
    if (heredoc < 0) throw new FileCommandError(command, `Invalid format '${line}'`);
    const name = line.slice(0, heredoc);
    const delimiter = line.slice(heredoc + 2);
    if (name === '' || delimiter === '') {
      throw new FileCommandError(command, `Invalid format '${line}'. Name must not be empty and delimiter must not be empty`);
    }
    const end = lines.indexOf(delimiter, at + 1);
    if (end < 0) throw new FileCommandError(command, `Invalid value. Matching delimiter not found '${delimiter}'`);
    values.set(name, lines.slice(at + 1, end).join('\n'));
    at = end;
  }
  return values;
}
