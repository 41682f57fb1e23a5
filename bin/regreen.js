#!/usr/bin/env node
// Runs src/cli.ts on the Node that comes with the project, whatever Node is on PATH: plain JavaScript that old ones read too.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const own = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const goodEnough = major > 22 || (major === 22 && minor >= 18);

if (!existsSync(own) && !goodEnough) {
  process.stderr.write(`regreen needs Node 22.18 or newer; this is ${process.version}. Run "npm ci", which brings one along.\n`);
  process.exit(1);
}
const child = spawn(existsSync(own) ? own : process.execPath, [cli, ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
