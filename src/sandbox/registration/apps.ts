import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { EventName } from '../state/events.ts';
import type { Account, App, Permissions } from '../state/model.ts';
import type { State } from '../state/state.ts';

const FIRST_APP_ID = 240_001;

export interface AppFacts {
  name: string;
  description: string | null;
  permissions: Permissions;
  events: readonly EventName[];
}

/** What only the one who registered the app is told, once. */
export interface AppSecrets {
  /** PEM. */
  privateKey: string;
  clientSecret: string;
}

/** Where people find an app: its name in lower case. Source: https://docs.github.com/en/apps/creating-github-apps/registering-a-github-app/registering-a-github-app */
export function slugOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

/** Makes an app with its bot, and its secrets. */
export function createApp(state: State, clock: Clock, owner: Account, facts: AppFacts): { app: App; secrets: AppSecrets } {
  const slug = slugOf(facts.name);
  const app: App = {
    id: FIRST_APP_ID + state.registeredApps,
    slug,
    name: facts.name,
    clientId: `Iv23li${randomBytes(7).toString('hex')}`,
    description: facts.description,
    owner,
    bot: addAccount(state, clock, `${slug}[bot]`, 'Bot'),
    permissions: facts.permissions,
    events: facts.events,
    webhookSecret: randomBytes(24).toString('hex'),
    createdAt: clock.now(),
  };
  state.registeredApps += 1;
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const privateKey = keys.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  return { app, secrets: { privateKey, clientSecret: randomBytes(20).toString('hex') } };
}

export function publicHalf(privateKey: string): KeyObject {
  return createPublicKey(privateKey);
}

/** Bots have GitHub's own form of e-mail address: `<id>+<login>@users.noreply.github.com`. */
export function addAccount(state: State, clock: Clock, login: string, kind: Account['kind']): Account {
  const id = state.ids.take('account');
  const account: Account = {
    id,
    login,
    kind,
    plan: 'free',
    name: login,
    email: `${id}+${login}@users.noreply.github.com`,
    createdAt: clock.now(),
  };
  state.accounts.set(login.toLowerCase(), account);
  return account;
}
