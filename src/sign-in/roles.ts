import type { Role } from '../config/api-keys.ts';
import type { UserPermission } from '../github/user-authorisation.ts';

/**
 * What somebody is in a repository, by what GitHub lets them do there. Whoever may push may press the check run's buttons, and so
 * may approve here, too; who may only triage or read looks on.
 */
export const ROLE_OF: Readonly<Record<UserPermission, Role>> = { pull: 'viewer', push: 'approver', admin: 'admin' };
