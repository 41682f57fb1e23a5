import { ALL_SCOPES, ROLES, type Role } from '../config/api-keys.ts';
import { type Environment, loadEnvironmentFile, readEnvironment } from '../config/environment.ts';
import { createApiKey } from '../config/secret-keys.ts';
import { InvalidRequestError, NotFoundError } from '../errors.ts';
import { createKeyStore, type KeyStore, type StoredKey } from '../store/access/api-keys.ts';
import { openStoreBesideServer } from '../store/open.ts';
import { createLog } from '../telemetry/log.ts';
import { tellError } from './tell-error.ts';

export interface NewKeyOptions {
  name: string;
  role: string;
  scopes?: string;
  installations?: string;
  expiresInDays: string;
}

/** Who changed something, for the audit: whoever may start programs beside the database. */
const COMMAND_LINE = 'command-line';
const DAY_MS = 24 * 3_600_000;
const MOST_DAYS = 366;

/** Makes a key and prints it, once. @returns the exit status: 0, or 1 with the reason on stderr */
export function runKeysCreate(options: NewKeyOptions): Promise<number> {
  return withKeys(async (keys, say) => {
    const { key, created } = await createKey(keys, options, new Date());
    say(`${describe(created)}\n\n${key}\n\nThis is the only time that the key is shown.`);
  });
}

/** Prints all keys, a line each. */
export function runKeysList(): Promise<number> {
  return withKeys(async (keys, say) => {
    const all = await keys.list(null);
    say(all.length === 0 ? 'There are no keys yet; regreen keys create makes one.' : all.map(describe).join('\n'));
  });
}

/** Takes a key back. @param name its id, or its start as `keys list` shows it */
export function runKeysRevoke(name: string): Promise<number> {
  return withKeys(async (keys, say) => {
    const known = (await keys.list(null)).find(({ id, prefix }) => id === name || prefix === name);
    if (!known) throw new NotFoundError('KEY_NOT_FOUND', `There is no key ${name}.`, { hint: 'regreen keys list shows them.' });
    const revoked = await keys.revoke({ id: known.id, by: COMMAND_LINE, within: null }, new Date(), null);
    say(describe(revoked ?? known));
  });
}

/** @throws InvalidRequestError for options that can't be used */
export async function createKey(keys: KeyStore, options: NewKeyOptions, now: Date): Promise<{ key: string; created: StoredKey }> {
  const { key, ...fresh } = createApiKey();
  const created = await keys.create(
    {
      ...fresh,
      name: options.name,
      role: roleOf(options.role),
      scopes: options.scopes === undefined ? null : scopesOf(options.scopes),
      installations: options.installations === undefined ? null : installationsOf(options.installations),
      expiresAt: endOf(options.expiresInDays, now),
      createdBy: COMMAND_LINE,
    },
    now,
    null,
  );
  return { key, created };
}

function roleOf(text: string): Role {
  const role = ROLES.find((one) => one === text);
  if (role) return role;
  throw new InvalidRequestError('ROLE_INVALID', `--role must be one of ${ROLES.join(', ')}.`);
}

function scopesOf(text: string): string[] {
  const scopes = text.split(',');
  const unknown = scopes.filter((scope) => !ALL_SCOPES.some((one) => one === scope));
  if (unknown.length === 0) return scopes;
  throw new InvalidRequestError('SCOPES_INVALID', `--scopes must be of ${ALL_SCOPES.join(', ')}.`, { details: { unknown } });
}

function installationsOf(text: string): number[] {
  const ids = text.split(',').map(Number);
  if (ids.every((id) => Number.isSafeInteger(id) && id > 0)) return ids;
  throw new InvalidRequestError('INSTALLATIONS_INVALID', "--installations must be GitHub's ids, with commas between.", {
    hint: 'The id is the number in the address of the installation: …/settings/installations/ID.',
  });
}

function endOf(text: string, now: Date): Date | null {
  if (text === 'never') return null;
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= MOST_DAYS) return new Date(now.getTime() + days * DAY_MS);
  throw new InvalidRequestError('DAYS_INVALID', `--expires-in-days must be a whole number from 1 to ${MOST_DAYS}, or never.`);
}

function describe(key: StoredKey): string {
  const scopes = key.scopes === null ? '' : ` (only ${key.scopes.join(', ')})`;
  const where = key.installations === null ? 'all installations' : `installations ${key.installations.join(', ')}`;
  const end = key.expiresAt === null ? 'does not expire' : `expires ${key.expiresAt.toISOString()}`;
  const used = key.lastUsedAt === null ? 'never used' : `last used ${key.lastUsedAt.toISOString()}`;
  const state = key.revokedAt === null ? `${end}; ${used}` : `taken back ${key.revokedAt.toISOString()} by ${key.revokedBy}`;
  return `${key.prefix}  ${key.name}: ${key.role}${scopes} in ${where}; ${state}`;
}

async function withKeys(work: (keys: KeyStore, say: (text: string) => void) => Promise<void>): Promise<number> {
  try {
    loadEnvironmentFile();
    await withStore(readEnvironment(), (keys) => work(keys, (text) => process.stdout.write(`${text}\n`)));
    return 0;
  } catch (error) {
    return tellError(error);
  }
}

async function withStore(environment: Environment, work: (keys: KeyStore) => Promise<void>): Promise<void> {
  const store = await openStoreBesideServer({ environment, log: createLog({ level: 'silent' }), connections: 2 });
  try {
    await work(createKeyStore(store.database));
  } finally {
    await store.close();
  }
}
