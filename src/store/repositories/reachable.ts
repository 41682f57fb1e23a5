import pg from 'pg';
import { RegreenError, UnavailableError } from '../../errors.ts';

/** SQLSTATE classes that say nothing against the query: connection, resources, operator's intervention. */
const AWAY = /^(?:08|53|57)/;

/** Says of a query that it failed because the database is away. @throws UnavailableError `DATABASE_UNAVAILABLE` */
export async function whenReachable<T>(query: Promise<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    if (!isAway(error)) throw error;
    throw new UnavailableError('DATABASE_UNAVAILABLE', 'The database does not answer.', { cause: error });
  }
}

/** What PostgreSQL itself says carries a SQLSTATE. Any other error means that no answer came, unless it is a fault in the code. */
function isAway(error: unknown): boolean {
  // What was thrown on purpose says what it says.
  if (error instanceof RegreenError) return false;
  if (error instanceof pg.DatabaseError) return AWAY.test(error.code ?? '');
  return error instanceof Error && !CODE_FAULTS.some((kind) => error instanceof kind);
}

const CODE_FAULTS = [TypeError, RangeError, ReferenceError, SyntaxError];
