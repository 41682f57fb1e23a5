import type { RepositoryConfig } from '../config/repository-config.ts';

/** No configuration raises these: they keep a mistake of ours from becoming a flood. */
export const BUDGETS = {
  /** Attempts that CI has judged wrong, for one incident. */
  attemptsPerIncident: 3,
  /** The same for all incidents of one branch that is not the default one. */
  attemptsPerPullRequest: 3,
  openFixesPerRepository: 3,
  fixesPerDay: 20,
  /** So many refuted in a row within a day stop the repository. */
  refutedInARow: 3,
} as const;

/** What has been spent when a fix is asked for. */
export interface SpentBudgets {
  attemptsOfIncident: number;
  /** 0 on the default branch. */
  attemptsOfPullRequest: number;
  /** Fix pull requests of Regreen that are open in the repository. */
  openFixes: number;
  fixesToday: number;
  /** Why fixes are stopped in the repository, and what lets them go on; `null` when they are not. */
  stopped: string | null;
}

/** How many fixes of one incident CI may refute here. */
export function attemptsAllowed({ budgets }: Pick<RepositoryConfig, 'budgets'>): number {
  return Math.min(budgets.attempts, BUDGETS.attemptsPerIncident);
}

function times(attempts: number): string {
  return attempts === 1 ? 'One attempt has' : `${attempts} attempts have`;
}

/** Why no further fix may be begun; `null` when one may. Rules in order. Pure. */
export function refuseBudget(
  spent: SpentBudgets,
  { budgets }: Pick<RepositoryConfig, 'budgets'>,
): { rule: string; reason: string; source: string } | null {
  if (spent.stopped !== null) {
    return { rule: 'breaker', reason: `Fixes are stopped here: ${spent.stopped}.`, source: 'built-in' };
  }
  const attempts = attemptsAllowed({ budgets });
  if (spent.attemptsOfIncident >= attempts) {
    const reason = `${times(spent.attemptsOfIncident)} been made; a person should look.`;
    return { rule: 'attempts', reason, source: attempts < BUDGETS.attemptsPerIncident ? 'budgets.attempts' : 'built-in' };
  }
  if (spent.attemptsOfPullRequest >= BUDGETS.attemptsPerPullRequest) {
    const reason = `${spent.attemptsOfPullRequest} attempts have failed on this branch; a person should look.`;
    return { rule: 'branch-attempts', reason, source: 'built-in' };
  }
  const perDay = Math.min(budgets.fixesPerDay, BUDGETS.fixesPerDay);
  if (spent.fixesToday >= perDay) {
    const reason = `${spent.fixesToday} fixes were begun within 24 hours; ${perDay} are allowed.`;
    return { rule: 'fixes-per-day', reason, source: perDay < BUDGETS.fixesPerDay ? 'budgets.fixesPerDay' : 'built-in' };
  }
  const open = Math.min(budgets.openPullRequests, BUDGETS.openFixesPerRepository);
  if (spent.openFixes >= open) {
    const source = open < BUDGETS.openFixesPerRepository ? 'budgets.openPullRequests' : 'built-in';
    return { rule: 'open-fixes', reason: `${spent.openFixes} fix pull requests are open already.`, source };
  }
  return null;
}
