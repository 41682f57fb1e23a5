/** What a caller may be, each with all that the ones before it may. */
export const ROLES = ['viewer', 'developer', 'approver', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** What a caller may do; each route asks for one. */
export const ALL_SCOPES = [
  'incidents:read',
  'incidents:write',
  'builds:read',
  'builds:write',
  'diagnoses:write',
  'fixes:write',
  'approvals:read',
  'approvals:write',
  'repositories:read',
  'tasks:read',
  'tasks:write',
  'notifications:read',
  'notifications:send',
  'notifications:write',
  'audit:read',
  'keys:read',
  'keys:write',
  'tokens:write',
] as const;
export type Scope = (typeof ALL_SCOPES)[number];

/** A key of the API and what its holder may do. */
export interface ApiKey {
  role: Role;
  key: string;
}

/** Shorter keys can be guessed; 20 characters of base64url are 120 bits. */
const SHORTEST_API_KEY = 20;

/**
 * Reads `role:key`, or a key alone, which may only look. Keys have no colon: RFC 6750 knows none in a bearer token.
 * @returns the fault, without a word of what was found, for it may be a part of a secret
 */
export function readApiKey(entry: string): ApiKey | { fault: string } {
  const colon = entry.indexOf(':');
  const name = colon < 0 ? 'viewer' : entry.slice(0, colon);
  const key = entry.slice(colon + 1);
  const role = ROLES.find((one) => one === name);
  if (!role) return { fault: `found a key with an unknown role; wanted ${ROLES.join(', ')} before the colon` };
  if (key.length < SHORTEST_API_KEY) {
    return {
      fault: `found a key of ${key.length} characters; wanted ${SHORTEST_API_KEY} or more, e.g. from "openssl rand -base64 30"`,
    };
  }
  return { role, key };
}
