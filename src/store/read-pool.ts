import type pg from 'pg';
import type { Logger } from '../telemetry/log.ts';
import { type ConnectionSettings, createPool } from './database.ts';
import { ReplicaLag } from './replica-lag.ts';

/** What Kysely and `createReachDatabase` want of a pool. */
export interface ReadPool {
  connect(): Promise<pg.PoolClient>;
  end(): Promise<void>;
}

export interface Reads {
  /** Gives out connections of the replica while it keeps up, else of the primary. */
  pool: ReadPool;
  /** Looks at the replica now; otherwise that happens every second. */
  look(): Promise<void>;
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 1_000;
const PATIENCE_MS = 3_000;

interface Position {
  system: string;
  position: string | null;
  standby: boolean;
}

/** Whoever takes writes has a position of its own; a standby has that up to which it has replayed, null where it replays nothing. */
const POSITION = `select (select system_identifier from pg_control_system())::text as system, pg_is_in_recovery() as standby,
  (case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end)::text as position`;

/**
 * Reads that may be some seconds old, at a streaming replica. Where that is away, behind by more than `lagSeconds`, or no replica of
 * this primary, they go to the primary, and one line in the log says so, as one does when they go back.
 */
export function createReads(options: {
  primary: pg.Pool;
  replica: ConnectionSettings;
  connections: number;
  lagSeconds: number;
  log: Logger;
}): Reads {
  const { primary, lagSeconds, log } = options;
  const replica = createPool(options.replica, { max: options.connections, log });
  const lag = new ReplicaLag();
  /** Why the replica is not read; null while it is. */
  let reason: string | null = 'it has not been looked at';
  let isTold = false;

  function judge(found: string | null): void {
    if (found === null && reason !== null) log.info('analytics and lists are read at the replica');
    if (found !== null && (reason === null || !isTold))
      log.warn({ reason: found }, 'the replica is not used; the primary is read');
    isTold = true;
    reason = found;
  }

  async function look(): Promise<void> {
    const now = performance.now();
    const [source, copy] = await Promise.allSettled([positionOf(primary), positionOf(replica)]);
    // Without the primary there is nothing new to be behind of.
    if (source.status === 'fulfilled' && source.value.position !== null) lag.wrote(source.value.position, now);
    judge(copy.status === 'rejected' ? 'it does not answer' : whyNot(copy.value, source));
  }

  function whyNot({ system, standby, position }: Position, source: PromiseSettledResult<Position>): string | null {
    if (!standby || position === null) return 'it is no streaming replica';
    if (source.status === 'fulfilled' && source.value.system !== system) return 'it is a replica of another database';
    const seconds = lag.secondsAt(position, performance.now());
    if (seconds === null) return 'it has yet to reach where the primary was at the start';
    return seconds > lagSeconds ? `it is ${Math.round(seconds)} s behind` : null;
  }

  // One at a time: who hangs is not asked again and again meanwhile.
  let looking: Promise<void> | null = null;
  const lookAgain = () => {
    looking ??= look().finally(() => {
      looking = null;
    });
  };
  const timer = setInterval(lookAgain, LOOK_EVERY_MS);
  timer.unref();
  lookAgain();

  return {
    pool: {
      connect: async () => {
        if (reason !== null) return primary.connect();
        try {
          return await replica.connect();
        } catch {
          judge('it does not answer');
          return primary.connect();
        }
      },
      // Both pools belong to somebody else.
      end: async () => undefined,
    },
    look,
    close: async () => {
      clearInterval(timer);
      await looking;
      await replica.end();
    },
  };
}

async function positionOf(pool: pg.Pool): Promise<Position> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  try {
    const { rows } = await Promise.race([pool.query<Position>(POSITION), late.promise]);
    const [row] = rows;
    if (!row) throw new Error('no position');
    return row;
  } finally {
    clearTimeout(timer);
  }
}
