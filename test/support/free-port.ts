import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Where no system takes the ports of `listen(0)` from (Linux begins at 32,768, others at 49,152): what is free stays free
 * until a server of another program binds it, and while that is stopped.
 */
const FIRST = 20_000;
const BEHIND = 32_000;
const TRIES = 50;

/** A port of 127.0.0.1 that nobody listens at. @throws Error when none is found */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = randomInt(FIRST, BEHIND);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port between ${FIRST} and ${BEHIND} in ${TRIES} tries`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
