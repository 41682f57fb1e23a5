import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RunRequest } from '../contract.ts';
import { StepFault } from '../job/step-fault.ts';
import type { Action, ActionContext } from './action.ts';

/** `actions/checkout`, for real: git fetches from the repository and checks out. Always the whole history (`fetch-depth` is ignored). */
export const checkout: Action = {
  defaults: {
    repository: '',
    token: '***',
    'ssh-strict': 'true',
    'ssh-user': 'git',
    'persist-credentials': 'true',
    clean: 'true',
    'sparse-checkout-cone-mode': 'true',
    'fetch-depth': '1',
    'fetch-tags': 'false',
    'show-progress': 'true',
    lfs: 'false',
    submodules: 'false',
    'set-safe-directory': 'true',
  },
  async main(context) {
    const { session } = context;
    const { request, log, directories } = session;
    checkRepository(request, context.inputs.get('repository') ?? '');
    const folder = targetFolder(directories.workspace, context.inputs.get('path') ?? '');
    const git = await gitIn(context, folder);
    log.write(`Syncing repository: ${request.repository.owner}/${request.repository.name}`);
    log.write('##[group]Getting Git version info');
    log.write(`Working directory is '${folder}'`);
    await git(['version']);
    log.write('##[endgroup]');
    await mkdir(folder, { recursive: true });
    log.write(`Deleting the contents of '${folder}'`);
    await emptyFolder(folder);
    return fetchAndCheckOut(context, git, folder);
  },
  async post({ session, execute }) {
    session.log.write('Post job cleanup.');
    session.log.write('[command]/usr/bin/git version');
    await execute('git', ['version'], { onLine: (line) => session.log.write(line) });
  },
};

type Git = (args: readonly string[], shown?: readonly string[]) => Promise<string[]>;

async function fetchAndCheckOut(
  { session, inputs }: ActionContext,
  git: Git,
  folder: string,
): Promise<{ ref: string; commit: string }> {
  const { request, log } = session;
  const source = request.repository.gitDir;
  const url = `https://github.com/${request.repository.owner}/${request.repository.name}`;
  log.write('##[group]Initializing the repository');
  await git(['-c', 'init.defaultBranch=master', 'init', folder], ['init', folder]);
  await git(['remote', 'add', 'origin', url]);
  log.write('##[endgroup]');
  log.write('##[group]Fetching the repository');
  const target = await targetOf(request, inputs.get('ref') ?? '', git);
  const options = ['-c', 'protocol.version=2', 'fetch', '--no-tags', '--prune', '--no-recurse-submodules'];
  const refspec = `+${target.sha}:${target.remoteRef}`;
  await git([...options, '--quiet', source, refspec], [...options, 'origin', refspec]);
  log.write('##[endgroup]');
  log.write('##[group]Checking out the ref');
  const branch = target.branch === null ? [] : ['-B', target.branch];
  await git(['checkout', '--progress', '--force', ...branch, target.remoteRef]);
  log.write('##[endgroup]');
  // The action's later majors keep it in a file that this includes; what a step finds is the same.
  if (inputs.get('persist-credentials') !== 'false') {
    const token = Buffer.from(`x-access-token:${request.secrets['GITHUB_TOKEN'] ?? ''}`).toString('base64');
    await git(
      ['config', '--local', 'http.https://github.com/.extraheader', `AUTHORIZATION: basic ${token}`],
      ['config', '--local', 'http.https://github.com/.extraheader', 'AUTHORIZATION: basic ***'],
    );
  }
  const [commit = ''] = await git(['log', '-1', '--format=%H']);
  return { ref: request.event.ref, commit };
}

/** A git that writes its command and output into the log, as the action does. Rejects with StepFault when git fails. */
async function gitIn({ session, execute, environment }: ActionContext, folder: string): Promise<Git> {
  const { log, directories, request } = session;
  // As the action does: a home for git alone, so that a repository of another owner is trusted and no one's settings count.
  const home = path.join(directories.temp, randomUUID());
  await mkdir(home, { recursive: true });
  await writeFile(path.join(home, '.gitconfig'), '[safe]\n\tdirectory = *\n');
  const env = { ...environment, HOME: home, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_NOSYSTEM: '1' };
  return async (args, shown = args) => {
    log.write(`[command]/usr/bin/git ${shown.join(' ')}`);
    const lines: string[] = [];
    const onLine = (line: string): void => {
      // The bare repository's folder stands for GitHub.
      const text = line.replaceAll(
        request.repository.gitDir,
        `https://github.com/${request.repository.owner}/${request.repository.name}`,
      );
      lines.push(text);
      log.write(text);
    };
    const cwd = args[0] === 'version' ? directories.workspace : folder;
    const end = await execute('git', args, { cwd, env, onLine });
    if (end.kind === 'exited' && end.exitCode !== 0) {
      throw new StepFault(`The process '/usr/bin/git' failed with exit code ${end.exitCode}`);
    }
    return lines;
  };
}

interface Target {
  sha: string;
  remoteRef: string;
  /** The local branch to be on; null for a detached head (tags, commits, pull requests). */
  branch: string | null;
}

/** What to check out: the run's own commit, or what `ref:` names in the repository. */
async function targetOf(request: RunRequest, wanted: string, git: Git): Promise<Target> {
  if (wanted === '' || wanted === request.event.ref) return { sha: request.checkoutSha, ...localName(request.event.ref) };
  const { gitDir } = request.repository;
  for (const ref of [`refs/heads/${wanted}`, `refs/tags/${wanted}`, wanted]) {
    const shown = ['rev-parse', ref];
    const lines = await git(
      ['--git-dir', gitDir, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`],
      shown,
    ).catch((error: unknown) => {
      if (error instanceof StepFault) return [];
      throw error;
    });
    const sha = /^[0-9a-f]{40,64}$/.exec(lines[0] ?? '')?.[0];
    if (sha) return { sha, ...localName(ref) };
  }
  throw new StepFault(`A branch or tag with the name '${wanted}' could not be found`);
}

function localName(ref: string): { remoteRef: string; branch: string | null } {
  const branch = /^refs\/heads\/(.+)$/s.exec(ref)?.[1];
  if (branch !== undefined && !branch.startsWith('-')) return { remoteRef: `refs/remotes/origin/${branch}`, branch };
  const rest = /^refs\/(?:tags|pull)\/.+$/s.exec(ref)?.[0];
  return { remoteRef: rest?.replace(/^refs\/pull\//, 'refs/remotes/pull/') ?? 'refs/remotes/origin/detached', branch: null };
}

function checkRepository({ repository }: RunRequest, wanted: string): void {
  const own = `${repository.owner}/${repository.name}`;
  if (wanted !== '' && wanted.toLowerCase() !== own.toLowerCase()) {
    throw new StepFault(`Not Found - the sandbox's runner checks out the run's own repository only, not '${wanted}'`);
  }
}

function targetFolder(workspace: string, relative: string): string {
  const folder = path.resolve(workspace, relative);
  if (folder !== workspace && !folder.startsWith(workspace + path.sep)) {
    throw new StepFault(`Repository path '${folder}' is not under '${workspace}'`);
  }
  return folder;
}

async function emptyFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}
