import { notAccessible, notFound, Refusal } from '../http/refusal.ts';
import type { Account, PermissionName, Permissions, Repository, Role } from '../state/model.ts';
import { covers } from '../state/state.ts';
import type { Caller } from './caller.ts';

export type Level = 'read' | 'write';
/** One permission that a route needs, for example `{ contents: 'write' }`. */
export type Need = Partial<Record<PermissionName, Level>>;

const WRITERS: readonly Role[] = ['admin', 'maintain', 'write'];

export function allows(granted: Permissions, need: Need): boolean {
  return Object.entries(need).every(([name, level]) => {
    const held = Object.entries(granted).find(([key]) => key === name)?.[1];
    return held === 'write' || held === 'admin' || held === level;
  });
}

/** As in `x-accepted-github-permissions`: alternatives by `;`, what is needed together by `,`. */
export function describeNeeds(needs: readonly Need[]): string {
  return needs
    .map((need) =>
      Object.entries(need)
        .map(([name, level]) => `${name}=${level}`)
        .join(','),
    )
    .join('; ');
}

/** The role that an account has in a repository, `null` without any. */
export function roleOf(repository: Repository, accountId: number, login: string): Role | null {
  if (repository.owner.id === accountId) return 'admin';
  return repository.collaborators.get(login) ?? (repository.private ? null : 'read');
}

/** What a role may, as the API tells it. */
export function rolePermissions(role: Role | null) {
  return {
    admin: role === 'admin',
    maintain: role === 'admin' || role === 'maintain',
    push: role !== null && WRITERS.includes(role),
    triage: role !== null && role !== 'read',
    pull: role !== null,
  };
}

/** Whether an account may push. */
export function mayWrite(repository: Repository, account: Account): boolean {
  const role = roleOf(repository, account.id, account.login);
  return role !== null && WRITERS.includes(role);
}

/** Whether the caller may know that the repository exists. Source: private repositories answer 404, not 403 (troubleshooting-the-rest-api#404-not-found). */
export function canSee(caller: Caller, repository: Repository): boolean {
  if (!repository.private) return true;
  return isWithinReach(caller, repository);
}

/** Whether the token was given for this repository. */
export function isWithinReach(caller: Caller, repository: Repository): boolean {
  if (caller.kind === 'installation') {
    const named = caller.repositoryIds === null || caller.repositoryIds.has(repository.id);
    return named && covers(caller.installation, repository);
  }
  if (caller.kind === 'workflow') return caller.repository === repository;
  if (caller.kind !== 'person') return false;
  // Source: …/generating-a-user-access-token-for-a-github-app: "can only access resources that both the user and app can access"
  const both = caller.app === null || caller.installations().some((installation) => covers(installation, repository));
  return both && roleOf(repository, caller.account.id, caller.account.login) !== null;
}

/**
 * Lets the caller pass when one of the needs is met in the repository; throws 401, 403 or 404 as GitHub does.
 * Source: https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps
 */
export function requireAccess(caller: Caller, repository: Repository, needs: readonly Need[]): void {
  if (!canSee(caller, repository)) throw notFound();
  const reads = needs.some((need) => Object.values(need).every((level) => level === 'read'));
  if (caller.kind === 'app' || caller.kind === 'client') throw new Refusal(403, 'Resource not accessible by integration');
  if (caller.kind === 'anonymous') {
    if (reads) return;
    throw new Refusal(401, 'Requires authentication');
  }
  if (caller.kind === 'person') {
    requirePerson(caller.account.id, caller.account.login, repository, reads);
    requireBoth(caller, repository, needs, reads);
    return;
  }
  // Public repositories may be read by every installation, also where the app is not installed.
  if (!isWithinReach(caller, repository) && reads) return;
  const granted = isWithinReach(caller, repository) && needs.some((need) => allows(caller.permissions, need));
  if (!granted) throw notAccessible(describeNeeds(needs));
}

/** What a person's token of the app may do, the app must be allowed, too. Source: as above */
function requireBoth(
  caller: Extract<Caller, { kind: 'person' }>,
  repository: Repository,
  needs: readonly Need[],
  reads: boolean,
): void {
  if (caller.app === null || (reads && !repository.private)) return;
  const installation = caller.installations().find((one) => covers(one, repository));
  const granted = installation && needs.some((need) => allows(installation.permissions, need));
  if (!granted) throw notAccessible(describeNeeds(needs));
}

function requirePerson(id: number, login: string, repository: Repository, reads: boolean): void {
  const role = roleOf(repository, id, login);
  if (reads || (role && WRITERS.includes(role))) return;
  throw new Refusal(403, 'Must have push access to repository');
}
