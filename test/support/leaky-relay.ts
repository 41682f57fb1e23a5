import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { WEBHOOK_PATH } from '../../src/intake/receiver.ts';
import type { World } from './world.ts';

/** One webhook on its way, as far as somebody may want to lose it. */
export interface Passing {
  event: string;
  body: string;
}

/** Stands between GitHub and Regreen, and loses what it is told to; GitHub never sends again by itself. */
export interface LeakyRelay {
  lose(which: (passing: Passing) => boolean): void;
  loseNothing(): void;
  /** How many it has lost. */
  lost: number;
  close(): void;
}

export async function startLeakyRelay(world: World): Promise<LeakyRelay> {
  let isLost: (passing: Passing) => boolean = () => false;
  const relay: LeakyRelay = {
    lose: (which) => {
      isLost = which;
    },
    loseNothing: () => {
      isLost = () => false;
    },
    lost: 0,
    close: () => server.close(),
  };
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const event = String(request.headers['x-github-event']);
    if (isLost({ event, body: body.toString('utf8') })) {
      relay.lost += 1;
      response.writeHead(502).end();
      return;
    }
    const answer = await fetch(`${world.regreen.url}${WEBHOOK_PATH}`, { method: 'POST', headers: headersOf(request), body });
    response.writeHead(answer.status).end(await answer.text());
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  world.sandbox.deliverTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return relay;
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => /^(?:x-|content-type$|user-agent$|accept$)/.test(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}
