import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRegreen } from '../../../src/compose.ts';
import { environmentFor } from '../../../src/demo/environment.ts';
import { sweepApprovals } from '../../../src/healing/approvals/sweep-approvals.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { type Asked, approvalRows, askedPull, auditOf, press, tellLate, whileDeaf, writers } from '../../support/approvals.ts';
import { API_KEY, createWorld, fixPulls, regreenCheck, type World } from '../../support/world.ts';

const MANY = 50;

/** Protects that of all that is said about one question, exactly one word has one effect, and never a wrong one. */
describe('a question about a fix', () => {
  let world: World;

  beforeAll(async () => {
    world = await createWorld({ sandbox: { concurrentRuns: 4 } });
  });

  afterAll(() => world.close());

  function say(url: string, id: string, verb: 'approve' | 'reject'): Promise<Response> {
    return fetch(`${url}/api/v1/approvals/${id}/${verb}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      body: '{}',
    });
  }

  /** Nothing was pushed, and the question is where it is said to be. */
  async function expectNothing({ repository }: Asked, state: string): Promise<void> {
    expect(fixPulls(repository)).toEqual([]);
    expect(repository.git.listRefs('refs/heads/regreen/')).toEqual([]);
    expect(await approvalRows(world, repository)).toMatchObject([{ state }]);
  }

  it(`that ${MANY} people answer at once is answered by one of them, and one fix comes of it`, async () => {
    const asked = await askedPull(world, 'many');
    const people = writers(world, asked.repository, MANY);
    await Promise.all(people.map((one) => press(world, asked, 'Apply fix', one)));
    await world.settled();
    expect(fixPulls(asked.repository)).toHaveLength(1);
    const [approval, ...others] = await approvalRows(world, asked.repository);
    expect(others).toEqual([]);
    expect(approval).toMatchObject({ state: 'used', decided_from: 'button' });
    expect(people.map((one) => one.login)).toContain(approval?.decided_by);
    const entries = await auditOf(world, asked.repository);
    expect(entries.filter((one) => one === 'approval.approved')).toHaveLength(1);
    expect(entries.filter((one) => one === 'approval.refused: decided')).toHaveLength(MANY - 1);
    expect(entries).toHaveLength(MANY);
  });

  it('that one approves and another rejects at once, in two processes, has one answer', async () => {
    const other = await startRegreen({
      environment: environmentFor(world.sandbox, { databaseUrl: null, dataFolder: '' }, { apiKeys: [API_KEY] }),
      log: createLog({ level: 'silent' }),
      connection: world.database.connection,
    });
    try {
      const asked = await askedPull(world, 'both');
      const [approval] = await approvalRows(world, asked.repository);
      const [writer] = writers(world, asked.repository, 1);
      const words = (['approve', 'reject'] as const).flatMap((verb) =>
        [world.regreen.url, other.url].map((url) => say(url, approval?.id ?? '', verb)),
      );
      const pressed = writer ? press(world, asked, 'Dismiss', writer) : null;
      const statuses = (await Promise.all(words)).map((one) => one.status);
      await pressed;
      await world.settled();
      const [after] = await approvalRows(world, asked.repository);
      const approved = after?.state === 'used';
      expect(['used', 'rejected']).toContain(after?.state);
      expect(fixPulls(asked.repository)).toHaveLength(approved ? 1 : 0);
      // The same key's same word is the same word in both processes; the other word comes too late.
      expect(new Set(statuses)).toEqual(new Set(after?.decided_from === 'api' ? [200, 409] : [409]));
      const heard = (await auditOf(world, asked.repository)).filter((one) => !one.startsWith('approval.refused'));
      expect(heard).toEqual([approved ? 'approval.approved' : 'approval.rejected']);
    } finally {
      await other.stop();
    }
  });

  it('is not answered for a commit that came after the person looked', async () => {
    const asked = await askedPull(world, 'moved');
    const missed = await whileDeaf(world, async () => {
      await press(world, asked, 'Apply fix', world.mona);
      await world.sandbox.people.push({
        repository: asked.repository,
        branch: asked.pull.head.ref,
        actor: world.mona,
        files: { 'README.md': '# newer\n' },
      });
    });
    await tellLate(world, missed, 'check_run', 'requested_action');
    await expectNothing(asked, 'expired');
    expect(await auditOf(world, asked.repository)).toEqual(['approval.refused: moved-on']);
  });

  it('has no effect when the head moves between the yes and the work', async () => {
    const asked = await askedPull(world, 'overtaken');
    await whileDeaf(world, async () => {
      await world.sandbox.people.push({
        repository: asked.repository,
        branch: asked.pull.head.ref,
        actor: world.mona,
        files: { 'README.md': '# newer\n' },
      });
      // The clock sweeps too, at any moment: it finds what this one finds.
      await world.database.pool.query(
        `update approvals set state = 'approved', decided_by = 'mona', decided_from = 'button', decided_at = now() - interval '2 minutes'
         where repository_id = $1`,
        [asked.repository.id],
      );
    });
    await sweepApprovals(world.regreen.services);
    await world.settled();
    await expectNothing(asked, 'expired');
  });

  it('is asked again, and nothing is pushed, when the change would be another one than the person has seen', async () => {
    const asked = await askedPull(world, 'another');
    await world.database.pool.query("update approvals set patch_hash = 'of another patch' where repository_id = $1", [
      asked.repository.id,
    ]);
    await press(world, asked, 'Apply fix', world.mona);
    await world.settled();
    expect(fixPulls(asked.repository)).toEqual([]);
    expect(await approvalRows(world, asked.repository)).toMatchObject([
      { state: 'expired', decided_by: 'mona' },
      { state: 'pending', decided_by: null },
    ]);
    expect(regreenCheck(asked.repository, asked.pull.head.sha)?.summary).toContain('it is asked again');
    const { rows } = await world.database.pool.query<{ action: string }>(
      "select action from audit where repository_id = $1 and subject like 'approval:%' order by id",
      [asked.repository.id],
    );
    const actions = ['approval.asked', 'approval.approved', 'approval.expired', 'approval.asked'];
    expect(rows.map(({ action }) => action).toSorted()).toEqual(actions.toSorted());
  });

  it('that was answered by a process that died is carried out by the next, once', async () => {
    const asked = await askedPull(world, 'lost');
    await world.database.pool.query(
      `update approvals set state = 'approved', decided_by = 'mona', decided_from = 'button', decided_at = now() - interval '2 minutes'
       where repository_id = $1`,
      [asked.repository.id],
    );
    await Promise.all([1, 2, 3].map(() => sweepApprovals(world.regreen.services)));
    await world.settled();
    expect(fixPulls(asked.repository)).toHaveLength(1);
    expect(await approvalRows(world, asked.repository)).toMatchObject([{ state: 'used', decided_by: 'mona' }]);
  });

  it('is not answered by somebody whose permission was withdrawn in between', async () => {
    const asked = await askedPull(world, 'withdrawn');
    const [lena] = writers(world, asked.repository, 1);
    const missed = await whileDeaf(world, async () => lena && press(world, asked, 'Apply fix', lena));
    asked.repository.collaborators.set(lena?.login ?? '', 'read');
    await tellLate(world, missed, 'check_run', 'requested_action');
    await expectNothing(asked, 'pending');
    expect(await auditOf(world, asked.repository)).toEqual(['approval.refused: not-permitted']);
    expect(regreenCheck(asked.repository, asked.pull.head.sha)?.summary).toContain('that needs write permission');
  });

  it('is not answered by a key that reaches other installations only', async () => {
    const asked = await askedPull(world, 'elsewhere');
    const [approval] = await approvalRows(world, asked.repository);
    const post = (path: string, key: string, body: object) =>
      fetch(`${world.regreen.url}/api/v1/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const made = await post('keys', API_KEY, { name: 'elsewhere', role: 'approver', installations: [999_999] });
    const { key } = (await made.json()) as { key: string };
    for (const verb of ['approve', 'reject']) {
      expect((await post(`approvals/${approval?.id}/${verb}`, key, {})).status).toBe(404);
    }
    await world.settled();
    await expectNothing(asked, 'pending');
  });

  it('is not answered after its time, nor after a merge or a close', async () => {
    const [late, merged, closed] = await Promise.all(['late', 'merged', 'closed'].map((name) => askedPull(world, name)));
    if (!late || !merged || !closed) throw new Error('nothing is asked');
    const { people } = world.sandbox;
    await world.database.pool.query("update approvals set expires_at = now() - interval '1 second' where repository_id = $1", [
      late.repository.id,
    ]);
    await press(world, late, 'Apply fix', world.mona);
    const missed = await whileDeaf(world, async () => {
      await press(world, merged, 'Apply fix', world.mona);
      await people.mergePullRequest(merged.repository, merged.pull, world.mona);
      await press(world, closed, 'Apply fix', world.mona);
      await people.closePullRequest(closed.repository, closed.pull, world.mona);
    });
    await tellLate(world, missed, 'check_run', 'requested_action');
    for (const [asked, why] of [
      [late, 'expired'],
      [merged, 'ended'],
      [closed, 'ended'],
    ] as const) {
      await expectNothing(asked, 'expired');
      expect(await auditOf(world, asked.repository)).toEqual([`approval.refused: ${why}`]);
    }
    expect(regreenCheck(late.repository, late.pull.head.sha)?.actions).toEqual([]);
  });

  it('that is told of again and again, and late, is answered once', async () => {
    const asked = await askedPull(world, 'again');
    const missed = await whileDeaf(world, () => press(world, asked, 'Dismiss', world.mona));
    const told = missed.find((one) => one.event === 'check_run');
    for (let time = 0; time < 5; time++) world.sandbox.redeliver(told?.guid ?? '');
    await world.settled();
    await expectNothing(asked, 'rejected');
    expect(await auditOf(world, asked.repository)).toEqual(['approval.rejected']);
    const check = regreenCheck(asked.repository, asked.pull.head.sha);
    expect(check?.summary).toContain('`mona` said no to the change');
    expect(check?.actions).toEqual([]);
    const [approval] = await approvalRows(world, asked.repository);
    expect((await say(world.regreen.url, approval?.id ?? '', 'approve')).status).toBe(409);
    await world.settled();
    await expectNothing(asked, 'rejected');
  });

  it('of four eyes is not answered by whose pull request it is, but by another', async () => {
    const asked = await askedPull(world, 'eyes', 'approvals:\n  fourEyes: true\n');
    const [lena] = writers(world, asked.repository, 1);
    if (!lena) throw new Error('nobody');
    await press(world, asked, 'Apply fix', world.mona);
    await world.settled();
    await expectNothing(asked, 'pending');
    await press(world, asked, 'Apply fix', lena);
    await world.settled();
    expect(fixPulls(asked.repository)).toHaveLength(1);
    expect(await auditOf(world, asked.repository)).toEqual(['approval.refused: own-change', 'approval.approved']);
  });

  it('logged no problem', () => {
    expect(world.problems).toEqual([]);
  });
});
