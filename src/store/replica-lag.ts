interface Mark {
  position: bigint;
  /** When the primary was first seen there, in milliseconds of a clock that never goes back. */
  at: number;
}

/** An hour of looks, one a second; who is further behind is too far behind. */
const MOST_MARKS = 3_600;

/**
 * How far a replica is behind, by where the primary was when. PostgreSQL's own `pg_last_xact_replay_timestamp` grows on a primary
 * that nobody writes to, and a replica that has lost its primary counts as up to date by `pg_last_wal_receive_lsn`.
 */
export class ReplicaLag {
  #marks: Mark[] = [];

  /** The primary is at this position of its log. */
  wrote(position: string, at: number): void {
    const mark = { position: parsePosition(position), at };
    if (this.#marks.at(-1)?.position === mark.position) return;
    this.#marks.push(mark);
    if (this.#marks.length > MOST_MARKS) this.#marks.shift();
  }

  /**
   * Seconds since the primary was seen ahead of where the replica is, so at least so far is it behind; null where it has not reached
   * the first mark.
   */
  secondsAt(replayed: string, now: number): number | null {
    const position = parsePosition(replayed);
    const passed = this.#marks.findLastIndex((mark) => mark.position <= position);
    if (passed === -1) return null;
    const next = this.#marks[passed + 1];
    return next ? (now - next.at) / 1_000 : 0;
  }
}

/** `pg_lsn` as text: two hexadecimal numbers of 32 bits. https://www.postgresql.org/docs/18/datatype-pg-lsn.html */
function parsePosition(text: string): bigint {
  const [high = '0', low = '0'] = text.split('/');
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}
