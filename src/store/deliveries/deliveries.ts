import type pg from 'pg';
import type { DeliveryState } from '../tables/schema.ts';
import { packBody, unpackBody } from './delivery-body.ts';
import { gathered } from './gathered.ts';
import { GroupCommit, type GroupCommitLimits, RowRefused } from './group-commit.ts';

/** One webhook request, as it is stored: the body is the very bytes that were signed. */
export interface NewDelivery {
  guid: string;
  event: string;
  body: Buffer;
}

/** A delivery as a worker gets it. */
export interface ClaimedDelivery {
  guid: string;
  event: string;
  body: Buffer;
  correlationId: string;
  /** How often it has been claimed, this time included. */
  attempts: number;
  receivedAt: Date;
}

/** A delivery that nobody has claimed. */
export type ReceivedDelivery = Pick<ClaimedDelivery, 'guid' | 'event' | 'body' | 'receivedAt'>;

export interface UnfinishedDelivery {
  guid: string;
  event: string;
  state: 'received' | 'processing';
  attempts: number;
  receivedAt: Date;
}

export interface DeliveryStore {
  /**
   * Stores a delivery durably: resolves after the commit. A GUID that is there already is a duplicate, unless it
   * failed: then it is stored anew.
   * @throws UnavailableError `STORE_UNAVAILABLE`, `STORE_BUSY`: nothing is known to be stored
   * @throws InvalidRequestError `ROW_REFUSED`: PostgreSQL refuses this delivery, whatever its neighbours
   */
  insert(delivery: NewDelivery): Promise<'stored' | 'duplicate'>;
  /**
   * Takes a delivery to work on it; null when there is nothing (more) to do for this GUID. One that is being worked on
   * is taken only `again`: by a retry, or by the heir of a worker that has died.
   */
  claim(guid: string, options?: { again: boolean }): Promise<ClaimedDelivery | null>;
  finish(guid: string): Promise<void>;
  /**
   * Those that nobody has claimed and that are small enough to be held together. They stay as they are, for work that may be
   * done twice.
   */
  readReceived(guids: readonly string[]): Promise<ReceivedDelivery[]>;
  /** Marks these as done, save what somebody has claimed meanwhile: that is theirs to end. */
  finishReceived(guids: readonly string[]): Promise<void>;
  /** Marks a delivery as given up: GitHub, or a person, may send it again. */
  fail(guid: string, code: string, message: string): Promise<void>;
  /** Makes a failed delivery claimable again; false when it is not in the state `failed`. */
  reopen(guid: string): Promise<boolean>;
  /** What was stored before `olderThan` and has not ended, oldest first. */
  unfinished(olderThan: Date, limit: number): Promise<UnfinishedDelivery[]>;
  countsByState(): Promise<Record<DeliveryState, number>>;
  /** Those of the GUIDs that were never stored. */
  unknown(guids: readonly string[]): Promise<string[]>;
  /** When the last delivery was stored; `null` for none. */
  lastReceivedAt(): Promise<Date | null>;
}

/**
 * GitHub waits 10 s for an answer, so waiting and writing together stay below.
 * Up to 32 rows share one fsync. When as many wait again, a second statement leaves beside the first: the next group is
 * read and checked while PostgreSQL writes (measured best of 16, 24, 32 and 64 rows at 50 connections).
 */
const DEFAULT_LIMITS: GroupCommitLimits = {
  rows: 32,
  bytes: 8 * 2 ** 20,
  flights: 2,
  waitingRows: 2_000,
  waitingBytes: 64 * 2 ** 20,
  waitMs: 4_000,
  flightMs: 4_000,
};

/** Statements are prepared once a connection for these numbers of rows; a smaller group is filled up with nulls. */
const STATEMENT_SIZES = [1, 4, 16, 32];
const ERROR_MESSAGE_LIMIT = 2_000;
/** Deliveries that are claimed, or finished, in one statement. */
const MOST_AT_ONCE = 32;

