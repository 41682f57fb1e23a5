import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backfill } from '../../../src/cli/backfill.ts';
import { environmentFor } from '../../../src/demo/environment.ts';
import { backfillSome } from '../../../src/healing/backfill.ts';
import type { Repository } from '../../../src/sandbox/state/model.ts';
import { findBackfills, requestBackfills } from '../../../src/store/books/backfills.ts';
import { createWorld, type World } from '../../support/world.ts';

const WORKFLOW = `on: push
jobs:
  test:
    runs-on: ubuntu-latest
    strategy:
      matrix: { part: [1, 2] }
    steps:
      - uses: actions/checkout@v4
      - run: test ! -e broken || exit 3
`;

/** Protects the past of a repository: what events would have told is read from GitHub, once, and never at the cost of the present. */
describe('a backfill', () => {
  let world: World;
  let repository: Repository;
  let heard: unknown;

  beforeAll(async () => {
    world = await createWorld({ sandbox: { concurrentRuns: 2 } });
    // The server's own would take part.
    await world.database.pool.query("delete from pgboss.schedule where key = 'backfill'");
    repository = await world.createRepository({ '.github/workflows/ci.yml': WORKFLOW }, 'past');
    await world.settled();
    await world.sandbox.people.push({ repository, branch: 'main', actor: world.mona, files: { broken: 'x' } });
    await world.settled();
    const red = [...repository.runs.values()].at(-1);
    if (red) await world.sandbox.people.rerun(repository, red, world.mona);
    await world.settled();
    heard = await books();
  });

  afterAll(() => world.close());

  /** What events and GitHub's lists both tell. */
  async function books(): Promise<unknown> {
    const runs = await world.database.pool.query(
      `select id, attempt, workflow_path, status, conclusion, head_sha, head_branch, actor, created_at, started_at, completed_at
       from runs where repository_id = $1 order by id, attempt`,
      [repository.id],
    );
    const jobs = await world.database.pool.query(
      `select id, run_id, run_attempt, name, status, conclusion, created_at, started_at, completed_at, steps
       from jobs where repository_id = $1 order by id`,
      [repository.id],
    );
    return { runs: runs.rows, jobs: jobs.rows };
  }

  async function forgetAll(): Promise<void> {
    await world.database.pool.query('delete from jobs; delete from runs; delete from backfills');
  }

  async function ask(): Promise<void> {
    const at = new Date();
    await requestBackfills(world.database.database, [repository.id], { since: new Date(at.getTime() - 3 * 86_400_000), at });
  }

  it('brings the rows that events have brought, with every attempt, job and step', async () => {
    expect(heard).toMatchObject({ runs: [{ attempt: 1 }, { conclusion: 'failure' }, { attempt: 2, conclusion: 'failure' }] });
    await forgetAll();
    await ask();
    expect(await backfillSome(world.regreen.services, { milliseconds: 60_000 })).toBeNull();
    expect(await books()).toEqual(heard);
    expect(await findBackfills(world.database.database)).toMatchObject([{ state: 'done', runs: 2 }]);
  });

  it('that two make at once counts once', async () => {
    await forgetAll();
    await ask();
    const two = [1, 2].map(() => backfillSome(world.regreen.services, { milliseconds: 60_000 }));
    expect(await Promise.all(two)).toEqual([null, null]);
    expect(await books()).toEqual(heard);
    expect(await findBackfills(world.database.database)).toMatchObject([{ state: 'done', runs: 2 }]);
  });

  it('goes on where it was broken off, and reads nothing twice', async () => {
    await forgetAll();
    await ask();
    // With no time nothing is read and nothing is lost; with some the rest is read.
    const ends: unknown[] = [];
    for (let end: unknown = 'begin'; end !== null && ends.length < 20; ends.push(end)) {
      end = await backfillSome(world.regreen.services, { milliseconds: ends.length < 2 ? 0 : 60_000 });
    }
    expect(ends.slice(0, 2)).toEqual(['out of time', 'out of time']);
    expect(ends.at(-1)).toBeNull();
    expect(await books()).toEqual(heard);
    await ask();
    await backfillSome(world.regreen.services, { milliseconds: 60_000 });
    expect(await findBackfills(world.database.database)).toMatchObject([{ state: 'done', runs: 2 }]);
  });

  it('leaves half of the requests for what happens now', async () => {
    await forgetAll();
    await ask();
    const installationId = world.sandbox.state.installationOf(repository)?.id ?? 0;
    const { client } = await world.regreen.services.github.at(installationId, { owner: 'octo-shop', name: 'past' });
    const { used, limit } = (await client.rest.rateLimit.get()).data.resources.core;
    // More than half are used, and more are left than the rest would take.
    world.sandbox.setLimits({ requestsPerHour: Math.round(used * 1.8) });
    try {
      expect(await backfillSome(world.regreen.services, { milliseconds: 60_000 })).toBe('out of requests');
      expect(await findBackfills(world.database.database)).toMatchObject([{ state: 'waiting', runs: 0 }]);
    } finally {
      world.sandbox.setLimits({ requestsPerHour: limit });
    }
    expect(await backfillSome(world.regreen.services, { milliseconds: 60_000 })).toBeNull();
    expect(await books()).toEqual(heard);
  });

  it('ends where GitHub tells nothing, and does not hold up the others', async () => {
    await forgetAll();
    await world.database.pool.query(
      "insert into repositories (id, installation_id, owner, name, default_branch) select 1, installation_id, owner, 'gone', 'main' from repositories where id = $1",
      [repository.id],
    );
    const at = new Date();
    await requestBackfills(world.database.database, [1, repository.id], { since: new Date(at.getTime() - 86_400_000), at });
    expect(await backfillSome(world.regreen.services, { milliseconds: 60_000 })).toBeNull();
    expect(await findBackfills(world.database.database)).toMatchObject([{ state: 'refused' }, { state: 'done' }]);
    await world.database.pool.query('delete from repositories where id = 1');
  });

  it('is made by the command, which tells how far it is and sums up what it read', async () => {
    await forgetAll();
    await world.database.pool.query('delete from run_rollups');
    const { host, port, user, password, database } = world.database.connection;
    const url =
      world.database.connection.connectionString ?? `postgresql://${user}:${password}@/${database}?host=${host}&port=${port}`;
    const environment = environmentFor(world.sandbox, { databaseUrl: url, dataFolder: '' });
    const lines: string[] = [];
    await backfill(environment, { days: '2', repository: `octo-shop/past` }, (line) => lines.push(line));
    expect(await books()).toEqual(heard);
    expect(lines.at(0)).toBe('Reading 2 days of 1 repository.');
    expect(lines.at(-1)).toBe(`repository ${repository.id}: done, 2 runs`);
    const { rows } = await world.database.pool.query(
      "select sum(runs)::int as runs, sum(red)::int as red, sum(attempts)::int as attempts from run_rollups where level = 'day'",
    );
    expect(rows).toEqual([{ runs: 2, red: 1, attempts: 3 }]);
    await expect(backfill(environment, { days: '0' }, () => undefined)).rejects.toMatchObject({ code: 'DAYS_INVALID' });
  });
});
