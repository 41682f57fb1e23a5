/**
 * Builds the GitHub Action: `dist/action`, one folder that needs no install. Our sources and what is plain JavaScript become a
 * few files; packages that load WASM or parts of themselves by their own place lie beside them as they are, their WASM packed.
 * `--check` says whether the folder is what these sources make.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompressSync } from 'node:zlib';
import { build, type Metafile, type OutputFile, type PluginBuild } from 'esbuild';
import { ENGINES } from '../src/fixers/engines.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
export const ACTION_FOLDER: string = join(root, 'dist', 'action');

/** Engines that are plain JavaScript, in one file or many that name one another. */
const BUNDLED: ReadonlySet<string> = new Set(['jsonc-parser', 'smol-toml', 'yaml']);
/** Packages that are not bundled. */
const AS_THEY_ARE = [...ENGINES.filter((name) => !BUNDLED.has(name)), '@vscode/tree-sitter-wasm'];

/**
 * What nobody loads: types, maps, documents; prettier for browsers; the tools' own command lines; grammars that only the check
 * of what a coding agent proposes needs, and an action asks none.
 */
const UNUSED: readonly RegExp[] = [
  /(?<!NOTICES)\.(?:d\.[cm]?ts|map|md|markdown|flow|py|tgz|bak)$/,
  /\/prettier(?:-3-3)?\/(?:bin|standalone|doc|plugins\/[\w-]+)(?:\.js|\/|\.cjs)/,
  /\/prettier(?:-3-3)?\/internal\/(?:[\w-]+-)?cli\.mjs$/,
  /\/(?:git-clang-format|clang-format-(?:cli|web|vite)\b.*)$/,
  /\/tree-sitter-(?:bash|c-sharp|css|ini|php|powershell|regex|ruby)\.wasm$/,
];

interface Manifest {
  version: string;
  /** Name and version of each package that lies beside. */
  packages: Record<string, string>;
  /** Hashes of the files that were made. */
  files: Record<string, string>;
}

/** Bundles, and writes nothing. */
async function bundle(): Promise<{ outputs: OutputFile[]; metafile: Metafile }> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: { index: 'src/action.ts', 'fixer-child': 'src/isolation/fixer-child.ts' },
    outdir: ACTION_FOLDER,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    // Some packages' other form asks for its parts at run time.
    mainFields: ['module', 'main'],
    target: 'node22',
    minify: true,
    // Errors are told by their names.
    keepNames: true,
    external: AS_THEY_ARE,
    plugins: [{ name: 'versions', setup: inlineManifests }],
    // What was written for require() and is bundled into a module.
    banner: { js: "import{createRequire as __require}from'node:module';const require=__require(import.meta.url);" },
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  return { outputs: result.outputFiles, metafile: result.metafile };
}

/** The versions of packages that lie beside are known when this is built. */
function inlineManifests(build: PluginBuild): void {
  build.onResolve({ filter: /^[^.].*\/package\.json$/ }, ({ path }) => ({
    path: join(root, 'node_modules', path),
  }));
}

async function manifestOf(outputs: readonly OutputFile[]): Promise<Manifest> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const packages: Record<string, string> = {};
  for (const folder of await foldersBeside())
    packages[relative(join(root, 'node_modules'), folder)] = (await packageIn(folder)).version;
  const files = Object.fromEntries(
    outputs.map(({ path, contents }) => [relative(ACTION_FOLDER, path), createHash('sha256').update(contents).digest('hex')]),
  );
  return { version, packages, files };
}

interface Package {
  name: string;
  version: string;
  license?: string;
  dependencies?: Record<string, string>;
}

async function packageIn(folder: string): Promise<Package> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Package;
}

/** The packages that lie beside, with what they need themselves. */
async function foldersBeside(): Promise<string[]> {
  const found = new Set<string>();
  const add = async (name: string): Promise<void> => {
    const folder = join(root, 'node_modules', name);
    if (found.has(folder)) return;
    found.add(folder);
    for (const needed of Object.keys((await packageIn(folder)).dependencies ?? {})) {
      // What lies in the package's own folder comes with it.
      if (!existsSync(join(folder, 'node_modules', needed))) await add(needed);
    }
  };
  for (const name of AS_THEY_ARE) await add(name);
  return [...found];
}

