import { ALL_SCOPES, type Role, type Scope } from '../../config/api-keys.ts';

export type { Scope } from '../../config/api-keys.ts';

const VIEWER: readonly Scope[] = [
  'incidents:read',
  'builds:read',
  'approvals:read',
  'repositories:read',
  'notifications:read',
  'tokens:write',
];
const DEVELOPER: readonly Scope[] = [
  ...VIEWER,
  'incidents:write',
  'builds:write',
  'diagnoses:write',
  'fixes:write',
  'tasks:read',
  'notifications:send',
];
const APPROVER: readonly Scope[] = [...DEVELOPER, 'approvals:write'];

/** What each role may do: each all that the ones before it may. */
export const SCOPES: Readonly<Record<Role, ReadonlySet<Scope>>> = {
  viewer: new Set(VIEWER),
  developer: new Set(DEVELOPER),
  approver: new Set(APPROVER),
  admin: new Set(ALL_SCOPES),
};

/** Of the whole server: nobody has these by what GitHub lets them do in a repository. */
const OF_THE_SERVER: readonly Scope[] = [
  'keys:read',
  'keys:write',
  'tokens:write',
  'notifications:read',
  'notifications:send',
  'notifications:write',
];

/** What each role may do of a person who has signed in, in the repositories where they have it. */
export const PERSON_SCOPES: Readonly<Record<Role, ReadonlySet<Scope>>> = {
  viewer: ofRepositories('viewer'),
  developer: ofRepositories('developer'),
  approver: ofRepositories('approver'),
  admin: ofRepositories('admin'),
};

function ofRepositories(role: Role): ReadonlySet<Scope> {
  return new Set([...SCOPES[role]].filter((scope) => !OF_THE_SERVER.includes(scope)));
}

/** What is left of a role's rights where only some scopes were given; names that are not known (any more) give nothing. */
export function narrowed(rights: ReadonlySet<Scope>, scopes: readonly string[] | null): ReadonlySet<Scope> {
  return scopes === null ? rights : new Set([...rights].filter((scope) => scopes.includes(scope)));
}
