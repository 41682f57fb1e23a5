import { InvalidRequestError, NotFoundError } from '../errors.ts';
import type { Analytics } from '../insights/views.ts';
import type { Scope } from '../store/figures/scope.ts';

/** What a query says of the scope; every route takes a part of it. */
export interface ScopeQuery {
  from?: string | undefined;
  to?: string | undefined;
  timeZone?: string;
  repository?: { owner: string; name: string } | undefined;
  workflow?: string | undefined;
  branch?: string | undefined;
  branchKind?: Scope['branchKind'];
}

const DAY_MS = 24 * 3_600_000;
const DEFAULT_DAYS = 30;
const MOST_DAYS = 366;

/** Turns the words of a query into a scope. @throws InvalidRequestError, or NotFoundError for an unknown repository */
export async function scopeOf(analytics: Analytics, query: ScopeQuery, now: Date): Promise<Scope> {
  if (query.branch !== undefined && query.repository === undefined) {
    throw new InvalidRequestError('REPOSITORY_NEEDED', 'A branch means something only in a repository.', {
      hint: 'Add the parameter repository, or use branchKind.',
    });
  }
  const days = daysOf(query, now);
  const [{ from, to }, repositoryId] = await Promise.all([
    analytics.daysIn(days, query.timeZone ?? 'UTC'),
    repositoryIdOf(analytics, query.repository),
  ]);
  return { from, to, repositoryId, workflowPath: query.workflow, branch: query.branch, branchKind: query.branchKind };
}

/** @throws NotFoundError when the books know no such repository */
export async function repositoryIdOf(
  analytics: Analytics,
  repository: { owner: string; name: string } | undefined,
): Promise<number | undefined> {
  if (repository === undefined) return undefined;
  const id = await analytics.repositoryId(repository.owner, repository.name);
  if (id !== null) return id;
  throw new NotFoundError('REPOSITORY_NOT_FOUND', 'Regreen knows no repository of this name.', {
    details: { repository: `${repository.owner}/${repository.name}` },
    hint: 'The app must be installed on it.',
  });
}

function daysOf(query: ScopeQuery, now: Date): { from: string; to: string } {
  const to = query.to ?? dayOf(now);
  const from = query.from ?? dayOf(new Date(new Date(to).getTime() - (DEFAULT_DAYS - 1) * DAY_MS));
  const days = (new Date(to).getTime() - new Date(from).getTime()) / DAY_MS + 1;
  if (days >= 1 && days <= MOST_DAYS) return { from, to };
  throw new InvalidRequestError('RANGE_INVALID', `The days must be from 1 to ${MOST_DAYS}, the first before the last.`, {
    details: { from, to, mostDays: MOST_DAYS },
  });
}

function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
