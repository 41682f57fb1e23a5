import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { githubContext, runnerArchitecture } from '../expressions/contexts.ts';
import { eventPath, type JobSession } from './session.ts';

/** Where a Linux machine has its tools. Not this process's PATH: nothing of its environment reaches a step. */
const SYSTEM_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/**
 * The whole environment of a step: the machine's, then what the workflow sets, then what the runner always sets.
 * Source: https://docs.github.com/actions/reference/workflows-and-actions/variables#default-environment-variables
 */
export function stepEnvironment(
  session: JobSession,
  env: ReadonlyMap<string, string>,
  files: Readonly<Record<string, string>>,
): Record<string, string> {
  const { home } = session.directories;
  return {
    HOME: home,
    LANG: 'C.UTF-8',
    USER: 'runner',
    SHELL: '/bin/bash',
    CI: 'true',
    ...Object.fromEntries(env),
    PATH: [...session.addedPaths.toReversed(), env.get('PATH') ?? [...session.request.toolPaths, ...SYSTEM_PATH].join(':')].join(
      ':',
    ),
    ...runnerVariables(session),
    ...githubVariables(session),
    ...files,
  };
}

function runnerVariables({ directories, trackingId }: JobSession): Record<string, string> {
  return {
    RUNNER_ARCH: runnerArchitecture(),
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'GitHub Actions 1',
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: directories.temp,
    RUNNER_TOOL_CACHE: directories.toolCache,
    RUNNER_TRACKING_ID: trackingId,
    RUNNER_WORKSPACE: path.dirname(directories.workspace),
  };
}

/** Properties of the `github` context that are no variables of their own, or hold a secret. */
const NOT_EXPORTED = new Set(['event', 'token', 'repositoryUrl', 'secret_source']);

function githubVariables({ request, plan, directories }: JobSession): Record<string, string> {
  const properties = Object.entries(githubContext(request)).filter(([name]) => !NOT_EXPORTED.has(name));
  return {
    ...Object.fromEntries(properties.map(([name, value]) => [`GITHUB_${name.toUpperCase()}`, String(value)])),
    GITHUB_ACTION: '__run',
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_PATH: eventPath(directories),
    GITHUB_JOB: plan.key,
    GITHUB_WORKSPACE: directories.workspace,
  };
}

/** The file that a command name stands for, or null when PATH has none. */
export async function findExecutable(command: string, searchPath: string): Promise<string | null> {
  const candidates = command.includes('/') ? [command] : searchPath.split(':').map((folder) => path.join(folder, command));
  for (const candidate of candidates) {
    const isExecutable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable && path.isAbsolute(candidate)) return candidate;
  }
  return null;
}
