import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CommandProcessor } from '../log/commands.ts';
import { findExecutable } from './environment.ts';
import type { ProcessEnd } from './process.ts';
import type { JobSession } from './session.ts';
import { StepFault } from './step-fault.ts';

/** A `run:` step whose expressions have been evaluated. */
export interface ScriptRequest {
  script: string;
  shell: string | undefined;
  workingDirectory: string;
  /** As shown: what the workflow and the steps before have set. */
  env: ReadonlyMap<string, string>;
  environment: Readonly<Record<string, string>>;
  signal: AbortSignal;
  timeoutMs: number;
  output: CommandProcessor;
}

/** Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell */
const BUILT_IN: Readonly<Record<string, { format: string; extension: string }>> = {
  bash: { format: '--noprofile --norc -e -o pipefail {0}', extension: '.sh' },
  sh: { format: '-e {0}', extension: '.sh' },
  python: { format: '{0}', extension: '.py' },
  pwsh: { format: "-command . '{0}'", extension: '.ps1' },
};

/** Runs a script, and writes what the runner writes before it. Throws StepFault when it can't be started. */
export async function runScript(session: JobSession, request: ScriptRequest): Promise<ProcessEnd> {
  const { log, directories } = session;
  const shell = await resolveShell(request.shell, request.environment['PATH'] ?? '');
  log.group(`Run ${firstLine(request.script)}`, [
    ...request.script
      .replaceAll('\r\n', '\n')
      .replace(/\n+$/, '')
      .split('\n')
      .map((line) => `\u001b[36;1m${line}\u001b[0m`),
    `shell: ${shell.file} ${shell.format}`,
    ...environmentLines(request.env),
  ]);
  const scriptFile = path.join(directories.temp, `${randomUUID()}${shell.extension}`);
  await writeFile(scriptFile, request.script);
  const cwd = path.resolve(directories.workspace, request.workingDirectory);
  const end = await session.groups.run({
    file: shell.file,
    args: shell.format.split(/\s+/).map((argument) => argument.replaceAll('{0}', scriptFile)),
    cwd,
    env: request.environment,
    timeoutMs: request.timeoutMs,
    signal: request.signal,
    onLine: (line) => request.output.line(line),
  });
  if (end.kind === 'not-started') {
    // The words are .NET's, in which the runner is written.
    throw new StepFault(
      `An error occurred trying to start process '${shell.file}' with working directory '${cwd}'. ${end.message}`,
    );
  }
  return end;
}

/** The `env:` block of a step's head, when there is anything to show. */
export function environmentLines(env: ReadonlyMap<string, string>): string[] {
  return env.size === 0 ? [] : ['env:', ...[...env].map(([name, value]) => `  ${name}: ${value}`)];
}

/** The name of a step without one is `Run` and this. */
export function firstLine(script: string): string {
  return /[^\r\n]*/.exec(script.trimStart())?.[0] ?? '';
}

async function resolveShell(
  shell: string | undefined,
  searchPath: string,
): Promise<{ file: string; format: string; extension: string }> {
  if (!shell) {
    const bash = await findExecutable('bash', searchPath);
    return { file: bash ?? (await required('sh', searchPath)), format: '-e {0}', extension: '.sh' };
  }
  const [command = '', ...args] = shell.trim().split(/\s+/);
  const builtIn = Object.hasOwn(BUILT_IN, command) ? BUILT_IN[command] : undefined;
  const format = args.length > 0 ? args.join(' ') : (builtIn?.format ?? '');
  if (!format.includes('{0}')) {
    throw new StepFault(
      "Invalid shell option. Shell must be a valid built-in (bash, sh, cmd, powershell, pwsh) or a format string containing '{0}'",
    );
  }
  return { file: await required(command, searchPath), format, extension: builtIn?.extension ?? '' };
}

async function required(command: string, searchPath: string): Promise<string> {
  // GitHub's image has `python`; Debian and its kin name it `python3` only.
  const names = command === 'python' ? ['python', 'python3'] : [command];
  const found = await Promise.all(names.map((name) => findExecutable(name, searchPath)));
  const file = found.find((one) => one !== null) ?? null;
  if (file === null) throw new StepFault(`${command}: command not found`);
  return file;
}
