import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { WebSocket } from 'ws';
import { createApiKey } from '../../src/config/secret-keys.ts';
import { createKeyStore } from '../../src/store/access/api-keys.ts';
import { createDatabase, createPool, migrate } from '../../src/store/database.ts';
import { startEmbeddedDatabase } from '../../src/store/embedded/index.ts';
import { createLog } from '../../src/telemetry/log.ts';
import type { Figure, Section } from '../section.ts';
import { type ChildServer, startLiveServer } from '../support/child.ts';
import { removeFolder, temporaryFolder } from '../support/folder.ts';
import { percentile } from '../support/load.ts';

const CONNECTIONS = 1_000;
const EVENTS_PER_SECOND = 100;
const SECONDS = 20;
/** Events between two beats of the writer. */
const BATCH = 5;
const RESTART_AFTER_SECONDS = 10;

/** A thousand sockets that all watch everything, over a restart of the server. */
export const live: Section = {
  name: 'live',
  title: 'Live updates to a thousand sockets',
  about:
    `${CONNECTIONS} WebSockets, all subscribed to everything, while runs change ${EVENTS_PER_SECOND} times a second for ${SECONDS} s in the ` +
    `embedded PostgreSQL. After ${RESTART_AFTER_SECONDS} s the server is stopped and started again; each client connects again with the ` +
    `position that it has. A delivery takes from the moment before the transaction begins to the client's callback; those that the ` +
    `restart held up are counted as delivered, and not in the times. Clients, writer, database and server share the machine.`,
  run: async (say) => {
    const folder = await temporaryFolder();
    const embedded = await startEmbeddedDatabase({ folder, onLog: () => undefined });
    const pool = createPool(embedded.connection, { max: 4, log: createLog({ level: 'warn' }) });
    try {
      await migrate(createDatabase(pool), createLog({ level: 'warn' }));
      return await measure(pool, embedded.connection, say);
    } finally {
      await pool.end();
      await embedded.stop();
      await removeFolder(folder);
    }
  },
};

async function measure(pool: pg.Pool, connection: object, say: (text: string) => void): Promise<Figure[]> {
  await pool.query("insert into repositories (id, owner, name, default_branch) values (1, 'octo', 'shop', 'main')");
  const { key, prefix, hash } = createApiKey();
  const rights = {
    name: 'bench',
    role: 'viewer' as const,
    scopes: null,
    installations: null,
    expiresAt: null,
    createdBy: 'bench',
  };
  await createKeyStore(createDatabase(pool)).create({ prefix, hash, ...rights }, new Date(), null);
  const environment = { CONNECTION: JSON.stringify(connection) };
  let server: ChildServer = await startLiveServer(environment);
  const { port } = server;
  const sentAt = new Map<number, number>();
  const clients = Array.from({ length: CONNECTIONS }, () => new Watcher(port, key, sentAt));
  await Promise.all(clients.map((client) => client.connect()));
  say(`${CONNECTIONS} sockets are open`);
  const writing = write(pool, sentAt);
  await pause(RESTART_AFTER_SECONDS * 1_000);
  const restartedAt = performance.now();
  await server.stop();
  server = await startLiveServer({ ...environment, PORT: String(port) });
  while (!clients.every(({ isOpen }) => isOpen)) await pause(20);
  const backAt = performance.now();
  say('the server was restarted, and all are back');
  await writing;
  const patience = performance.now() + 15_000;
  while (clients.some(({ seen }) => seen < sentAt.size) && performance.now() < patience) await pause(50);
  for (const client of clients) client.close();
  await server.stop();
  return figures(clients, sentAt, { restartedAt, backAt });
}

/** Each event is a run whose number says which it is. */
async function write(pool: pg.Pool, sentAt: Map<number, number>): Promise<void> {
  const start = performance.now();
  for (let id = 1; id <= EVENTS_PER_SECOND * SECONDS; id += BATCH) {
    const due = start + ((id - 1) * 1_000) / EVENTS_PER_SECOND;
    await pause(Math.max(0, due - performance.now()));
    for (let one = id; one < id + BATCH; one++) sentAt.set(one, performance.now());
    await pool.query(
      `insert into runs (id, attempt, repository_id, workflow_id, workflow_name, workflow_path, run_number, event, status, head_sha,
        head_branch, url, created_at) select id, 1, 1, 1, 'CI', 'ci.yml', 1, 'push', 'queued', 'a', 'main', 'u', now()
        from generate_series($1::bigint, $2::bigint) as id`,
      [id, id + BATCH - 1],
    );
  }
}

