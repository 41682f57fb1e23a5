import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the bench's own lock file puts the real tools of npm. */
const NPM_TOOLS = fileURLToPath(new URL('./tools/', import.meta.url));
export const NPM_TOOL_PATH = join(NPM_TOOLS, 'node_modules', '.bin');

/** Where Linux distributions put theirs. The runner of the sandbox looks in the same places. */
const SYSTEM_PATHS = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Packages of Debian 12 that have the programs which scenarios name. */
export const DEBIAN_PACKAGES: Readonly<Record<string, string>> = {
  black: 'black',
  clang: 'clang',
  'clang-format': 'clang-format',
  cargo: 'cargo',
  flake8: 'flake8',
  gcc: 'gcc',
  'g++': 'g++',
  go: 'golang-go',
  gofmt: 'golang-go',
  isort: 'isort',
  javac: 'default-jdk-headless',
  make: 'make',
  mypy: 'mypy',
  pylint: 'pylint',
  pytest: 'python3-pytest',
  'pytest-3': 'python3-pytest',
  python3: 'python3',
  rustc: 'rustc',
  rustfmt: 'rustfmt',
  shellcheck: 'shellcheck',
  shfmt: 'shfmt',
  'trailing-whitespace-fixer': 'pre-commit-hooks',
  yamllint: 'yamllint',
};

/** Installs the tools of npm from the lock file, unless they are there. */
export async function ensureNpmTools(say: (text: string) => void): Promise<void> {
  if (await isExecutable(join(NPM_TOOL_PATH, 'prettier'))) return;
  say('installing the tools of bench/fix/tools (npm ci)');
  await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], NPM_TOOLS);
}

/** Installs packages of Debian; needs root. */
export async function installDebianPackages(packages: readonly string[], say: (text: string) => void): Promise<void> {
  if (packages.length === 0) return;
  say(`installing ${packages.join(', ')} (apt-get)`);
  await run('apt-get', ['update', '-qq'], '/');
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], '/');
}

/** The programs among these that are nowhere on the path of a workflow's steps. */
export async function missingTools(tools: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    tools.map((tool) => Promise.all([NPM_TOOL_PATH, ...SYSTEM_PATHS].map((at) => isExecutable(join(at, tool))))),
  );
  return tools.filter((_, index) => !found[index]?.includes(true));
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  const path = [...SYSTEM_PATHS, process.env['PATH'] ?? ''].join(delimiter);
  const child = spawn(command, args, {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PATH: path, DEBIAN_FRONTEND: 'noninteractive' },
  });
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with status ${status}`);
}
