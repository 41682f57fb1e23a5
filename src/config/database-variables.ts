import { z } from 'zod';
import { tlsFaults, withTls } from './database-tls.ts';
import { integer, url } from './variable-types.ts';

/** How the database is used, beside where it is. */
export interface DatabaseEnvironment {
  /** Connections that this process opens at most, by what they are for. */
  pools: { work: number; intake: number; queue: number };
  /** A streaming replica for reading, and how far behind it may be; `null` where there is none. */
  replica: { url: string; lagSeconds: number } | null;
}

const ADDRESS = 'an address such as postgresql://user:password@host:5432/regreen';
const PROTOCOLS = ['postgres:', 'postgresql:'];

export const DATABASE_VARIABLES = {
  DATABASE_URL: url(ADDRESS, PROTOCOLS)
    .optional()
    .describe(
      'A PostgreSQL (14 or newer) of your own. Without it an embedded one keeps its data in REGREEN_DATA_DIR. For TLS add ?sslmode=verify-full (encrypted, certificate and host name checked), verify-ca (certificate only) or require (encrypted only, unless there is a root certificate: then as verify-ca), as for libpq; sslrootcert, sslcert and sslkey name files. DATABASE_URL_FILE names a file instead.',
    ),
  DATABASE_SSL_ROOT_CERT: z
    .string()
    .min(1)
    .optional()
    .describe(
      "A PEM file of the authorities that may have signed the database's certificate; without it those that Node trusts. The same as sslrootcert in DATABASE_URL; without an sslmode there it means verify-full.",
    ),
  DATABASE_POOL_SIZE: integer(2, 500, 10).describe('Connections to the database for jobs and the API, at most.'),
  DATABASE_INTAKE_POOL_SIZE: integer(2, 100, 3).describe(
    'Connections for storing webhooks, at most: their own, so that slow jobs never hold them up.',
  ),
  DATABASE_QUEUE_POOL_SIZE: integer(2, 100, 6).describe(
    'Connections of the queue, at most. A process opens two more that only listen; connections that nobody uses are closed after 2 s.',
  ),
  DATABASE_REPLICA_URL: url(ADDRESS, PROTOCOLS)
    .optional()
    .describe(
      'A streaming replica of that database. Processes that answer the API read analytics, builds, deployments, agents and the audit log there; what people act on is read at the primary. sslmode as in DATABASE_URL. DATABASE_REPLICA_URL_FILE names a file instead.',
    ),
  DATABASE_REPLICA_LAG_SECONDS: integer(1, 3_600, 10).describe(
    'A replica that is further behind, or away, is not read: the primary is, and the log says so.',
  ),
};

interface Values {
  DATABASE_REPLICA_URL?: string | undefined;
  DATABASE_REPLICA_LAG_SECONDS: number;
  DATABASE_URL?: string | undefined;
  DATABASE_SSL_ROOT_CERT?: string | undefined;
  DATABASE_POOL_SIZE: number;
  DATABASE_INTAKE_POOL_SIZE: number;
  DATABASE_QUEUE_POOL_SIZE: number;
}

/** What the variables say together and can't mean. */
export function databaseFaults(values: Values): string[] {
  const { DATABASE_URL, DATABASE_SSL_ROOT_CERT, DATABASE_REPLICA_URL } = values;
  if (DATABASE_URL === undefined) {
    return Object.entries({ DATABASE_SSL_ROOT_CERT, DATABASE_REPLICA_URL })
      .filter(([, value]) => value !== undefined)
      .map(([name]) => `${name}: found without DATABASE_URL; wanted the database that it belongs to`);
  }
  const addresses = { DATABASE_URL, DATABASE_REPLICA_URL };
  const faults = Object.entries(addresses).flatMap(([name, address]) =>
    address === undefined ? [] : tlsFaults(name, address, DATABASE_SSL_ROOT_CERT),
  );
  // A root certificate that both have is one fault.
  return [...new Set(faults)];
}

/** The address with all that is known of its certificate in it. */
export function databaseUrl({ DATABASE_URL, DATABASE_SSL_ROOT_CERT }: Values): string | null {
  return DATABASE_URL === undefined ? null : withTls(DATABASE_URL, DATABASE_SSL_ROOT_CERT);
}

export function toDatabaseEnvironment(values: Values): DatabaseEnvironment {
  const { DATABASE_REPLICA_URL: replicaUrl, DATABASE_SSL_ROOT_CERT: root } = values;
  return {
    replica:
      replicaUrl === undefined ? null : { url: withTls(replicaUrl, root), lagSeconds: values.DATABASE_REPLICA_LAG_SECONDS },
    pools: {
      work: values.DATABASE_POOL_SIZE,
      intake: values.DATABASE_INTAKE_POOL_SIZE,
      queue: values.DATABASE_QUEUE_POOL_SIZE,
    },
  };
}
