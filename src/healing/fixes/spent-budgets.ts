import { BUDGETS, type SpentBudgets } from '../../policy/budgets.ts';
import { record } from '../../store/audit.ts';
import { fixesOfBranch, fixesOfIncidents, openFixPulls } from '../../store/fixes/fix-queries.ts';
import { countFixesSince, findBreaker, newestJudgements, openBreaker } from '../../store/fixes/guards.ts';
import { currentCorrelationId } from '../../telemetry/log.ts';
import type { Services } from '../services.ts';
import type { Target } from '../target.ts';
import { countAttempts } from './plan-attempt.ts';

const DAY_MS = 24 * 3_600_000;
const FIXES_LOOKED_AT = 50;

const HOW_TO_RESUME = 'A person with write permission lets them go on with the comment /regreen resume';

/** What has been spent of the budgets that a fix on the branch needs. */
export async function readSpent(
  services: Services,
  { repository }: Target,
  { branch, incidentIds }: { branch: string; incidentIds: readonly string[] },
): Promise<SpentBudgets> {
  const { database } = services;
  const since = new Date(services.now().getTime() - DAY_MS);
  const [ofIncident, ofBranch, open, fixesToday, breaker] = await Promise.all([
    fixesOfIncidents(database, incidentIds),
    fixesOfBranch(database, { repositoryId: repository.id, baseBranch: branch }, FIXES_LOOKED_AT),
    openFixPulls(database, repository.id),
    countFixesSince(database, repository.id, since),
    findBreaker(database, repository.id),
  ]);
  return {
    attemptsOfIncident: countAttempts(ofIncident),
    attemptsOfPullRequest: branch === repository.defaultBranch ? 0 : countAttempts(ofBranch),
    // A fix of this branch is made in the place of the one that is open for it.
    openFixes: open.filter((number) => !ofBranch.some((fix) => fix.pullRequestNumber === number)).length,
    fixesToday,
    stopped: breaker && breaker.resumedAt === null ? `${breaker.reason}. ${HOW_TO_RESUME}` : null,
  };
}

/** Stops fixes in a repository where CI has refuted the newest ones in a row: something is wrong that we don't see. */
export async function stopAfterRefutations(services: Services, repositoryId: number): Promise<void> {
  const dayAgo = services.now().getTime() - DAY_MS;
  const breaker = await findBreaker(services.database, repositoryId);
  // What was refuted before a person let us go on is forgiven.
  const since = new Date(Math.max(dayAgo, breaker?.resumedAt?.getTime() ?? 0));
  const newest = await newestJudgements(services.database, repositoryId, since, BUDGETS.refutedInARow);
  if (newest.length < BUDGETS.refutedInARow || newest.some((outcome) => outcome !== 'refuted')) return;
  const reason = `CI has refuted ${BUDGETS.refutedInARow} fixes in a row within a day`;
  if (!(await openBreaker(services.database, repositoryId, reason, services.now()))) return;
  await record(services.database, {
    actor: 'regreen',
    action: 'breaker.opened',
    subject: `repository:${repositoryId}`,
    repositoryId,
    correlationId: currentCorrelationId() ?? null,
    details: { reason },
  });
}
