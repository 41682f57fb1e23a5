import type { Account, App, Installation, Permissions, Repository } from '../state/model.ts';

/** Who sends a request. */
export type Caller =
  | { kind: 'anonymous' }
  /** The app itself, by a JWT. */
  | { kind: 'app'; app: App }
  /** The app as an OAuth client, by its client secret. */
  | { kind: 'client' }
  /** The app in an installation, by an installation token. */
  | {
      kind: 'installation';
      app: App;
      installation: Installation;
      permissions: Permissions;
      repositoryIds: ReadonlySet<number> | null;
    }
  /** A workflow run, by its GITHUB_TOKEN. */
  | { kind: 'workflow'; bot: Account; permissions: Permissions; repository: Repository }
  /** A person, by a personal access token; or by one that the person gave to the app, which reaches what both do. */
  | { kind: 'person'; account: Account; app: App | null; installations(): Installation[] };

/** How callers are told apart in the list of requests and in rate limits. */
export function callerKey(caller: Caller): string {
  if (caller.kind === 'installation') return `installation:${caller.installation.id}`;
  if (caller.kind === 'workflow') return `workflow:${caller.repository.id}`;
  if (caller.kind === 'person') return `person:${caller.account.login}`;
  return caller.kind;
}

/** The account in whose name the caller writes; `null` where there is none. */
export function actorOf(caller: Caller): Account | null {
  if (caller.kind === 'installation') return caller.app.bot;
  if (caller.kind === 'workflow') return caller.bot;
  return caller.kind === 'person' ? caller.account : null;
}
