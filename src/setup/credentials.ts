import { randomBytes } from 'node:crypto';
import { InvalidRequestError } from '../errors.ts';
import type { RegisteredApp } from '../github/app-registration.ts';
import { assignment, readEnvFile, readVariables, type Variables, withVariables, writeEnvFile } from './env-file.ts';

/** What belongs to one App and its GitHub, and would be wrong for another. */
const OF_ONE_APP = ['GITHUB_API_URL', 'WEBHOOK_PROXY_URL', 'GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET'];
/** What setup always writes; other forms of the same variables must not stay beside them. */
const OWN = ['APP_ID', 'PRIVATE_KEY', 'WEBHOOK_SECRET'];
const OTHER_FORMS = ['PRIVATE_KEY_PATH', 'WEBHOOK_SECRET_FILE', 'GITHUB_CLIENT_SECRET_FILE'];

/** Where the App and its webhooks are, as far as that is no default. */
export interface Surroundings {
  apiUrl: string;
  proxyUrl: string | null;
  publicUrl: string | null;
}

/** The variables with which Regreen acts as this App. */
export function credentialsOf(app: RegisteredApp, { apiUrl, proxyUrl, publicUrl }: Surroundings): Variables {
  return {
    APP_ID: String(app.id),
    PRIVATE_KEY: app.privateKey,
    ...(app.webhookSecret === null ? {} : { WEBHOOK_SECRET: app.webhookSecret }),
    ...(apiUrl === 'https://api.github.com' ? {} : { GITHUB_API_URL: apiUrl }),
    ...(proxyUrl === null ? {} : { WEBHOOK_PROXY_URL: proxyUrl }),
    // With an address for browsers, people can sign in with GitHub.
    ...(publicUrl === null
      ? {}
      : { PUBLIC_URL: publicUrl, GITHUB_CLIENT_ID: app.clientId, GITHUB_CLIENT_SECRET: app.clientSecret }),
  };
}

/** The App that a .env file already has credentials of: its number, or "an App" where only a secret stands there. */
export async function appIn(path: string): Promise<string | null> {
  const variables = readVariables((await readEnvFile(path)) ?? '');
  const present = [...OWN, 'PRIVATE_KEY_PATH', 'WEBHOOK_SECRET_FILE'].filter((name) => variables.has(name));
  if (present.length === 0) return null;
  return variables.get('APP_ID') ?? `an App (${present.join(', ')})`;
}

/**
 * Puts the credentials into the file, whose other lines stay.
 * @param replace whether credentials that are there may go
 * @throws InvalidRequestError `ENV_FILE_HAS_APP`
 */
export async function saveCredentials(path: string, variables: Variables, replace: boolean): Promise<void> {
  const known = await appIn(path);
  if (known !== null && !replace) throw occupied(path, known);
  const text = (await readEnvFile(path)) ?? '';
  const stale = OF_ONE_APP.filter((name) => replace && !(name in variables));
  await writeEnvFile(path, withVariables(text, { ...variables, ...missingKey(text, variables) }, [...OTHER_FORMS, ...stale]));
}

/** Sign-in keeps people's tokens under a key. One that is there stays: what lies under it could not be read any more. */
function missingKey(text: string, variables: Variables): Variables {
  const known = readVariables(text);
  const needed = 'GITHUB_CLIENT_ID' in variables && !known.has('ENCRYPTION_KEYS') && !known.has('ENCRYPTION_KEYS_FILE');
  return needed ? { ENCRYPTION_KEYS: `first:${randomBytes(32).toString('base64')}` } : {};
}

export function occupied(path: string, known: string): InvalidRequestError {
  return new InvalidRequestError('ENV_FILE_HAS_APP', `${path} already has the credentials of ${named(known)}.`, {
    hint: 'Use --dotenv for another file, --print to print the new ones, or --replace to put them in the place of the old ones.',
  });
}

export function named(known: string): string {
  return /^\d+$/.test(known) ? `App ${known}` : known;
}

/** For a secret store: lines of a .env file, or a JSON object. */
export function printed(variables: Variables, format: 'env' | 'json'): string {
  if (format === 'json') return JSON.stringify(variables, null, 2);
  return Object.entries(variables)
    .map(([name, value]) => assignment(name, value))
    .join('\n');
}
