import type { Database } from '../../../src/store/database.ts';
import { addFlakeEvent } from '../../../src/store/incidents/flaky-tests.ts';
import { type Arrival, arrival, deploymentArrivals, type JobStory, runArrivals } from '../../support/history.ts';
import { insertDiagnosis, insertIncident } from '../api/rows.ts';

export const SHOP = { id: 1, owner: 'octo', name: 'shop' };

/** From the start, in seconds; `ended` is how. */
function job(
  id: number,
  name: string,
  started: string,
  seconds: number,
  conclusion: string,
  more: Partial<JobStory> = {},
): JobStory {
  const completed = after(started, seconds);
  const steps = [{ name: `do ${name}`, conclusion: conclusion === 'failure' ? 'failure' : 'success', started, completed }];
  return { id, name, started, completed, conclusion, steps, ...more };
}

function after(moment: string, seconds: number): string {
  return new Date(new Date(moment).getTime() + seconds * 1_000).toISOString();
}

/**
 * Three days of a repository, with all that makes figures go wrong: attempts, a matrix, cancelled and skipped runs and jobs, an
 * old run that ends late, clocks that disagree, events that were never sent, and Regreen's own branch.
 */
export const RUNS: Arrival[] = [
  // Green, on main. Waits: build 10:00:02 → 10:00:12 = 10 s, test 10:04:12 → 10:04:42 = 30 s.
  ...runArrivals(SHOP, {
    id: 10,
    created: '2026-11-02T10:00:00Z',
    attempts: [
      {
        started: '2026-11-02T10:00:00Z',
        completed: '2026-11-02T10:10:00Z',
        conclusion: 'success',
        jobs: [
          job(101, 'build', '2026-11-02T10:00:10Z', 240, 'success', {
            heardQueued: '2026-11-02T10:00:02Z',
            heardRunning: '2026-11-02T10:00:12Z',
            steps: [
              { name: 'npm ci', conclusion: 'success', started: '2026-11-02T10:00:20Z', completed: '2026-11-02T10:01:20Z' },
              { name: 'do build', conclusion: 'success', started: '2026-11-02T10:01:20Z', completed: '2026-11-02T10:04:10Z' },
            ],
          }),
          job(102, 'test', '2026-11-02T10:04:40Z', 300, 'success', {
            heardQueued: '2026-11-02T10:04:12Z',
            heardRunning: '2026-11-02T10:04:42Z',
          }),
        ],
      },
    ],
  }),
  // Older than 20, and red long after 20 has ended: says nothing of main.
  ...runArrivals(SHOP, {
    id: 15,
    created: '2026-11-02T11:00:00Z',
    attempts: [
      {
        started: '2026-11-02T11:00:00Z',
        completed: '2026-11-02T13:30:00Z',
        conclusion: 'failure',
        jobs: [job(151, 'build', '2026-11-02T11:00:00Z', 8_400, 'failure')],
      },
    ],
  }),
  // Red, and green when it was run again.
  ...runArrivals(SHOP, {
    id: 20,
    created: '2026-11-02T12:00:00Z',
    attempts: [
      {
        started: '2026-11-02T12:00:00Z',
        completed: '2026-11-02T12:08:00Z',
        conclusion: 'failure',
        jobs: [
          job(201, 'build', '2026-11-02T12:00:10Z', 240, 'success'),
          job(202, 'test', '2026-11-02T12:05:00Z', 120, 'failure'),
        ],
      },
      {
        started: '2026-11-02T13:00:00Z',
        completed: '2026-11-02T13:05:00Z',
        conclusion: 'success',
        jobs: [job(203, 'test', '2026-11-02T13:00:10Z', 200, 'success')],
      },
    ],
  }),
  // A matrix in a pull request; the job that did not run is skipped.
  ...runArrivals(SHOP, {
    id: 30,
    created: '2026-11-03T09:00:00Z',
    event: 'pull_request',
    branch: 'feature',
    actor: 'lisa',
    attempts: [
      {
        started: '2026-11-03T09:00:00Z',
        completed: '2026-11-03T09:20:00Z',
        conclusion: 'failure',
        jobs: [
          job(301, 'test (18)', '2026-11-03T09:00:10Z', 600, 'failure'),
          job(302, 'test (20)', '2026-11-03T09:00:10Z', 900, 'success'),
          job(303, 'deploy', '2026-11-03T09:20:00Z', 0, 'skipped', { steps: [] }),
        ],
      },
    ],
  }),
  // Cancelled while it ran: it cost time, but says nothing of how long a run takes. That it waited was never told.
  ...runArrivals(SHOP, {
    id: 40,
    created: '2026-11-03T11:00:00Z',
    attempts: [
      {
        started: '2026-11-03T11:00:00Z',
        completed: '2026-11-03T11:01:00Z',
        conclusion: 'cancelled',
        jobs: [job(401, 'build', '2026-11-03T11:00:10Z', 45, 'cancelled', { heardRunning: '2026-11-03T11:00:12Z', steps: [] })],
      },
    ],
  }),
  // Red on main, shortly before midnight of UTC.
  ...runArrivals(SHOP, {
    id: 50,
    created: '2026-11-03T23:30:00Z',
    attempts: [
      {
        started: '2026-11-03T23:30:00Z',
        completed: '2026-11-03T23:40:00Z',
        conclusion: 'failure',
        jobs: [job(501, 'build', '2026-11-03T23:30:10Z', 500, 'failure')],
      },
    ],
  }),
  // Skipped as a whole.
  ...runArrivals(SHOP, {
    id: 60,
    workflow: 'nightly',
    event: 'schedule',
    created: '2026-11-03T03:00:00Z',
    attempts: [{ started: '2026-11-03T03:00:00Z', completed: '2026-11-03T03:00:00Z', conclusion: 'skipped' }],
  }),
  // Green again. `queued` reached us after `in_progress`, so GitHub's clock has to do: 00:30:02 → 00:30:10 = 8 s. The runner's
  // clock was set back while the second job ran.
  ...runArrivals(SHOP, {
    id: 70,
    created: '2026-11-04T00:30:00Z',
    attempts: [
      {
        started: '2026-11-04T00:30:00Z',
        completed: '2026-11-04T00:50:00Z',
        conclusion: 'success',
        jobs: [
          job(701, 'build', '2026-11-04T00:30:10Z', 700, 'success', {
            created: '2026-11-04T00:30:02Z',
            heardQueued: '2026-11-04T00:30:20Z',
            heardRunning: '2026-11-04T00:30:15Z',
          }),
          job(702, 'test', '2026-11-04T00:42:00Z', -60, 'success'),
        ],
      },
    ],
  }),
  // Red on main in another workflow, and nobody has mended it.
  ...runArrivals(SHOP, {
    id: 80,
    workflow: 'docs',
    created: '2026-11-04T10:00:00Z',
    attempts: [
      {
        started: '2026-11-04T10:00:00Z',
        completed: '2026-11-04T10:02:00Z',
        conclusion: 'failure',
        jobs: [job(801, 'links', '2026-11-04T10:00:10Z', 100, 'failure')],
      },
    ],
  }),
  // Regreen's own branch: nobody's failure, but it costs 2 minutes.
  ...runArrivals(SHOP, {
    id: 85,
    branch: 'regreen/ci-abc',
    actor: 'regreen[bot]',
    created: '2026-11-04T11:00:00Z',
    attempts: [
      {
        started: '2026-11-04T11:00:00Z',
        completed: '2026-11-04T11:03:00Z',
        conclusion: 'failure',
        jobs: [job(851, 'build', '2026-11-04T11:00:10Z', 120, 'failure')],
      },
    ],
  }),
  // Not over yet.
  ...runArrivals(SHOP, {
    id: 90,
    created: '2026-11-04T12:00:00Z',
    attempts: [{ started: '2026-11-04T12:00:00Z', conclusion: null }],
  }),
];

