import type { WebSocket } from 'ws';
import { withReach } from '../../store/access/reach.ts';
import type { Database } from '../../store/database.ts';
import { eventsAfter, forgetEvents, isKept, type LivePosition, newestPosition } from '../../store/live/live-events.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { Caller } from '../access/callers.ts';
import type { Scope } from '../access/rights.ts';
import { LIVE_SCOPES, LiveConnection, type Page, type Seen } from './connection.ts';
import { CLOSE, type ClientMessage, isAfter, readMessage, showPosition } from './protocol.ts';

export interface HubServices {
  /** All events; who sees which is decided here. */
  database: Database;
  /** The repositories that whoever is asking may see. */
  visibleRepositoryIds(): Promise<number[]>;
  /** Who a caller is now. Throws when the right is gone. */
  again(caller: Caller): Promise<Caller>;
  log: Logger;
}

export interface LiveHub {
  open(socket: WebSocket, caller: Caller): Promise<void>;
  /** There may be new events. */
  wake(): void;
  /** Somebody may have lost a right. */
  review(): void;
  /** How many are connected. */
  size(): number;
  close(): Promise<void>;
}

/** What comes within this is sent as one message. */
const GATHER_MS = 60;
/** Where nobody wakes us: a notification that was lost, or a transaction that was still open when it was told. */
const LOOK_MS = 500;
const HEARTBEAT_MS = 20_000;
const REVIEW_MS = 15_000;
const FORGET_MS = 300_000;
const PAGE = 500;
const SHARED_MS = 2_000;
const MESSAGES_A_HEARTBEAT = 60;

