import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDemo } from '../../../src/demo/demo.ts';
import { runCli as run } from '../../support/run-cli.ts';

let temporary: string;

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'regreen-cli-'));
  // As root the database runs under another account, which must be able to enter.
  await chmod(temporary, 0o755);
});

afterAll(() => rm(temporary, { recursive: true, force: true }));

/** Protects the first thing that anybody sees of Regreen. */
describe('regreen demo', () => {
  it('tells the whole story in plain lines in a pipe, ends with 0 and leaves nothing behind', async () => {
    const { status, stdout, stderr } = await run(['demo'], { env: { ...process.env, TMPDIR: temporary } });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const part of [
      'ran for real: failure',
      '##[error]Process completed with exit code 1.',
      'cause        formatting',
      'annotation   src/currency.js:1',
      'Regreen opens pull request #2',
      "+export const format = (cents, currency = 'EUR') =>",
      'ran on the fix: success',
      'Pull request #2 is verified and ready to merge',
    ]) {
      expect(stdout).toContain(part);
    }
    expect(stdout).not.toContain('\u001b');
    // Node keeps its compiled files there on purpose.
    expect((await readdir(temporary)).filter((name) => name !== 'node-compile-cache')).toEqual([]);
  });

  it('ends with 1 and the reason when a link of the chain does not hold', async () => {
    // Without its tools the workflow can't be green to begin with.
    const told: string[] = [];
    const stream = Object.assign(new PassThrough(), { isTTY: false }) as unknown as NodeJS.WriteStream;
    stream.on('data', (chunk: Buffer) => told.push(chunk.toString()));
    const demo = runDemo({ keep: false, stream, signal: new AbortController().signal, toolPaths: ['/nonexistent'] });
    await expect(demo).rejects.toThrow(/the first run should be green[\s\S]*(?:not found|exit code 127)/);
    expect(told.join('')).toContain('failed');
  });
});

describe('regreen', () => {
  it('helps', async () => {
    const { status, stdout } = await run(['--help']);
    expect(status).toBe(0);
    for (const command of ['serve', 'demo', 'analyze']) expect(stdout).toContain(command);
  });

  it('refuses an unknown command with the help beside it', async () => {
    const { status, stderr } = await run(['heal']);
    expect(status).toBe(1);
    expect(stderr).toContain("unknown command 'heal'");
    expect(stderr).toContain('Usage: regreen');
  });

  it('says in four lines what to do when nothing is configured', async () => {
    const { status, stderr } = await run(['serve'], { env: { PATH: process.env['PATH'] } });
    expect(status).toBe(1);
    expect(stderr.trimEnd().split('\n')).toHaveLength(4);
    expect(stderr).toContain('npm run demo');
    expect(stderr).toContain('npx regreen setup');
  });

  it('is examined: exit status 2 and one JSON object where something is missing', async () => {
    const { status, stdout } = await run(['doctor', '--json'], { env: { PATH: process.env['PATH'] } });
    expect(status).toBe(2);
    const { status: said, findings } = JSON.parse(stdout) as { status: string; findings: { code: string }[] };
    expect(said).toBe('errors');
    expect(findings.map(({ code }) => code)).toEqual(new Array(3).fill('CONFIGURATION_MISSING'));
  });

  it('names every fault of a configuration at once', async () => {
    const { status, stderr } = await run(['serve'], {
      env: { PATH: process.env['PATH'], WEBHOOK_SECRET: 'development', PORT: 'many' },
    });
    expect(status).toBe(1);
    for (const variable of ['APP_ID', 'PRIVATE_KEY', 'WEBHOOK_SECRET', 'PORT']) expect(stderr).toContain(`${variable}: `);
  });
});