/** Deliveries in PostgreSQL. `pool` needs at least as many connections as `limits.flights`. */
export function createDeliveryStore(pool: pg.Pool, limits: Partial<GroupCommitLimits> = {}): DeliveryStore {
  const inserts = new GroupCommit<NewDelivery, 'stored' | 'duplicate'>({
    write: (rows) => insertGroup(pool, rows),
    keyOf: (row) => row.guid,
    bytesOf: (row) => row.body.length,
    repeated: 'duplicate',
    limits: { ...DEFAULT_LIMITS, ...limits },
  });
  const claimOne = gathered((wanted: readonly Wanted[]) => claim(pool, wanted), MOST_AT_ONCE);
  const finishOne = gathered((guids: readonly string[]) => finish(pool, guids), MOST_AT_ONCE);
  return {
    insert: async (delivery) => inserts.add({ ...delivery, body: await packBody(delivery.body) }),
    claim: (guid, options) => claimOne({ guid, again: options?.again ?? false }),
    finish: finishOne,
    readReceived: (guids) => readReceived(pool, guids),
    finishReceived: (guids) => finishReceived(pool, guids),
    fail: (guid, code, message) => fail(pool, guid, code, message),
    reopen: (guid) => reopen(pool, guid),
    unfinished: (olderThan, limit) => unfinished(pool, olderThan, limit),
    countsByState: () => countsByState(pool),
    unknown: (guids) => unknown(pool, guids),
    lastReceivedAt: () => lastReceivedAt(pool),
  };
}

async function insertGroup(pool: pg.Pool, rows: readonly NewDelivery[]): Promise<('stored' | 'duplicate')[]> {
  // Always in the same order, so that two processes never wait for each other's rows crosswise.
  const ordered = rows.toSorted((a, b) => (a.guid < b.guid ? -1 : 1));
  const client = await pool.connect();
  let fault: Error | undefined;
  try {
    const stored = await client.query<{ guid: string }>(insertStatement(ordered));
    const guids = new Set(stored.rows.map((row) => row.guid));
    return rows.map((row) => (guids.has(row.guid) ? 'stored' : 'duplicate'));
  } catch (error) {
    if (isDataError(error)) throw new RowRefused('the data was refused', { cause: error });
    fault = error as Error;
    throw error;
  } finally {
    client.release(fault);
  }
}

function insertStatement(rows: readonly NewDelivery[]): pg.QueryConfig {
  const size = STATEMENT_SIZES.find((candidate) => candidate >= rows.length) ?? rows.length;
  const values = rows.flatMap((row) => [row.guid, row.event, row.body]);
  return {
    name: `insert-deliveries-${size}`,
    text: insertText(size),
    values: [...values, ...new Array<null>((size - rows.length) * 3).fill(null)],
  };
}

const insertTexts = new Map<number, string>();

/** Bodies go as binary parameters (`Buffer`s): as text they would be twice as long and parsed twice. */
function insertText(size: number): string {
  const known = insertTexts.get(size);
  if (known) return known;
  const rows = Array.from({ length: size }, (_, row) => `($${row * 3 + 1}::text, $${row * 3 + 2}::text, $${row * 3 + 3}::bytea)`);
  const text = `
    insert into deliveries as known (guid, event, body, correlation_id)
    select guid, event, body, guid from (values ${rows.join(', ')}) as fresh (guid, event, body) where guid is not null
    on conflict (guid) do update
      set state = 'received', event = excluded.event, body = excluded.body, received_at = now(),
          finished_at = null, error_code = null, error_message = null
      where known.state = 'failed'
    returning guid`;
  insertTexts.set(size, text);
  return text;
}

/**
 * Whether the data is at fault. SQLSTATE classes 22 (data exception), 23 (integrity) and 54 (program limit, as an index
 * entry that is too long); all others say that the store can't write now.
 * https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
function isDataError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^(22|23|54)[0-9A-Z]{3}$/.test(code);
}

interface ClaimedRow {
  guid: string;
  event: string;
  body: Buffer;
  correlation_id: string;
  attempts: number;
  received_at: Date;
}

interface Wanted {
  guid: string;
  again: boolean;
}

async function claim(pool: pg.Pool, wanted: readonly Wanted[]): Promise<(ClaimedDelivery | null)[]> {
  const { rows } = await pool.query<ClaimedRow>({
    name: 'claim-deliveries',
    text: `update deliveries set state = 'processing', attempts = attempts + 1
      from unnest($1::text[], $2::boolean[]) as wanted (guid, again)
      where deliveries.guid = wanted.guid and (state = 'received' or (wanted.again and state = 'processing'))
      returning deliveries.guid, event, body, correlation_id, attempts, received_at`,
    values: [wanted.map(({ guid }) => guid), wanted.map(({ again }) => again)],
  });
  const found = new Map(rows.map((row) => [row.guid, row]));
  return Promise.all(
    wanted.map(async ({ guid }) => {
      const row = found.get(guid);
      // Whoever asks twice at once has it once.
      found.delete(guid);
      if (!row) return null;
      const { correlation_id: correlationId, received_at: receivedAt, body, ...rest } = row;
      return { ...rest, body: await unpackBody(body), correlationId, receivedAt };
    }),
  );
}

async function finish(pool: pg.Pool, guids: readonly string[]): Promise<undefined[]> {
  await pool.query({
    name: 'finish-deliveries',
    text: `update deliveries set state = 'done', finished_at = now(), error_code = null, error_message = null
      where guid = any($1::text[])`,
    values: [guids],
  });
  return guids.map(() => undefined);
}

/** As stored, so packed; larger ones are worked alone. */
const HELD_TOGETHER_UP_TO_BYTES = 64 * 1024;

