import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const launcher = fileURLToPath(new URL('../../../bin/run.js', import.meta.url));

function launch(...args: string[]) {
  return spawnSync(process.execPath, [launcher, ...args], { encoding: 'utf8' });
}

/** Protects every npm script: it must run on a Node that strips types, with the project's tools on PATH. */
describe('the launcher', () => {
  it('runs on a Node that is new enough, whatever started it', () => {
    const { stdout } = launch('-p', 'process.versions.node');
    const [major = 0, minor = 0] = stdout.trim().split('.').map(Number);
    expect(major > 22 || (major === 22 && minor >= 18)).toBe(true);
  });

  it('puts that Node and the tools first on PATH, so that programs with a "#!/usr/bin/env node" get them too', () => {
    const { stdout } = launch(
      '-p',
      `require('node:child_process').execFileSync('node', ['-p', 'process.execPath']).toString().trim() === process.execPath`,
    );
    expect(stdout.trim()).toBe('true');
    expect(launch('-p', 'process.env.PATH').stdout.split(':')[1]).toMatch(/node_modules\/\.bin$/);
  });

  it('gives V8 its flags at the start, where they can do no harm, and the arguments behind it', () => {
    expect(launch('-p', 'process.execArgv.join()').stdout.trim()).toBe(
      '--no-regexp-tier-up,--max-semi-space-size=16,-p,process.execArgv.join()',
    );
  });

  it.each(['Dockerfile', 'deploy/kubernetes/api.yaml', 'deploy/kubernetes/intake.yaml', 'deploy/kubernetes/worker.yaml'])(
    'gives the same flags as %s, where Node is started without it',
    (file) => {
      const flags = launch('-p', `process.execArgv.slice(0, -2).join(', ')`).stdout.trim();
      const text = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8').replaceAll('"', '');
      expect(text).toContain(`[node, ${flags}, src/main.ts`);
    },
  );

  it('hands the exit status on', () => {
    expect(launch('-e', 'process.exit(7)').status).toBe(7);
  });

  it('ends with 1 when a signal ended the program', () => {
    expect(launch('-e', `process.kill(process.pid, 'SIGKILL')`).status).toBe(1);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('hands %s on', async (signal) => {
    const child = spawn(
      process.execPath,
      [launcher, '-e', `process.on('${signal}', () => process.exit(9)); setInterval(() => {}, 1000); console.log('up')`],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await once(child.stdout, 'data');
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([9, null]);
  });
});