let state = 1_000;
function deployment(id: number, sha: string, at: string, states: string[], environment = 'production'): Arrival[] {
  return deploymentArrivals(SHOP, {
    id,
    sha,
    environment,
    created: at,
    states: states.map((name, index) => {
      state += 1;
      return { id: state, state: name, at: after(at, 60 * (index + 1)) };
    }),
  });
}

export const DEPLOYMENTS: Arrival[] = [
  ...deployment(1, 'A', '2026-11-02T14:00:00Z', ['in_progress', 'success', 'inactive']),
  ...deployment(2, 'B', '2026-11-03T14:00:00Z', ['in_progress', 'success', 'inactive']),
  // Back to A: a rollback of 2.
  ...deployment(3, 'A', '2026-11-03T15:00:00Z', ['in_progress', 'success']),
  ...deployment(4, 'C', '2026-11-04T09:00:00Z', ['in_progress', 'failure']),
  // A once more, which is there already: no rollback.
  ...deployment(5, 'A', '2026-11-04T10:00:00Z', ['success']),
  ...deployment(6, 'Z', '2026-11-04T10:30:00Z', ['success'], 'staging'),
  ...deployment(7, 'D', '2026-11-04T11:00:00Z', ['in_progress']),
];

export const PULLS: Arrival[] = [
  ['Revert "Add a cart"', 'revert-6-cart'],
  ['Revert "Revert "Add a cart""', 'revert-7-revert-6-cart'],
  ['Add a till', 'till'],
].map(([title, branch], index) =>
  arrival(SHOP, 'pull_request', 'synchronize', '2026-11-03T16:00:00Z', {
    pull_request: {
      number: 7 + index,
      state: 'closed',
      merged_at: '2026-11-03T16:00:00Z',
      title,
      head: { ref: branch, sha: `head-${index}`, repo: { full_name: 'octo/shop' } },
      base: { ref: 'main', sha: 'base' },
      html_url: 'https://github.test',
      updated_at: '2026-11-03T16:00:00Z',
    },
  }),
);