class Watcher {
  /** How long each event took, by its number; NaN for those that have not come. */
  readonly times = new Float64Array(EVENTS_PER_SECOND * SECONDS + 1).fill(Number.NaN);
  seen = 0;
  isOpen = false;
  private isDone = false;
  private socket: WebSocket | null = null;
  private position: string | undefined;
  private readonly port: number;
  private readonly key: string;
  private readonly sentAt: ReadonlyMap<number, number>;

  constructor(port: number, key: string, sentAt: ReadonlyMap<number, number>) {
    this.port = port;
    this.key = key;
    this.sentAt = sentAt;
  }

  /** Resolves when the subscription stands; tries until the server is there. */
  async connect(): Promise<void> {
    for (;;) {
      const socket = new WebSocket(`ws://127.0.0.1:${this.port}/ws`, { headers: { authorization: `Bearer ${this.key}` } });
      this.socket = socket;
      socket.on('error', () => undefined);
      const subscribed = new Promise<boolean>((resolve) => {
        socket.on('message', (data) => this.hear(String(data), () => resolve(true)));
        socket.on('close', () => resolve(false));
      });
      socket.on('open', () => socket.send(JSON.stringify({ type: 'subscribe', since: this.position })));
      if (await subscribed) {
        this.isOpen = true;
        socket.on('close', () => this.comeAgain());
        return;
      }
      await pause(500 + Math.random() * 1_000);
    }
  }

  close(): void {
    this.isDone = true;
    this.socket?.terminate();
  }

  /** Whether the server stops or finds a client too slow: it comes again, from where it was. */
  private comeAgain(): void {
    this.isOpen = false;
    if (!this.isDone) void this.connect();
  }

  private hear(text: string, subscribed: () => void): void {
    const now = performance.now();
    const message = read(text);
    if (message.type === 'subscribed') {
      this.position ??= message.position;
      subscribed();
    }
    for (const { position, data } of message.events ?? []) {
      this.position = position;
      if (!Number.isNaN(this.times[data.id])) continue;
      this.times[data.id] = now - (this.sentAt.get(data.id) ?? now);
      this.seen += 1;
    }
  }
}

interface Message {
  type: string;
  position?: string;
  events?: { position: string; data: { id: number } }[];
}

/** A thousand clients in one process are sent the same; each on a machine of its own would read it alone. */
const known = new Map<string, Message>();
const MOST_KNOWN = 500;

function read(text: string): Message {
  const message = known.get(text) ?? (JSON.parse(text) as Message);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(text, message);
  return message;
}

function figures(
  clients: readonly Watcher[],
  sentAt: ReadonlyMap<number, number>,
  { restartedAt, backAt }: { restartedAt: number; backAt: number },
): Figure[] {
  const calm = [...sentAt].filter(([, at]) => at < restartedAt - 500 || at > backAt + 500).map(([id]) => id);
  const times = clients
    .flatMap((client) => calm.map((id) => client.times[id] ?? Number.NaN))
    .filter((time) => !Number.isNaN(time));
  const lost = clients.reduce((sum, { seen }) => sum + sentAt.size - seen, 0);
  return [
    { name: 'sockets', value: clients.length, unit: '' },
    { name: 'deliveries', value: clients.reduce((sum, { seen }) => sum + seen, 0), unit: '' },
    { name: 'delivery p50', value: percentile(times, 0.5), unit: 'ms' },
    { name: 'delivery p95', value: percentile(times, 0.95), unit: 'ms', goal: { is: 'at most', value: 250 } },
    { name: 'delivery p99', value: percentile(times, 0.99), unit: 'ms' },
    { name: 'time without the server, with all back', value: backAt - restartedAt, unit: 'ms' },
    { name: 'lost', value: lost, unit: '', goal: { is: 'at most', value: 0 } },
  ];
}
