import type { RepositoryConfig } from '../config/repository-config.ts';
import type { CauseCategory } from '../diagnosis/types.ts';

/** What `fix:` of regreen.yml is called where fixers have their ids. */
export const OWN_COMMAND = 'own-command';

/** Tools with a "fix it" of their own mend layout and findings; whatever else a command does is no fix of ours. */
const CAUSES: ReadonlySet<CauseCategory> = new Set(['formatting', 'lint']);

/** The repository's own command for a cause; `null` where none is named, or the cause is none that it can mend. Pure. */
export function ownCommandFor({ fix }: Pick<RepositoryConfig, 'fix'>, cause: CauseCategory): string | null {
  return fix !== null && CAUSES.has(cause) ? fix : null;
}
