import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the bench's own lock file puts the real tools of npm. */
const NPM_TOOLS = fileURLToPath(new URL('./tools/', import.meta.url));
const NPM_TOOL_PATH = join(NPM_TOOLS, 'node_modules', '.bin');

/** Where `requirements.txt` of the same folder puts those that only PyPI has. */
const PYTHON_TOOLS = join(NPM_TOOLS, 'python');

/** Put before the machine's own folders in every step of a workflow. */
export const TOOL_PATHS: readonly string[] = [NPM_TOOL_PATH, join(PYTHON_TOOLS, 'bin')];

/** Where Linux distributions put theirs. The runner of the sandbox looks in the same places. */
const SYSTEM_PATHS = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Packages of Debian 12 that have the programs which scenarios name. */
const DEBIAN_PACKAGES: Readonly<Record<string, string>> = {
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
  'pre-commit': 'pre-commit',
  pylint: 'pylint',
  pytest: 'python3-pytest',
  'pytest-3': 'python3-pytest',
  python3: 'python3',
  rustc: 'rustc',
  rustfmt: 'rustfmt',
  shellcheck: 'shellcheck',
  shfmt: 'shfmt',
  yamllint: 'yamllint',
};

/** Programs of `requirements.txt`. */
const PYPI_TOOLS: ReadonlySet<string> = new Set(['ruff']);

/** Installs the tools of npm from the lock file, unless they are there and as old as it at most. */
export async function ensureNpmTools(say: (text: string) => void): Promise<void> {
  const [wanted, installed] = await Promise.all([
    stat(join(NPM_TOOLS, 'package-lock.json')),
    stat(join(NPM_TOOLS, 'node_modules', '.package-lock.json')).catch(() => null),
  ]);
  if (installed && installed.mtimeMs >= wanted.mtimeMs) return;
  say('installing the tools of bench/fix/tools (npm ci)');
  await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], NPM_TOOLS);
}

/** Installs these programs: packages of Debian, which needs root, and of PyPI, which needs its pip. */
export async function installTools(tools: readonly string[], say: (text: string) => void): Promise<void> {
  await installDebianPackages(debianPackagesOf(tools), say);
  if (!tools.some((tool) => PYPI_TOOLS.has(tool))) return;
  say('installing the tools of bench/fix/tools/requirements.txt (pip)');
  const requirements = join(NPM_TOOLS, 'requirements.txt');
  const options = ['--quiet', '--disable-pip-version-check', '--no-deps', '--require-hashes', '--upgrade'];
  await run('python3', ['-m', 'pip', 'install', ...options, '--target', PYTHON_TOOLS, '-r', requirements], NPM_TOOLS);
}

/** The packages of Debian that have these programs. */
export function debianPackagesOf(tools: readonly string[]): string[] {
  return [...new Set(tools.flatMap((tool) => DEBIAN_PACKAGES[tool] ?? []))];
}

async function installDebianPackages(packages: readonly string[], say: (text: string) => void): Promise<void> {
  if (packages.length === 0) return;
  say(`installing ${packages.join(', ')} (apt-get)`);
  await run('apt-get', ['update', '-qq'], '/');
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], '/');
}

/** The programs among these that are nowhere on the path of a workflow's steps. */
export async function missingTools(tools: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    tools.map((tool) => Promise.all([...TOOL_PATHS, ...SYSTEM_PATHS].map((at) => isExecutable(join(at, tool))))),
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
  const path = [process.env['PATH'] ?? '', ...SYSTEM_PATHS].join(delimiter);
  const child = spawn(command, args, {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PATH: path, DEBIAN_FRONTEND: 'noninteractive' },
  });
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with status ${status}`);
}
