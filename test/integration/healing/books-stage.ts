import { onPullRequest } from '../../../src/events/pull-request.ts';
import type { PullRequest, Run } from '../../../src/github/types.ts';
import { followRun } from '../../../src/healing/branches/follow-run.ts';
import { catchUp } from '../../../src/healing/failures/catch-up.ts';
import type { RedRun } from '../../../src/healing/failures/record-failures.ts';
import type { Services } from '../../../src/healing/services.ts';
import type { Target } from '../../../src/healing/target.ts';
import type { JobData } from '../../../src/queue/queues.ts';
import { markProposed, planFix } from '../../../src/store/fixes/fixes.ts';
import { saveDiagnosis } from '../../../src/store/incidents/diagnoses.ts';
import { openIncident } from '../../../src/store/incidents/incidents.ts';
import { findRepository, saveRepository } from '../../../src/store/repositories/repositories.ts';
import type { TestDatabase } from '../../support/database.ts';
import { aDiagnosis, aFix } from '../../unit/github/texts/models.ts';

export const REPOSITORY = { id: 1, installationId: 5, owner: 'octo', name: 'shop', defaultBranch: 'main' };
export const [OLD, NEW] = ['a'.repeat(40), 'b'.repeat(40)];
const NOW = new Date('2026-11-20T12:00:00Z');

/** A job that was asked for. */
export type SentJob = Partial<JobData['remedies']> & Record<string, unknown>;

/** The books of octo/shop and what events, and the analysis, make of them; GitHub answers what a test says with `githubHas`. */
export async function openBooks(store: TestDatabase) {
  await store.pool.query(`delete from notices; delete from fix_incidents; delete from fixes; delete from diagnoses;
    delete from incidents; delete from runs; delete from jobs; delete from pull_requests;
    delete from repositories`);
  await saveRepository(store.database, { ...REPOSITORY, private: false, archived: false }, '2026-11-20T10:00:00Z');
  const sent: SentJob[] = [];
  const at = { client: { rest: {} }, repository: { owner: 'octo', name: 'shop' } };
  const services = {
    database: store.database,
    queue: {
      send: async (queue: string, { data }: { data: object }) => {
        sent.push({ queue, ...data });
        return 'job';
      },
    },
    github: { appId: 1, at: async () => at },
    observe: { fixEnded: () => undefined },
    now: () => NOW,
    // What the books need of all services; anything else would fail the test.
  } as unknown as Services;

  async function target(): Promise<Target> {
    const repository = await findRepository(store.database, REPOSITORY.id);
    if (!repository) throw new Error('no repository');
    return { repository, at } as unknown as Target;
  }

  /** A run that became red and was diagnosed. @returns the incident */
  async function red(run: Run, { fingerprint = aDiagnosis().fingerprint, job = 'format' } = {}): Promise<string> {
    await told(run);
    const key = {
      repositoryId: REPOSITORY.id,
      headRepository: run.headRepository ?? '',
      branch: run.headBranch ?? run.headSha,
      workflowPath: run.workflowPath,
      fingerprint,
    };
    const pullRequestNumber = run.pullRequests[0] ?? null;
    const { id } = await openIncident(store.database, key, { cause: 'formatting', pullRequestNumber, at: NOW });
    await saveDiagnosis(store.database, {
      repositoryId: REPOSITORY.id,
      incidentId: id,
      runId: run.id,
      runAttempt: run.attempt,
      jobId: null,
      jobName: job,
      headSha: run.headSha,
      diagnosis: { ...aDiagnosis(), fingerprint },
      excerpt: '',
      printedDiffs: [],
      decision: { mode: 'fix', remedies: [] },
      verdict: null,
    });
    await catchUp(services, { ...({} as RedRun), target: await target(), run, pullRequestNumber });
    return id;
  }

  /** The event of a run. */
  function told(run: Run): Promise<void> {
    return followRun(services, { repository: REPOSITORY, installationId: REPOSITORY.installationId, run, heardAt: NOW });
  }

  /** The event of a pull request. */
  function toldOfPull(action: string, pull: PullRequest): Promise<void> {
    return onPullRequest(services, { ...EVENT, name: 'pull_request', action, payload: payloadOf(pull) });
  }

  /** A fix of an incident, with its pull request #10. */
  async function proposed(incidentId: string, baseBranch: string): Promise<void> {
    const heals = aFix().heals.map((one) => ({ ...one, incidentId }));
    const fix = await planFix(store.database, aFix({ incidentId, heals, baseBranch, targetBranch: baseBranch }));
    await toldOfPull('opened', aPull({ number: 10, headBranch: fix.branch, baseBranch, author: 'regreen[bot]' }));
    await markProposed(store.database, fix.id, 10);
  }

  /** The incident as people see it. */
  async function incident(id: string): Promise<unknown> {
    const { rows } = await store.pool.query(
      'select status, closed_reason as why, pull_request_number as pull from incidents where id = $1',
      [id],
    );
    return rows[0];
  }

  return {
    services,
    /** The endpoints that answer, as Octokit has them. */
    githubHas: (rest: object) => {
      at.client.rest = rest;
    },
    sent,
    target,
    red,
    told,
    toldOfPull,
    proposed,
    incident,
    /** The jobs of a kind that were asked for. */
    asked: (kind: string) => sent.filter((job) => job.kind === kind),
  };
}

export type Books = Awaited<ReturnType<typeof openBooks>>;

export const EVENT = { installationId: REPOSITORY.installationId, sender: 'mona', repository: REPOSITORY };

/** What an event tells of a pull request. */
export function payloadOf(pull: PullRequest) {
  const repo = pull.headRepository === null ? null : { full_name: pull.headRepository };
  return {
    pull_request: {
      number: pull.number,
      state: pull.state,
      merged: pull.merged,
      title: pull.title,
      user: { login: pull.author },
      head: { sha: pull.headSha, ref: pull.headBranch, repo },
      base: { sha: NEW, ref: pull.baseBranch, repo: { full_name: 'octo/shop' } },
      html_url: pull.url,
      updated_at: pull.updatedAt,
    },
  };
}

/** A pull request of octo/shop's own branch `cart` onto main. */
export function aPull(change: Partial<PullRequest> = {}): PullRequest {
  return {
    number: 7,
    nodeId: 'PR_7',
    state: 'open',
    merged: false,
    draft: false,
    author: 'mona',
    title: 'Cart',
    body: '',
    headSha: OLD,
    headBranch: 'cart',
    headRepository: 'octo/shop',
    baseBranch: 'main',
    url: 'https://github.test/pull/7',
    updatedAt: '2026-11-20T11:00:00Z',
    mergedAt: null,
    ...change,
  };
}
