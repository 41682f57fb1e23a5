import type { DatedPullRequest } from '../github/own-pulls.ts';
import { BUDGETS, type SpentBudgets } from '../policy/budgets.ts';
import { type Marker, readMarker } from './marker.ts';

const DAY_MS = 24 * 3_600_000;

/** A fix that an earlier run has proposed. */
export interface EarlierFix {
  pull: DatedPullRequest;
  marker: Marker;
}

/** What is known of earlier fixes in a repository: all that there is in place of books. */
export interface History {
  fixes: readonly EarlierFix[];
  now: Date;
}

/** The failed branch, and the workflow that is red on it. */
export interface Place {
  base: string;
  workflowPath: string;
}

/** Reads the fixes out of pull requests, newest first. Pure. */
export function historyOf(pulls: readonly DatedPullRequest[], now: Date): History {
  const fixes = pulls.flatMap((pull) => {
    const marker = readMarker(pull.body);
    return marker === null ? [] : [{ pull, marker }];
  });
  return { fixes, now };
}

/** The fixes of a failure of the branch. Pure. */
export function fixesOf({ fixes }: History, { base, fingerprint }: { base: string; fingerprint: string }): EarlierFix[] {
  return fixes.filter(({ marker }) => marker.base === base && marker.fingerprints.includes(fingerprint));
}

/** What has been spent of the budgets that a fix of this failure needs. Pure. */
export function spentOn(
  history: History,
  { base, workflowPath, fingerprint, defaultBranch }: Place & { fingerprint: string; defaultBranch: string },
): SpentBudgets {
  const { fixes, now } = history;
  const ofBranch = fixes.filter(({ marker }) => marker.base === base);
  const open = fixes.filter(({ pull }) => pull.state === 'open');
  return {
    attemptsOfIncident: countRefuted(fixesOf(history, { base, fingerprint })),
    attemptsOfPullRequest: base === defaultBranch ? 0 : countRefuted(ofBranch),
    // A fix is made in the place of the one that is open for the same workflow of the branch.
    openFixes: open.filter(({ marker }) => !isFor(marker, { base, workflowPath })).length,
    fixesToday: fixes.filter(({ pull }) => isWithinADay(pull.createdAt, now)).length,
    // Comments reach no workflow that could listen: time alone lets it go on.
    stopped: isBroken(fixes, now)
      ? `CI has refuted ${BUDGETS.refutedInARow} fixes in a row. They go on when a day has passed`
      : null,
  };
}

/** Whether a person has closed a fix of this failure without merging it: then it is left to people. Pure. */
export function wasRejected(history: History, failure: { base: string; fingerprint: string }): boolean {
  return fixesOf(history, failure).some(
    ({ pull, marker }) => marker.outcome !== 'refuted' && pull.state === 'closed' && !pull.merged,
  );
}

/** The fix that is open for a workflow of a branch, in whose place a new one is made. Workflows that run at once have one each. */
export function openFixOf({ fixes }: History, place: Place): EarlierFix | null {
  return fixes.find(({ pull, marker }) => pull.state === 'open' && isFor(marker, place)) ?? null;
}

function isFor(marker: Marker, { base, workflowPath }: Place): boolean {
  return marker.base === base && marker.heals.some((one) => one.workflowPath === workflowPath);
}

function countRefuted(fixes: readonly EarlierFix[]): number {
  return fixes.filter(({ marker }) => marker.outcome === 'refuted').length;
}

function isBroken(fixes: readonly EarlierFix[], now: Date): boolean {
  const judged = fixes.filter(({ pull, marker }) => marker.outcome !== null && isWithinADay(pull.createdAt, now));
  const newest = judged.slice(0, BUDGETS.refutedInARow);
  return newest.length === BUDGETS.refutedInARow && newest.every(({ marker }) => marker.outcome === 'refuted');
}

/** Whether a time, ISO 8601, lies within the last 24 hours. */
export function isWithinADay(time: string, now: Date): boolean {
  return now.getTime() - Date.parse(time) < DAY_MS;
}
