import { sumsLackSince } from '../store/books/rollups.ts';
import type { Database } from '../store/database.ts';
import { recentDeployments } from '../store/figures/deployments.ts';
import { countFailures } from '../store/figures/failures.ts';
import { sumRuns } from '../store/figures/runs.ts';
import { daysIn, type Scope } from '../store/figures/scope.ts';
import type { TrendCut } from '../store/figures/trends.ts';
import { whenReachable } from '../store/repositories/reachable.ts';
import { findRepositoryByName } from '../store/repositories/repositories.ts';
import { compareWorkflows, figuresOf, flakiness, overview, performance, recovery, trends } from './analytics.ts';

/** Figures as people read them. Every method throws `UnavailableError` when the database is away. */
export type Analytics = ReturnType<typeof createAnalytics>;

const DAY_MS = 24 * 3_600_000;

export function createAnalytics(database: Database, now: () => Date) {
  return {
    /** Null when the books know no such repository. */
    repositoryId: async (owner: string, name: string) =>
      (await whenReachable(findRepositoryByName(database, owner, name)))?.id ?? null,
    daysIn: (days: { from: string; to: string }, timeZone: string) => whenReachable(daysIn(database, days, timeZone)),
    /** When the oldest change came that the figures lack. */
    behindSince: () => whenReachable(sumsLackSince(database)),
    overview: (scope: Scope) => whenReachable(overview(database, scope)),
    trends: (scope: Scope, cut: TrendCut) => whenReachable(trends(database, scope, cut)),
    performance: (scope: Scope) => whenReachable(performance(database, scope)),
    recovery: (scope: Scope, limit: number) => whenReachable(recovery(database, scope, now(), limit)),
    failures: (scope: Scope, limit: number) => whenReachable(countFailures(database, scope, limit)),
    flakiness: (scope: Scope, limit: number) => whenReachable(flakiness(database, scope, limit)),
    compareWorkflows: (scope: Scope, limit: number) => whenReachable(compareWorkflows(database, scope, limit)),
    recentDeployments: (repositoryId: number | undefined, limit: number) =>
      whenReachable(recentDeployments(database, { repositoryId }, limit)),
    /** The runs of the last 24 hours, by whole hours. */
    lastDay: async (repositoryId: number | undefined) => {
      const to = now();
      const scope = { from: new Date(to.getTime() - DAY_MS), to, repositoryId };
      return figuresOf(await whenReachable(sumRuns(database, scope, 'hour')));
    },
  };
}