/** Whose code is bundled must be named. */
async function licensesOf({ inputs }: Metafile): Promise<string> {
  const folders = new Set(Object.keys(inputs).flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
  const texts: string[] = [];
  for (const folder of [...folders].toSorted()) {
    const { name, version, license } = await packageIn(join(root, folder));
    const file = (await readdir(join(root, folder))).find((one) => /^licen[cs]e/i.test(one));
    const text = file ? await readFile(join(root, folder, file), 'utf8') : '';
    texts.push(`${name} ${version} (${license ?? 'see its text'})\n\n${text.trim()}\n`);
  }
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

/** Writes `dist/action` anew. */
export async function buildAction(): Promise<void> {
  const { outputs, metafile } = await bundle();
  await rm(ACTION_FOLDER, { recursive: true, force: true });
  for (const { path, contents } of outputs) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, contents);
  }
  for (const folder of await foldersBeside()) {
    const to = join(ACTION_FOLDER, 'node_modules', relative(join(root, 'node_modules'), folder));
    await cp(folder, to, { recursive: true, filter: (from) => !UNUSED.some((one) => one.test(from)) });
  }
  await Promise.all((await engineFiles()).map(packFile));
  await writeFile(join(ACTION_FOLDER, 'package.json'), '{ "type": "module" }\n');
  await writeFile(join(ACTION_FOLDER, 'LICENSES.txt'), await licensesOf(metafile));
  await writeFile(join(ACTION_FOLDER, 'build.json'), `${JSON.stringify(await manifestOf(outputs), null, 2)}\n`);
}

async function engineFiles(): Promise<string[]> {
  const entries = await readdir(join(ACTION_FOLDER, 'node_modules'), { recursive: true, withFileTypes: true });
  return entries.filter(({ name }) => name.endsWith('.wasm')).map((entry) => join(entry.parentPath, entry.name));
}

const pack = promisify(zstdCompress);
/** The largest takes 0.7 s, and is 18 % of its size; at the highest level it would be 15 % after 40 s. */
const PACKING = { params: { [constants.ZSTD_c_compressionLevel]: 9 } };

/** In its place, for its package reads it under its name: src/isolation/packed-engines.ts */
async function packFile(path: string): Promise<void> {
  await writeFile(path, await pack(await readFile(path), PACKING));
}

/** @returns what is not as these sources make it; empty when all is */
export async function staleActionFiles(): Promise<string[]> {
  const wanted = await manifestOf((await bundle()).outputs);
  const text = await readFile(join(ACTION_FOLDER, 'build.json'), 'utf8').catch(() => null);
  if (text === null) return ['dist/action is not there'];
  const stale = Object.entries(wanted.files).map(async ([path, hash]) => {
    const contents = await readFile(join(ACTION_FOLDER, path)).catch(() => null);
    return contents && createHash('sha256').update(contents).digest('hex') === hash ? [] : [path];
  });
  const found = (await Promise.all(stale)).flat();
  return text === `${JSON.stringify(wanted, null, 2)}\n` ? found : [...found, 'build.json'];
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

const STARTS = 11;

/** Milliseconds from nothing to the action's first word, of which there is one at once where no runner has started it. */
function startTimes(): number[] {
  const times = Array.from({ length: STARTS }, () => {
    const startedAt = performance.now();
    const { stdout } = spawnSync(process.execPath, [join(ACTION_FOLDER, 'index.js')], { env: {}, encoding: 'utf8' });
    if (!stdout.startsWith('::error title=Regreen::')) throw new Error('the action did not start');
    return performance.now() - startedAt;
  });
  return times.toSorted((a, b) => a - b);
}

/** Size and start of `dist/action`, a line each. */
export async function reportOf(): Promise<string[]> {
  const all = await sizeOf(ACTION_FOLDER);
  const beside = await sizeOf(join(ACTION_FOLDER, 'node_modules'));
  const packed = await engineFiles();
  const sizes = await Promise.all(packed.map(async (path) => zstdDecompressSync(await readFile(path)).length));
  const unpacked = sizes.reduce((sum, size) => sum + size, 0);
  const times = startTimes();
  const shown = (milliseconds = 0) => `${Math.round(milliseconds)} ms`;
  const megabytes = (bytes: number) => `${(bytes / 1_000_000).toFixed(1)} MB`;
  return [
    `dist/action: ${megabytes(all)}, of which ${megabytes(all - beside)} our program and ${megabytes(beside)} engines`,
    `engines: ${packed.length} files of WASM, ${megabytes(unpacked)} once they are loaded`,
    `start: ${shown(times[Math.floor(STARTS / 2)])} in the median of ${STARTS}, ${shown(times[0])} to ${shown(times.at(-1))}`,
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--check')) {
    const stale = await staleActionFiles();
    console.log(stale.length === 0 ? 'dist/action is fresh' : `stale: ${stale.join(', ')}; run "npm run build:action"`);
    process.exitCode = stale.length === 0 ? 0 : 1;
  } else {
    await buildAction();
    for (const line of await reportOf()) console.log(line);
  }
}
