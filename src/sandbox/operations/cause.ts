import { actorOf, type Caller } from '../auth/caller.ts';
import { notAccessible } from '../http/refusal.ts';
import type { Account, Permissions } from '../state/model.ts';

/** Who makes something happen, and what follows from it. */
export interface Cause {
  actor: Account;
  byApp: boolean;
  /**
   * What GITHUB_TOKEN does starts no workflow (those of a pull request wait for an approval: ./triggers.ts); what an installation token or a person does, does.
   * Source: https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/trigger-a-workflow#triggering-a-workflow-from-a-workflow
   */
  startsWorkflows: boolean;
  /** What the token may do; `null` for people, who may do all that their role lets them. */
  permissions: Permissions | null;
}

export function causeOf(caller: Caller): Cause {
  const actor = actorOf(caller);
  if (!actor) throw notAccessible();
  return {
    actor,
    byApp: caller.kind === 'installation',
    startsWorkflows: caller.kind !== 'workflow',
    permissions: caller.kind === 'installation' || caller.kind === 'workflow' ? caller.permissions : null,
  };
}

export function personCause(actor: Account): Cause {
  return { actor, byApp: false, startsWorkflows: true, permissions: null };
}
