import { createHash } from 'node:crypto';
import type { WebSocket } from 'ws';
import { withReach } from '../../store/access/reach.ts';
import type { Database } from '../../store/database.ts';
import { eventsAfter, forgetEvents, isKept, type LivePosition, newestPosition } from '../../store/live/live-events.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { Caller } from '../access/callers.ts';
import type { Scope } from '../access/rights.ts';
import { LIVE_SCOPES, LiveConnection, type Page, type Sight } from './connection.ts';
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

/** Between two messages; what comes meanwhile is the next one. Whatever comes after a while of nothing goes at once. */
const GATHER_MS = 80;
/** Where nobody wakes us: a notification that was lost, or a transaction that was still open when it was told. */
const LOOK_MS = 500;
const HEARTBEAT_MS = 20_000;
const REVIEW_MS = 15_000;
const FORGET_MS = 300_000;
const PAGE = 500;
const START: LivePosition = { transaction: 0n, id: 0 };
const SHARED_MS = 2_000;
const MESSAGES_A_HEARTBEAT = 60;

/** Reads what has changed once for all sockets of this process, and sends each what it may see and wants. */
export function createLiveHub(services: HubServices): LiveHub {
  const { database, log } = services;
  const connections = new Set<LiveConnection>();
  let position: LivePosition | null = null;
  let beginning: Promise<LivePosition> | null = null;
  const pages = new Map<string, Promise<Page | null>>();
  const kept = new Map<string, Promise<boolean>>();
  let reading: Promise<void> | null = null;
  let awake = false;
  let sentAt = Number.NEGATIVE_INFINITY;
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
      const left = GATHER_MS - (performance.now() - sentAt);
      if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
      awake = false;
      await drain().catch(unwell);
      sentAt = performance.now();
    }
  }

  async function drain(): Promise<void> {
    for (;;) {
      const from = await whereAllAre();
      const page = await pageAfter(from);
      if (page === null) return;
      position = page.upTo;
      for (const connection of connections) if (!connection.replaying) connection.deliver(page);
    }
  }

  /** Asked of the database once: whoever asked later would skip what is on its way to the others. */
  async function whereAllAre(): Promise<LivePosition> {
    if (position !== null) return position;
    beginning ??= newestPosition(database).finally(() => {
      beginning = null;
    });
    const newest = await beginning;
    position ??= newest;
    return position;
  }

  async function pageAfter(from: LivePosition): Promise<Page | null> {
    const events = await eventsAfter(database, from, PAGE);
    const last = events.at(-1);
    return last ? { events, from, upTo: last.position, messages: new Map() } : null;
  }

  /**
   * After a restart all come at once, and from nearly the same position: what one has asked of a place, the others are answered,
   * too. That there was nothing is true for that moment only.
   */
  function shared<Answer>(answers: Map<string, Promise<Answer>>, at: LivePosition, ask: () => Promise<Answer>): Promise<Answer> {
    const place = showPosition(at);
    const known = answers.get(place);
    if (known) return known;
    const answer = ask();
    answers.set(place, answer);
    const forget = () => answers.delete(place);
    answer.then((found) => (found ? setTimeout(forget, SHARED_MS).unref() : forget()), forget);
    return answer;
  }

  async function open(socket: WebSocket, caller: Caller): Promise<void> {
    socket.on('error', (error) => log.debug({ reason: error.message }, 'a live connection failed'));
    // A client may speak before it is known what it sees, and must not be unheard.
    socket.pause();
    const sight = await sightOf(caller).finally(() => socket.resume());
    const connection = new LiveConnection(socket, caller, sight);
    if (stopped) connection.close(CLOSE.goingAway, 'going away');
    if (socket.readyState !== socket.OPEN) return;
    connections.add(connection);
    socket.on('close', () => connections.delete(connection));
    socket.on('pong', () => {
      connection.alive = true;
    });
    socket.on('message', (data, isBinary) => void hear(connection, isBinary ? '' : String(data)).catch(failed(connection)));
    connection.send({ type: 'hello', position: showPosition(await whereAllAre()), heartbeatSeconds: HEARTBEAT_MS / 1000 });
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
    connection.replaying = true;
    // Also with a `since`, for clients speak before they are greeted.
    const end = await whereAllAre();
    const start = since ?? end;
    const whole = since === undefined || (await shared(kept, since, () => isKept(database, since)));
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

  /**
   * Brings one socket to where all are, and no further: what comes after that is sent to all. Nothing can come in between, for the
   * last look and the change happen at once.
   */
  async function replay(connection: LiveConnection): Promise<void> {
    for (;;) {
      const from = connection.position ?? START;
      const known = position;
      if (known === null || !isAfter(known, from) || connection.socket.readyState !== connection.socket.OPEN) break;
      // That others found nothing may have been too early for this one.
      const page = (await shared(pages, from, () => pageAfter(from))) ?? (await pageAfter(from));
      if (page) connection.deliver(page);
      // What lies between is no longer kept.
      else connection.position = known;
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
    const callers = new Map<string, Promise<{ caller: Caller; sight: Sight }>>();
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

  async function lookAgain(caller: Caller): Promise<{ caller: Caller; sight: Sight }> {
    const now = await services.again(caller);
    return { caller: now, sight: await sightOf(now) };
  }

  /** The database being away says nothing against the caller. */
  function refuse(connection: LiveConnection, error: unknown): void {
    const type = (error as { type?: string }).type;
    if (type === 'authentication' || type === 'permission') connection.close(CLOSE.refused, 'no longer permitted');
    else unwell(error);
  }

  async function sightOf(caller: Caller): Promise<Sight> {
    const byScope = new Map<Scope, ReadonlySet<number> | null>();
    const key = createHash('sha256');
    for (const scope of LIVE_SCOPES.filter((one) => caller.scopes.has(one))) {
      const reach = caller.reach(scope);
      const ids = reach === 'everything' ? null : await withReach(reach, services.visibleRepositoryIds);
      byScope.set(scope, ids && new Set(ids));
      key.update(`${scope} ${ids ?? '*'}\n`);
    }
    return { byScope, key: key.digest('base64') };
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
