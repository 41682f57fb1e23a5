import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP_FILES } from '../../../src/demo/shop.ts';
import { healHead } from '../../../src/healing/fixes/heal-head.ts';
import { sweepFixes } from '../../../src/healing/sweep.ts';
import type { PullRequest, Repository } from '../../../src/sandbox/state/model.ts';
import { type LeakyRelay, startLeakyRelay } from '../../support/leaky-relay.ts';
import { fixBranches, propose, shopWithSteps } from '../../support/shops.ts';
import { createWorld, fixPulls, regreenCheck, type World } from '../../support/world.ts';

/** Protects that nothing waits for ever: what an event or a job should have woken, and did not, the sweep finds. */
describe('events and jobs that are lost', () => {
  let world: World;
  let relay: LeakyRelay;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regreen-lost-'));
    world = await createWorld({ sandbox: { concurrentRuns: 4 } });
    relay = await startLeakyRelay(world);
  });

  afterAll(async () => {
    relay.close();
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function query<T extends object>(sql: string, repository: Repository): Promise<T[]> {
    return (await world.database.pool.query<T>(sql, [repository.id])).rows;
  }

  /** Lets what the books know become old, and sweeps. */
  async function sweepLater(repository: Repository): Promise<void> {
    for (const [table, columns] of [
      ['reruns', ['requested_at']],
      ['runs', ['received_at', 'completed_at']],
      ['diagnoses', ['created_at']],
      ['fixes', ['created_at']],
      ['pull_requests', ['updated_at']],
    ] as const) {
      const older = columns.map((column) => `${column} = ${column} - interval '40 minutes'`).join(', ');
      await query(`update ${table} set ${older} where repository_id = $1`, repository);
    }
    await world.database.pool.query(`update sweeps set last_at = last_at - interval '1 day'`);
    await sweepFixes(world.regreen.services);
    await world.settled();
  }

  /** The queue takes jobs of this kind and loses them. */
  async function losingJobs(kind: string, work: () => Promise<void>): Promise<void> {
    const { services } = world.regreen;
    const { queue } = services;
    services.queue = {
      send: async (name, request) => ('kind' in request.data && request.data.kind === kind ? null : queue.send(name, request)),
    };
    try {
      await work();
    } finally {
      services.queue = queue;
    }
  }

  const fixesOf = (repository: Repository) =>
    query('select state, outcome from fixes where repository_id = $1 order by attempt', repository);

  async function verifiedFix(name: string): Promise<{ repository: Repository; pull: PullRequest; fix: PullRequest }> {
    const repository = await world.createRepository(SHOP_FILES, name);
    const pull = await propose(world, repository);
    await world.settled();
    const [fix] = fixPulls(repository);
    if (!fix) throw new Error('no fix pull request');
    return { repository, pull, fix };
  }

  it('the end of a re-run of ours: it is read, and the incident closed', async () => {
    const seen = join(folder, 'once');
    const outage = 'curl: (6) Could not resolve host: registry.example';
    const step = `'test -z "$GITHUB_HEAD_REF" || { echo x >> ${seen}; test $(wc -l < ${seen}) -gt 1 || { echo "${outage}"; exit 6; }; }'`;
    const repository = await world.createRepository(shopWithSteps([step]), 'lost-rerun');
    const from = relay.lost;
    relay.lose(({ event, body }) => event === 'workflow_run' && body.includes('"run_attempt":2'));
    const pull = await propose(world, repository, { files: { 'README.md': '# changed\n' } });
    await world.settled();
    relay.loseNothing();
    expect(relay.lost).toBeGreaterThan(from);
    expect(await query('select outcome from reruns where repository_id = $1', repository)).toEqual([{ outcome: null }]);
    await sweepLater(repository);
    expect(await query('select outcome from reruns where repository_id = $1', repository)).toEqual([{ outcome: 'green' }]);
    expect(await query('select status from incidents where repository_id = $1', repository)).toEqual([{ status: 'closed' }]);
    expect(regreenCheck(repository, pull.head.sha)).toMatchObject({ conclusion: 'success' });
  });

  it('a job that was to fix a head: the fix is made, and only once', async () => {
    const repository = await world.createRepository(SHOP_FILES, 'lost-fix');
    await losingJobs('fix', async () => {
      await propose(world, repository);
      await world.settled();
    });
    expect(fixPulls(repository)).toEqual([]);
    await sweepLater(repository);
    expect(fixPulls(repository)).toHaveLength(1);
    expect(await fixesOf(repository)).toEqual([{ state: 'ended', outcome: 'verified' }]);
    await sweepLater(repository);
    expect(fixPulls(repository)).toHaveLength(1);
    expect(await fixesOf(repository)).toHaveLength(1);
  });

  it.each([
    ['planned', '/repos/{owner}/{repo}/git/refs'],
    ['committed', '/repos/{owner}/{repo}/pulls'],
  ])('a job that died while its fix was %s: the fix goes on where it was', async (state, route) => {
    const repository = await world.createRepository(SHOP_FILES, `died-${state}`);
    const { services } = world.regreen;
    await losingJobs('fix', async () => {
      const pull = await propose(world, repository);
      await world.settled();
      const installationId = world.sandbox.state.installationOf(repository)?.id ?? 0;
      const { client } = await services.github.at(installationId, { owner: 'octo-shop', name: repository.name });
      const die = (options: { method?: string; url?: string }) => {
        if (options.method === 'POST' && options.url === route) throw new Error('the process has died');
      };
      client.hook.before('request', die);
      const job = {
        kind: 'fix' as const,
        installationId,
        repositoryId: repository.id,
        branch: 'discount',
        headSha: pull.head.sha,
      };
      const { signal } = new AbortController();
      const context = { attempt: 1, again: false, lastAttempt: false, correlationId: 'lost', signal, log: services.log };
      await expect(healHead(services, job, context)).rejects.toThrow('the process has died');
      client.hook.remove('request', die);
    });
    expect(await fixesOf(repository)).toEqual([{ state, outcome: null }]);
    await sweepLater(repository);
    expect(await fixesOf(repository)).toEqual([{ state: 'ended', outcome: 'verified' }]);
    expect(fixPulls(repository)).toHaveLength(1);
    expect(fixBranches(repository)).toHaveLength(1);
  });

  it('a fix that a person has closed: it counts as rejected, and no new one is made', async () => {
    const { repository, pull, fix } = await verifiedFix('lost-closed');
    relay.lose(() => true);
    await world.sandbox.people.closePullRequest(repository, fix, world.mona);
    await world.settled();
    relay.loseNothing();
    await sweepLater(repository);
    expect(await fixesOf(repository)).toEqual([{ state: 'ended', outcome: 'rejected' }]);
    expect(regreenCheck(repository, pull.head.sha)?.summary).toContain('was closed without merging');
    expect(fixPulls(repository)).toHaveLength(1);
  });

  it('a fix that was merged: its branch is deleted, and the green branch closes the incident', async () => {
    const { repository, fix } = await verifiedFix('lost-merged');
    relay.lose(({ event }) => event !== 'workflow_run');
    await world.sandbox.people.mergePullRequest(repository, fix, world.mona);
    await world.settled();
    relay.loseNothing();
    await sweepLater(repository);
    expect(fixBranches(repository)).toEqual([]);
    expect(await fixesOf(repository)).toEqual([{ state: 'ended', outcome: 'verified' }]);
    expect(await query('select status from incidents where repository_id = $1', repository)).toEqual([{ status: 'closed' }]);
  });

  it('the end of a red run of which only the beginning was told: it is diagnosed and fixed', async () => {
    const repository = await world.createRepository(SHOP_FILES, 'lost-red');
    relay.lose(({ event, body }) => event === 'workflow_run' && body.includes('"action":"completed"'));
    await propose(world, repository);
    await world.settled();
    relay.loseNothing();
    expect(await query('select 1 from diagnoses where repository_id = $1', repository)).toEqual([]);
    await sweepLater(repository);
    expect(fixPulls(repository)[0]?.issue.body).toContain('✅ **Verified**');
  });

  it('logged no problem', () => {
    expect(world.problems).toEqual([]);
  });
});