async function readReceived(pool: pg.Pool, guids: readonly string[]): Promise<ReceivedDelivery[]> {
  const { rows } = await pool.query<Pick<ClaimedRow, 'guid' | 'event' | 'body' | 'received_at'>>({
    name: 'read-received-deliveries',
    text: `select guid, event, body, received_at from deliveries
      where guid = any($1::text[]) and state = 'received' and octet_length(body) <= ${HELD_TOGETHER_UP_TO_BYTES}`,
    values: [guids],
  });
  return Promise.all(
    rows.map(async ({ received_at: receivedAt, body, ...rest }) => ({ ...rest, body: await unpackBody(body), receivedAt })),
  );
}

async function finishReceived(pool: pg.Pool, guids: readonly string[]): Promise<void> {
  await pool.query({
    name: 'finish-received-deliveries',
    text: `update deliveries set state = 'done', attempts = attempts + 1, finished_at = now(), error_code = null, error_message = null
      where guid = any($1::text[]) and state = 'received'`,
    values: [guids],
  });
}

async function fail(pool: pg.Pool, guid: string, code: string, message: string): Promise<void> {
  await pool.query(
    `update deliveries set state = 'failed', finished_at = now(), error_code = $2, error_message = $3
     where guid = $1 and state <> 'done'`,
    [guid, withoutNuls(code), withoutNuls(message).slice(0, ERROR_MESSAGE_LIMIT)],
  );
}

/** Text columns refuse NULs, and messages of errors may quote anything. */
function withoutNuls(text: string): string {
  return text.replaceAll('\0', '');
}

async function reopen(pool: pg.Pool, guid: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update deliveries set state = 'received', finished_at = null, error_code = null, error_message = null
     where guid = $1 and state = 'failed'`,
    [guid],
  );
  return rowCount === 1;
}

async function unfinished(pool: pg.Pool, olderThan: Date, limit: number): Promise<UnfinishedDelivery[]> {
  const { rows } = await pool.query<Omit<UnfinishedDelivery, 'receivedAt'> & { received_at: Date }>(
    `select guid, event, state, attempts, received_at from deliveries
     where state in ('received', 'processing') and received_at < $1 order by received_at limit $2`,
    [olderThan, limit],
  );
  return rows.map(({ received_at: receivedAt, ...rest }) => ({ ...rest, receivedAt }));
}

async function countsByState(pool: pg.Pool): Promise<Record<DeliveryState, number>> {
  const { rows } = await pool.query<{ state: DeliveryState; count: number }>(
    'select state, count(*)::int as count from deliveries group by state',
  );
  const counts: Record<DeliveryState, number> = { received: 0, processing: 0, done: 0, failed: 0 };
  for (const row of rows) counts[row.state] = row.count;
  return counts;
}

async function unknown(pool: pg.Pool, guids: readonly string[]): Promise<string[]> {
  if (guids.length === 0) return [];
  const { rows } = await pool.query<{ guid: string }>(
    `select wanted.guid from unnest($1::text[]) as wanted (guid)
     where not exists (select from deliveries where deliveries.guid = wanted.guid)`,
    [guids],
  );
  return rows.map(({ guid }) => guid);
}

async function lastReceivedAt(pool: pg.Pool): Promise<Date | null> {
  const { rows } = await pool.query<{ last: Date | null }>('select max(received_at) as last from deliveries');
  return rows[0]?.last ?? null;
}
