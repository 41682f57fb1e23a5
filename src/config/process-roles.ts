import { z } from 'zod';

/** What a process of Regreen does: takes webhooks, works jobs, answers the API. */
export const PROCESS_ROLES = ['intake', 'worker', 'api'] as const;
export type ProcessRole = (typeof PROCESS_ROLES)[number];

const isProcessRole = (name: string): name is ProcessRole => (PROCESS_ROLES as readonly string[]).includes(name);

/** The variable of the roles, with descriptions for .env.example. */
export const PROCESS_ROLE_VARIABLES = {
  PROCESS_ROLES: z
    .string()
    .default(PROCESS_ROLES.join(','))
    .transform((text, context): ReadonlySet<ProcessRole> => {
      const names = text.split(/[\s,]+/).filter((name) => name !== '');
      const unknown = names.find((name) => !isProcessRole(name));
      if (unknown === undefined && names.length > 0) return new Set(names.filter(isProcessRole));
      const found = unknown === undefined ? 'none' : `"${unknown.slice(0, 40)}"`;
      context.addIssue({ code: 'custom', message: `found ${found}; wanted one or more of ${PROCESS_ROLES.join(', ')}` });
      return z.NEVER;
    })
    .describe(
      'What this process does: intake takes webhooks, worker works jobs, api answers the API and live updates. With fewer than all, the others must run elsewhere on the same DATABASE_URL. "--role" at the start says the same.',
    ),
};

/** Processes that share the work share a database, and the embedded one is held by one process. */
export function processRoleFaults(values: {
  PROCESS_ROLES: ReadonlySet<ProcessRole>;
  DATABASE_URL?: string | undefined;
}): string[] {
  if (values.DATABASE_URL !== undefined || values.PROCESS_ROLES.size === PROCESS_ROLES.length) return [];
  const roles = [...values.PROCESS_ROLES].join(', ');
  return [`PROCESS_ROLES: found ${roles} without DATABASE_URL; wanted the database that the other processes use as well`];
}
