import { allows } from '../auth/permissions.ts';
import type { Platform } from '../platform.ts';
import type { Account, CheckOwner, CheckRun, CheckSuite, Repository } from '../state/model.ts';
import { findSuite } from '../state/state.ts';
import { tellCheckRun, tellSuite } from '../webhooks/checks.ts';

export function createSuite(
  platform: Platform,
  repository: Repository,
  of: { owner: CheckOwner; sha: string; branch: string | null; before?: string | null },
): CheckSuite {
  const now = platform.clock.now();
  const suite: CheckSuite = {
    id: platform.state.ids.take('checkSuite'),
    owner: of.owner,
    headSha: of.sha,
    headBranch: of.branch,
    before: of.before ?? null,
    status: 'queued',
    conclusion: null,
    createdAt: now,
    updatedAt: now,
  };
  repository.checkSuites.set(suite.id, suite);
  return suite;
}

/**
 * A push makes a check suite for every app that may write checks, and asks the app to check.
 * Source: https://docs.github.com/en/rest/guides/using-the-rest-api-to-interact-with-checks#about-check-suites
 */
export async function requestAppSuite(
  platform: Platform,
  repository: Repository,
  push: { sha: string; branch: string; before: string },
  sender: Account,
): Promise<void> {
  const installation = platform.state.installationOf(repository);
  if (!installation || !allows(installation.permissions, { checks: 'write' })) return;
  if (findSuite(repository, 'app', push.sha)) return;
  const suite = createSuite(platform, repository, { owner: 'app', ...push });
  await tellSuite(platform, repository, suite, 'requested', sender);
}

/** The app's suite for a commit; made when the commit has none yet (in a pull request from a fork, for example). */
export function appSuite(platform: Platform, repository: Repository, sha: string): CheckSuite {
  const known = findSuite(repository, 'app', sha);
  if (known) return known;
  const branch = repository.git
    .listRefs('refs/heads/')
    .find(([, head]) => head === sha)?.[0]
    .slice('refs/heads/'.length);
  return createSuite(platform, repository, { owner: 'app', sha, branch: branch ?? null });
}

/** Adds a check run to the books and tells of it. */
export async function addCheckRun(platform: Platform, repository: Repository, run: CheckRun, sender: Account): Promise<void> {
  repository.checkRuns.set(run.id, run);
  await tellCheckRun(platform, repository, run, 'created', sender);
  if (run.status === 'completed') await tellCheckRun(platform, repository, run, 'completed', sender);
  await settleSuite(platform, repository, run.suite, sender);
}

/** Tells of a check run that has changed. */
export async function checkRunChanged(
  platform: Platform,
  repository: Repository,
  run: CheckRun,
  sender: Account,
  justCompleted: boolean,
): Promise<void> {
  if (justCompleted) await tellCheckRun(platform, repository, run, 'completed', sender);
  await settleSuite(platform, repository, run.suite, sender);
}

/** A suite of the app is as far as its check runs are; suites of workflows follow their run instead. */
async function settleSuite(platform: Platform, repository: Repository, suite: CheckSuite, sender: Account): Promise<void> {
  if (suite.owner !== 'app') return;
  const runs = [...repository.checkRuns.values()].filter((run) => run.suite === suite);
  const wasCompleted = suite.status === 'completed';
  suite.updatedAt = platform.clock.now();
  if (runs.some((run) => run.status !== 'completed')) {
    suite.status = 'in_progress';
    suite.conclusion = null;
    return;
  }
  suite.status = 'completed';
  suite.conclusion = worst(runs);
  if (!wasCompleted) await tellSuite(platform, repository, suite, 'completed', sender);
}

/** From bad to good: a suite ends as its worst check run. */
const SEVERITY = ['failure', 'timed_out', 'action_required', 'cancelled', 'success', 'neutral', 'skipped'] as const;

function worst(runs: readonly CheckRun[]): (typeof SEVERITY)[number] {
  return SEVERITY.find((conclusion) => runs.some((run) => run.conclusion === conclusion)) ?? 'neutral';
}
