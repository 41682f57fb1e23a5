import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Section } from '../section.ts';
import { stopChild } from '../support/child.ts';
import { inTemporaryFolder } from '../support/folder.ts';
import { percentile } from '../support/load.ts';
import { memoryOfTree } from '../support/memory.ts';
import { WEBHOOK_SECRET } from '../support/payload.ts';
import { freePort } from '../support/port.ts';

const ROUNDS = 3;
const READY_TIMEOUT_MS = 60_000;
const IDLE_BEFORE_MEMORY_MS = 5_000;
const POLL_MS = 5;
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** The whole server, from nothing to ready. */
export const start: Section = {
  name: 'start',
  title: 'Start, and memory at rest',
  about:
    `\`src/main.ts\` with the embedded PostgreSQL, from the start of the process until \`GET /health/ready\` answers 200. Cold: an empty ` +
    `data folder and an empty compile cache; warm: both are there. Medians of ${ROUNDS}. Memory is the proportional set size (PSS) of the ` +
    `whole process tree, PostgreSQL included, ${IDLE_BEFORE_MEMORY_MS / 1_000} s after the start.`,
  run: async (say) => {
    const cold: number[] = [];
    const warm: number[] = [];
    const memory: number[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      say(`round ${round} of ${ROUNDS}`);
      await inTemporaryFolder(async (folder) => {
        cold.push((await startOnce(folder)).milliseconds);
        const second = await startOnce(folder, { idle: true });
        warm.push(second.milliseconds);
        memory.push(second.megabytes);
      });
    }
    return [
      { name: 'start to ready, cold', value: percentile(cold, 0.5) / 1_000, unit: 's', goal: { is: 'at most', value: 3 } },
      { name: 'start to ready, warm', value: percentile(warm, 0.5) / 1_000, unit: 's', goal: { is: 'at most', value: 1.5 } },
      {
        name: 'memory at rest, with PostgreSQL',
        value: percentile(memory, 0.5),
        unit: 'MB',
        goal: { is: 'at most', value: 200 },
      },
    ];
  },
};

async function startOnce(folder: string, options = { idle: false }): Promise<{ milliseconds: number; megabytes: number }> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...process.execArgv, MAIN], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: join(folder, 'compile-cache'),
      REGREEN_DATA_DIR: join(folder, 'data'),
      APP_ID: '123456',
      PRIVATE_KEY,
      WEBHOOK_SECRET,
      PORT: String(port),
      LOG_LEVEL: 'error',
      // Nothing leaves the machine.
      GITHUB_API_URL: 'http://127.0.0.1:9',
    },
  });
  try {
    await untilReady(port, () => child.exitCode !== null);
    const milliseconds = performance.now() - startedAt;
    if (options.idle) await delay(IDLE_BEFORE_MEMORY_MS);
    return { milliseconds, megabytes: options.idle ? await memoryOfTree(child.pid ?? 0) : 0 };
  } finally {
    await stopChild(child);
  }
}

const { privateKey: PRIVATE_KEY } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

async function untilReady(port: number, hasEnded: () => boolean): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (performance.now() < deadline) {
    if (hasEnded()) throw new Error('src/main.ts ended before it was ready');
    const status = await fetch(`http://127.0.0.1:${port}/health/ready`).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => null,
    );
    if (status === 200) return;
    await delay(POLL_MS);
  }
  throw new Error('src/main.ts was not ready in time');
}
