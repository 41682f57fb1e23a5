import { InvalidRequestError, UnavailableError } from '../../errors.ts';

export interface GroupCommitOptions<Row, Result> {
  /** Writes all rows in one statement, or none; answers one result a row, in order. No two rows have the same key. */
  write(rows: readonly Row[]): Promise<Result[]>;
  /** Rows with the same key are the same thing: only the first is written, the others wait for it. */
  keyOf(row: Row): string;
  bytesOf(row: Row): number;
  /** What the later ones of equal rows are answered once the first is written. */
  repeated: Result;
  limits: GroupCommitLimits;
}

export interface GroupCommitLimits {
  /** Rows of one statement. */
  rows: number;
  /** Bytes of one statement; a row that is bigger goes alone. */
  bytes: number;
  /** Statements under way at once. */
  flights: number;
  /** Rows, and bytes, that may wait for a statement. Beyond, `add` fails at once. */
  waitingRows: number;
  waitingBytes: number;
  /** Milliseconds that a row waits for its statement, and that a statement may take. */
  waitMs: number;
  flightMs: number;
}

interface Waiting<Row, Result> {
  row: Row;
  bytes: number;
  /** `performance.now()` after which the row has waited too long. */
  deadline: number;
  settle: PromiseWithResolvers<Result>;
}

/** Collects rows that arrive at once and writes them together: one round trip and one fsync for many. */
export class GroupCommit<Row, Result> {
  readonly #options: GroupCommitOptions<Row, Result>;
  /** In order of arrival, so the first is always the one that has waited longest. */
  #waiting: Waiting<Row, Result>[] = [];
  #waitingBytes = 0;
  #flights = 0;
  #wake: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Rows that wait or are being written, by key. */
  readonly #pending = new Map<string, Promise<Result>>();

  constructor(options: GroupCommitOptions<Row, Result>) {
    this.#options = options;
  }

  /**
   * Resolves when the row is committed.
   * @throws UnavailableError `STORE_UNAVAILABLE` or `STORE_BUSY`, within `waitMs` + `flightMs`
   * @throws InvalidRequestError `ROW_REFUSED` when the store refuses this very row
   */
  async add(row: Row): Promise<Result> {
    const key = this.#options.keyOf(row);
    const first = this.#pending.get(key);
    if (first) {
      await first;
      return this.#options.repeated;
    }
    const bytes = this.#options.bytesOf(row);
    this.#refuseWhenFull(bytes);
    const settle = Promise.withResolvers<Result>();
    this.#pending.set(key, settle.promise);
    this.#waiting.push({ row, bytes, deadline: performance.now() + this.#options.limits.waitMs, settle });
    this.#waitingBytes += bytes;
    this.#schedule();
    return settle.promise.finally(() => this.#pending.delete(key));
  }

  #refuseWhenFull(bytes: number): void {
    const { waitingRows, waitingBytes } = this.#options.limits;
    if (this.#waiting.length >= waitingRows || (this.#waitingBytes > 0 && this.#waitingBytes + bytes > waitingBytes)) {
      throw new UnavailableError('STORE_BUSY', 'Too much is waiting to be stored.');
    }
  }

  /** The statement leaves at the end of this turn of the event loop, with all that arrived in it. */
  #schedule(): void {
    if (!this.#mayLaunch()) {
      this.#watch();
      return;
    }
    this.#wake ??= setImmediate(() => {
      this.#wake = undefined;
      this.#launch();
    });
  }

  /** A further statement beside others leaves only full: few large groups cost less than many small ones. */
  #mayLaunch(): boolean {
    const { flights, rows } = this.#options.limits;
    return this.#waiting.length >= (this.#flights === 0 ? 1 : rows) && this.#flights < flights;
  }

  #launch(): void {
    while (this.#mayLaunch()) {
      this.#flights += 1;
      void this.#fly(this.#takeGroup());
    }
    this.#watch();
  }

  #takeGroup(): Waiting<Row, Result>[] {
    const { rows, bytes: most } = this.#options.limits;
    let count = 0;
    let bytes = 0;
    for (const entry of this.#waiting) {
      if (count === rows || (count > 0 && bytes + entry.bytes > most)) break;
      count += 1;
      bytes += entry.bytes;
    }
    this.#waitingBytes -= bytes;
    return this.#waiting.splice(0, count);
  }

  async #fly(group: Waiting<Row, Result>[]): Promise<void> {
    const timer = setTimeout(
      () => refuse(group, unavailable(new Error('the statement took too long'))),
      this.#options.limits.flightMs,
    );
    try {
      await this.#write(group);
    } finally {
      clearTimeout(timer);
      this.#flights -= 1;
      this.#launch();
    }
  }

  /** A row that the store refuses fails alone: the group is halved until it is found. */
  async #write(group: Waiting<Row, Result>[]): Promise<void> {
    try {
      const results = await this.#options.write(group.map((entry) => entry.row));
      for (const [index, entry] of group.entries()) entry.settle.resolve(results[index] as Result);
    } catch (error) {
      if (!(error instanceof RowRefused) || group.length === 1) {
        refuse(group, error instanceof RowRefused ? refusedRow(error) : unavailable(error));
        return;
      }
      const middle = group.length >> 1;
      await this.#write(group.slice(0, middle));
      await this.#write(group.slice(middle));
    }
  }

  /** Rows that wait while all statements are under way are given up in time. */
  #watch(): void {
    const first = this.#waiting[0];
    if (this.#timer || !first) return;
    const check = () => {
      this.#timer = undefined;
      this.#giveUpOverdue();
      this.#watch();
    };
    // Not a reason to keep the process alive: what waits has a statement before it that is.
    this.#timer = setTimeout(check, Math.max(1, first.deadline - performance.now())).unref();
  }

  #giveUpOverdue(): void {
    const now = performance.now();
    const firstInTime = this.#waiting.findIndex((entry) => entry.deadline > now);
    const overdue = this.#waiting.splice(0, firstInTime === -1 ? this.#waiting.length : firstInTime);
    for (const entry of overdue) this.#waitingBytes -= entry.bytes;
    refuse(overdue, unavailable(new Error('waited too long for a statement')));
  }
}

/** Thrown by `write` when the data, not the store, is at fault. */
export class RowRefused extends Error {}

function refuse<Row, Result>(group: readonly Waiting<Row, Result>[], error: Error): void {
  for (const entry of group) entry.settle.reject(error);
}

function unavailable(cause: unknown): UnavailableError {
  return new UnavailableError('STORE_UNAVAILABLE', 'The delivery could not be stored; it was not accepted.', { cause });
}

function refusedRow(cause: unknown): InvalidRequestError {
  return new InvalidRequestError('ROW_REFUSED', 'The store refuses this delivery.', { cause });
}
