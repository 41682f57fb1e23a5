import { afterAll, beforeAll, expect, it } from 'vitest';
import { refreshFigures } from '../../../src/insights/refresh.ts';
import { createReachDatabase, type Reach, withReach } from '../../../src/store/access/reach.ts';
import { sumsLackSince } from '../../../src/store/books/rollups.ts';
import type { Database } from '../../../src/store/database.ts';
import { longestJobs } from '../../../src/store/figures/jobs.ts';
import { sumJobTime, sumRuns } from '../../../src/store/figures/runs.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const SCOPE = { from: new Date('2026-01-01'), to: new Date('2026-02-01') };
const FIRST: Reach = { repositories: [1] };

let test: TestDatabase;
let visible: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  visible = createReachDatabase(test.pool);
  const run = (repository: number, kind: string) =>
    `('${kind === '' ? 'day' : 'kind'}', '', '${kind}', '2026-01-05Z', ${repository}, ${repository}, 0, 0, 0, 0, 1, 0, 1, 1000,
      '\\x0${repository}000001', 1, ${repository * 60_000}, 1, 1, 1000, '\\x0${repository}000001')`;
  await test.pool.query(`
    insert into repositories (id, owner, name, default_branch) values (1, 'octo', 'shop', 'main'), (2, 'octo', 'other', 'main');
    insert into run_rollups values ${run(1, '')}, ${run(2, '')}, ${run(1, 'regreen')}, ${run(2, 'regreen')};
    insert into job_rollups
      select id, '2026-01-05Z', 'ci.yml', 'job of ' || name, 1, 1, 0, 1, id * 60000, ''::bytea, 0, 0, ''::bytea from repositories`);
});
afterAll(() => test.drop());

function figuresOf(reach: Reach) {
  return withReach(reach, async () => ({
    runs: await sumRuns(visible, SCOPE),
    fixJobMs: await sumJobTime(visible, { ...SCOPE, branchKind: 'regreen' }),
    jobs: (await longestJobs(visible, SCOPE, 5)).map(({ jobName }) => jobName),
    behindSince: await sumsLackSince(visible),
  }));
}

// Protects figures of repositories that somebody may not see: totals over all of them would hold these, too.
it('who may see some repositories is told the totals of these, also before and after a refresh', async () => {
  const one = { fixJobMs: 60_000, jobs: ['job of shop'], behindSince: null };
  const two = { fixJobMs: 180_000, jobs: ['job of other', 'job of shop'] };
  expect(await figuresOf(FIRST)).toMatchObject({
    ...one,
    runs: { runs: 1, durations: { n: 1, sketch: Buffer.from('01000001', 'hex') } },
  });
  await refreshFigures(test.database);
  expect(await figuresOf('everything')).toMatchObject({
    ...two,
    runs: { runs: 3, durations: { n: 2, sketch: Buffer.from('0100000102000001', 'hex') } },
    behindSince: null,
  });
  expect(await figuresOf(FIRST)).toMatchObject({
    ...one,
    runs: { runs: 1, durations: { n: 1, sketch: Buffer.from('01000001', 'hex') } },
  });
  expect(await figuresOf({ repositories: [] })).toMatchObject({ fixJobMs: 0, jobs: [], runs: { runs: 0, durations: { n: 0 } } });
});
