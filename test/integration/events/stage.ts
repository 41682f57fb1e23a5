import { randomUUID } from 'node:crypto';
import { diagnosisWithoutLog } from '../../../src/healing/failures/missing-log.ts';
import type { Repository } from '../../../src/sandbox/state/model.ts';
import { saveRun } from '../../../src/store/books/runs.ts';
import { saveDiagnosis } from '../../../src/store/incidents/diagnoses.ts';
import { openIncident } from '../../../src/store/incidents/incidents.ts';
import { exampleOf, overlay } from '../../support/examples.ts';
import { aRun } from '../../support/runs.ts';
import { repositoryFields, sendRaw } from '../../support/send-payload.ts';
import type { World } from '../../support/world.ts';

/** A world with one repository, to which every payload is addressed. */
export interface Stage {
  world: World;
  repository: Repository;
  installationId: number;
  /** The head of the default branch. */
  headSha: string;
}

/** One event, and what it must do. */
export interface EventCase {
  /** As registered in app.ts: `event.action`, or `event`. */
  event: string;
  /** The documented effect, in a few words. */
  effect: string;
  check(stage: Stage): Promise<void>;
}

/**
 * Sends GitHub's own example of the event to the real receiver, addressed to the stage's repository and laid over with
 * `changes`, and waits until all that follows from it has happened.
 */
export async function send(stage: Stage, event: string, changes: Record<string, unknown> = {}): Promise<void> {
  const [name = '', action = null] = event.split('.');
  const payload = overlay(overlay(exampleOf(name, action), addressed(stage)), changes);
  await sendRaw(stage.world, name, payload);
  await stage.world.settled();
}

function addressed({ repository, installationId }: Stage): Record<string, unknown> {
  return { repository: repositoryFields(repository), installation: { id: installationId }, sender: { login: 'mona' } };
}

/** Rows of a query, for what the books must say. */
export async function rows(stage: Stage, text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return (await stage.world.database.pool.query<Record<string, unknown>>(text, values)).rows;
}

/** The newest audit entry with that action. */
export async function audited(stage: Stage, action: string): Promise<Record<string, unknown> | undefined> {
  const found = await rows(stage, 'select actor, subject, details from audit where action = $1 order by id desc limit 1', [
    action,
  ]);
  return found[0];
}

/** A commit that nothing is known of; the repository has no workflow, so nothing runs for it. */
export async function freshCommit({ world, repository }: Stage): Promise<string> {
  const branch = `branch-${randomUUID()}`;
  return world.sandbox.people.push({ repository, branch, actor: world.mona, files: { [branch]: 'new\n' } });
}

/** An open incident of the repository. */
export async function openedIncident(
  stage: Stage,
  where: { branch?: string; pullRequestNumber?: number | null } = {},
): Promise<string> {
  const incident = await openIncident(
    stage.world.regreen.services.database,
    {
      repositoryId: stage.repository.id,
      headRepository: `${stage.repository.owner.login}/${stage.repository.name}`,
      branch: where.branch ?? 'main',
      workflowPath: '.github/workflows/ci.yml',
      fingerprint: randomUUID(),
    },
    { cause: 'lint', pullRequestNumber: where.pullRequestNumber ?? null, at: new Date('2026-01-01T00:00:00Z') },
  );
  return incident.id;
}

/** An open incident of main with the diagnosis of an earlier run. */
export async function diagnosedIncident(stage: Stage): Promise<string> {
  const incidentId = await openedIncident(stage);
  const { database } = stage.world.regreen.services;
  const run = aRun({ id: freshId(), headSha: 'd'.repeat(40), headRepository: `octo-shop/${stage.repository.name}` });
  await saveRun(database, stage.repository.id, run, null);
  const { diagnosis } = diagnosisWithoutLog('failure');
  await saveDiagnosis(database, {
    repositoryId: stage.repository.id,
    incidentId,
    runId: run.id,
    runAttempt: run.attempt,
    jobId: null,
    jobName: run.workflowName,
    headSha: run.headSha,
    diagnosis,
    excerpt: '',
    printedDiffs: [],
    decision: { mode: 'fix', remedies: [] },
    verdict: null,
  });
  return incidentId;
}

let nextId = 9_000_000_000;

/** An id that nothing has yet. */
export function freshId(): number {
  nextId += 1;
  return nextId;
}

const RED_WORKFLOW = 'on: push\njobs:\n  red:\n    runs-on: ubuntu-latest\n    steps:\n      - run: exit 3\n';

/** The same stage with a repository of its own whose main has a red run. */
export async function redStage(stage: Stage): Promise<Stage & { runId: number }> {
  const { world } = stage;
  const repository = await world.createRepository({ '.github/workflows/ci.yml': RED_WORKFLOW }, `red-${freshId()}`);
  await world.settled();
  const [runId = 0] = repository.runs.keys();
  return { ...stage, repository, runId, headSha: repository.git.branch('main') ?? '' };
}
