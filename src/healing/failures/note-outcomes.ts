import { assessFlakiness, WINDOW_DAYS } from '../../policy/flakiness.ts';
import { DETERMINISTIC } from '../../policy/verdict.ts';
import { jobsEverOfCommit } from '../../store/books/history.ts';
import type { Database } from '../../store/database.ts';
import { diagnosesOfCommit, type StoredDiagnosis } from '../../store/incidents/diagnoses.ts';
import {
  addFlakeEvent,
  findFlakyTest,
  flakeTimes,
  jobOutcomes,
  lateOutcomes,
  lockFlakyTest,
  saveFlakyTest,
  type TestPlace,
  unsettledTests,
} from '../../store/incidents/flaky-tests.ts';
import { isOwnBranch, type Services } from '../services.ts';
import { testKey } from './test-key.ts';

/** What it takes to note outcomes. */
export type OutcomeServices = Pick<Services, 'database' | 'now'> & { queue: Pick<Services['queue'], 'send'> };

interface NotedRun {
  installationId: number;
  repositoryId: number;
  workflowPath: string;
  headSha: string;
}

const DAY_MS = 24 * 3_600_000;
const OUTCOMES_LOOKED_AT = 200;
/** A run in which more tests failed says nothing about each of them. */
const MOST_TESTS = 50;

/**
 * Writes down what has had two outcomes on one commit, and weighs anew what is not settled. Called when a run has ended,
 * green or diagnosed.
 */
export async function noteOutcomes(services: OutcomeServices, run: NotedRun): Promise<void> {
  // 1 What was red and green on this very commit?
  const places = await flakesOn(services, run);
  const fresh: TestPlace[] = [];
  for (const place of places) {
    if (await addFlakeEvent(services.database, place, run.headSha, services.now())) fresh.push(place);
  }
  // 2 What is known of it by now?
  const known = await unsettledTests(services.database, run.repositoryId, run.workflowPath);
  for (const place of [...fresh, ...known]) await assess(services, run, place);
}

/**
 * The same where jobs are heard of after their run has ended: GitHub's events come in any order, and those of jobs are written
 * many at a time.
 */
export async function noteLateOutcomes(services: OutcomeServices, jobIds: readonly number[]): Promise<void> {
  for (const { headBranch, ...run } of await lateOutcomes(services.database, jobIds)) {
    if (!isOwnBranch(headBranch)) await noteOutcomes(services, run);
  }
}

async function flakesOn(services: OutcomeServices, run: NotedRun): Promise<TestPlace[]> {
  const diagnoses = (await diagnosesOfCommit(services.database, run.repositoryId, run.headSha)).filter(
    (one) => one.workflowPath === run.workflowPath && one.verdict?.kind !== 'infrastructure' && !DETERMINISTIC.has(one.cause),
  );
  if (diagnoses.length === 0) return [];
  const jobs = await jobsEverOfCommit(services.database, run.repositoryId, run.headSha);
  const green = new Set(
    jobs.filter((job) => job.workflowPath === run.workflowPath && job.conclusion === 'success').map((job) => job.name),
  );
  return diagnoses.filter((one) => green.has(one.jobName)).flatMap((one) => placesOf(run, one));
}

/** The failed tests; the job itself where no test is named. */
function placesOf({ repositoryId, workflowPath }: NotedRun, { jobName, diagnosis }: StoredDiagnosis): TestPlace[] {
  const tests = [...new Set((diagnosis.tests?.failed ?? []).map(testKey))].filter((test) => test !== '');
  if (tests.length > MOST_TESTS) return [];
  return (tests.length > 0 ? tests : ['']).map((test) => ({ repositoryId, workflowPath, jobName, test }));
}

async function assess(services: OutcomeServices, run: NotedRun, place: TestPlace): Promise<void> {
  // Whoever weighs it at the same time may not write what was true before over what is true now.
  const isNews = await services.database.transaction().execute(async (transaction) => {
    await lockFlakyTest(transaction, place);
    return weigh(transaction, place, services.now());
  });
  if (!isNews) return;
  await services.queue.send('remedies', {
    data: { kind: 'flaky', installationId: run.installationId, ...place },
    key: `flaky:${place.repositoryId}:${place.workflowPath}:${place.jobName}:${place.test}`,
    repositoryId: place.repositoryId,
  });
}

/** @returns whether its issue has to say something else, or to be made */
async function weigh(database: Database, place: TestPlace, now: Date): Promise<boolean> {
  const flakes = await flakeTimes(database, place, new Date(now.getTime() - WINDOW_DAYS * DAY_MS));
  const outcomes = await jobOutcomes(database, place, OUTCOMES_LOOKED_AT);
  const before = await findFlakyTest(database, place);
  const last = flakes[0] ?? before?.lastFlakeAt;
  if (!last) return false;
  const { state, score } = assessFlakiness({
    flakes,
    outcomes: outcomes.map(({ conclusion, headSha, at }) => ({ green: conclusion === 'success', headSha, at })),
    now,
  });
  const after = await saveFlakyTest(database, { ...place, state, score, lastFlakeAt: last }, now);
  const told = before?.lastFlakeAt.getTime() === last.getTime() && before.state === state;
  return !told && (state !== 'suspected' || after.issueNumber !== null);
}