/** What healing has written: it needs logs and GitHub, so its rows are put in. */
export async function insertHealing(database: Database): Promise<void> {
  const first = await insertIncident(database, {
    fingerprint: 'f1',
    status: 'closed',
    opened_at: '2026-11-02T12:09:00Z',
    closed_at: '2026-11-02T13:05:00Z',
    fixed_by: '00000000-0000-4000-8000-000000000001',
  });
  const second = await insertIncident(database, {
    fingerprint: 'f2',
    status: 'closed',
    opened_at: '2026-11-03T23:41:00Z',
    closed_at: '2026-11-04T00:50:00Z',
  });
  await insertIncident(database, { fingerprint: 'f3', opened_at: '2026-11-04T10:03:00Z' });
  const tests = { cause: 'test-failure', fingerprint: 'f1' } as const;
  await insertDiagnosis(database, first, { ...tests, run_id: 20, job_name: 'test', head_sha: 'sha-of-20' });
  await insertDiagnosis(database, first, { ...tests, run_id: 30, job_name: 'test (18)', head_sha: 'sha-of-30' });
  await insertDiagnosis(database, second, { cause: 'compile-error', fingerprint: 'f2', run_id: 50, job_name: 'build' });
  // On Regreen's own branch: not counted.
  await insertDiagnosis(database, second, { cause: 'compile-error', fingerprint: 'f2', run_id: 85, job_name: 'build' });
  const place = { repositoryId: 1, workflowPath: '.github/workflows/ci.yml', jobName: 'test' };
  const at = new Date('2026-11-02T13:05:00Z');
  // Two tests of one job: its time is lost once.
  await addFlakeEvent(database, { ...place, test: 'adds' }, 'sha-of-20', at);
  await addFlakeEvent(database, { ...place, test: 'takes away' }, 'sha-of-20', at);
}