/** Reads what has changed once for all sockets of this process, and sends each what it may see and wants. */
export function createLiveHub(services: HubServices): LiveHub {
  const { database, log } = services;
  const connections = new Set<LiveConnection>();
  let position: LivePosition | null = null;
  const pages = new Map<string, Promise<Page | null>>();
  let reading: Promise<void> | null = null;
  let awake = false;
  let stopped = false;
  const timers = [
    setInterval(() => wake(), LOOK_MS),
    setInterval(beat, HEARTBEAT_MS),
    setInterval(() => review(), REVIEW_MS),
    setInterval(() => void forgetEvents(database).catch(unwell), FORGET_MS),
  ];
  for (const timer of timers) timer.unref();

  function wake(): void {
    awake = true;
    if (connections.size === 0 || stopped) return;
    reading ??= read().finally(() => {
      reading = null;
    });
  }

  async function read(): Promise<void> {
    while (awake && !stopped) {
      awake = false;
      await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
      await drain().catch(unwell);
    }
  }

  async function drain(): Promise<void> {
    for (;;) {
      const from = position ?? (await newestPosition(database));
      position ??= from;
      const page = await pageAfter(from);
      if (page === null) return;
      position = page.upTo;
      for (const connection of connections) if (!connection.replaying) connection.deliver(page);
    }
  }

  async function pageAfter(from: LivePosition): Promise<Page | null> {
    const events = await eventsAfter(database, from, PAGE);
    const last = events.at(-1);
    return last ? { events, from, upTo: last.position, messages: new Map() } : null;
  }

  /** After a restart all come at once, and from nearly the same position: what one has read, the others are given, too. */
  function sharedPageAfter(from: LivePosition): Promise<Page | null> {
    const place = showPosition(from);
    const known = pages.get(place);
    if (known) return known;
    const page = pageAfter(from);
    pages.set(place, page);
    // That there was nothing is true for that moment only.
    const forget = () => pages.delete(place);
    page.then((found) => (found === null ? forget() : setTimeout(forget, SHARED_MS).unref()), forget);
    return page;
  }

  async function open(socket: WebSocket, caller: Caller): Promise<void> {
    const connection = new LiveConnection(socket, caller, await seenBy(caller));
    connections.add(connection);
    socket.on('close', () => connections.delete(connection));
    socket.on('error', (error) => log.debug({ reason: error.message }, 'a live connection failed'));
    socket.on('pong', () => {
      connection.alive = true;
    });
    socket.on('message', (data, isBinary) => void hear(connection, isBinary ? '' : String(data)).catch(failed(connection)));
    position ??= await newestPosition(database);
    connection.send({ type: 'hello', position: showPosition(position), heartbeatSeconds: HEARTBEAT_MS / 1000 });
  }

  async function hear(connection: LiveConnection, text: string): Promise<void> {
    connection.messages += 1;
    if (connection.messages > MESSAGES_A_HEARTBEAT) return connection.close(CLOSE.tooMuch, 'too many messages');
    const message = readMessage(text);
    if (message === null) return connection.close(CLOSE.malformed, 'not a message of this protocol');
    if (message.type === 'ping') return connection.send({ type: 'pong' });
    if (message.type === 'unsubscribe') {
      connection.filter = null;
      return connection.send({ type: 'unsubscribed' });
    }
    await subscribe(connection, message);
  }

  async function subscribe(
    connection: LiveConnection,
    { kinds, repositories, since }: Extract<ClientMessage, { type: 'subscribe' }>,
  ): Promise<void> {
    if (connection.replaying) return connection.close(CLOSE.tooMuch, 'one subscription at a time');
    const start = since ?? position ?? (await newestPosition(database));
    connection.replaying = true;
    const whole = since === undefined || (await isKept(database, since));
    connection.filter = {
      kinds: kinds ? new Set(kinds) : null,
      repositories: repositories ? new Set(repositories.map((name) => name.toLowerCase())) : null,
    };
    connection.position = start;
    connection.send({ type: 'subscribed', position: showPosition(start) });
    // What lies between was taken away: the client has to read the state anew.
    if (!whole) connection.send({ type: 'gap' });
    await replay(connection);
  }

  /** Brings one socket to where all are. Nothing can come in between: the last look and the change happen at once. */
  async function replay(connection: LiveConnection): Promise<void> {
    for (;;) {
      const from = connection.position ?? { transaction: 0n, id: 0 };
      const shared = await sharedPageAfter(from);
      const known = position;
      // That others found nothing may have been too early for this one.
      const page = shared ?? (await pageAfter(from));
      if (page) connection.deliver(page);
      else if (position === null || !isAfter(position, from)) break;
      else if (known !== null && isAfter(known, from)) connection.position = known;
      if (connection.socket.readyState !== connection.socket.OPEN) break;
    }
    connection.replaying = false;
    wake();
  }

  function beat(): void {
    for (const connection of connections) {
      if (!connection.alive) connection.socket.terminate();
      connection.alive = false;
      connection.messages = 0;
      connection.socket.ping();
    }
  }

  function review(): void {
    const callers = new Map<string, Promise<{ caller: Caller; seen: ReadonlyMap<Scope, Seen> }>>();
    for (const connection of connections) {
      const { keyId, tokenId } = connection.caller;
      const who = `${keyId} ${tokenId}`;
      const now = callers.get(who) ?? lookAgain(connection.caller);
      callers.set(who, now);
      void now.then(
        (found) => Object.assign(connection, found),
        (error: unknown) => refuse(connection, error),
      );
    }
  }

  async function lookAgain(caller: Caller): Promise<{ caller: Caller; seen: ReadonlyMap<Scope, Seen> }> {
    const now = await services.again(caller);
    return { caller: now, seen: await seenBy(now) };
  }

  /** The database being away says nothing against the caller. */
  function refuse(connection: LiveConnection, error: unknown): void {
    const type = (error as { type?: string }).type;
    if (type === 'authentication' || type === 'permission') connection.close(CLOSE.refused, 'no longer permitted');
    else unwell(error);
  }

  async function seenBy(caller: Caller): Promise<ReadonlyMap<Scope, Seen>> {
    const seen = new Map<Scope, Seen>();
    for (const scope of LIVE_SCOPES.filter((one) => caller.scopes.has(one))) {
      const reach = caller.reach(scope);
      seen.set(scope, reach === 'everything' ? null : new Set(await withReach(reach, services.visibleRepositoryIds)));
    }
    return seen;
  }

  function unwell(error: unknown): void {
    log.warn({ err: error }, 'live events could not be read');
  }

  const failed = (connection: LiveConnection) => (error: unknown) => {
    unwell(error);
    connection.close(CLOSE.goingAway, 'come again');
  };

  return {
    open,
    wake,
    review,
    size: () => connections.size,
    close: async () => {
      stopped = true;
      for (const timer of timers) clearInterval(timer);
      for (const connection of connections) connection.close(CLOSE.goingAway, 'going away');
      await reading;
    },
  };
}
