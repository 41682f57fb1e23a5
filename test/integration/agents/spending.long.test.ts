import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { agentUsageSchema } from '../../../src/api/schemas/agent.ts';
import { healthSchema } from '../../../src/api/schemas/health.ts';
import type { Ceiling } from '../../../src/config/agent-variables.ts';
import { sweepApprovals } from '../../../src/healing/approvals/sweep-approvals.ts';
import type { Repository } from '../../../src/sandbox/state/model.ts';
import { type Model, startOpenAiServer } from '../../support/agents/openai-server.ts';
import { breakShop, MENDED, NO_IDEA, shopForAgents } from '../../support/agents/red-shop.ts';
import { agentSettings } from '../../support/agents/settings.ts';
import { type Asked, approvalRows, auditOf, press, whileDeaf, writers } from '../../support/approvals.ts';
import { API_KEY, createWorld, fixPulls, regreenCheck, type World } from '../../support/world.ts';

const ASKS = 'remedies:\n  delegate: ask\n';
/** At $3 and $15 for a million tokens: 9,000 millionths of a dollar. */
const USAGE = { input: 2_000, output: 200 };
const COST = 9_000;

/** Protects the money: nobody's is spent without a word where one is wanted, nor more than was allowed, and every cent is told. */
describe('what an agent costs', () => {
  const settings = agentSettings({ url: '' });
  const wide = structuredClone(settings.ceilings);
  let world: World;
  let model: Model = () => ({ status: 500 });
  let server: Awaited<ReturnType<typeof startOpenAiServer>>;

  beforeAll(async () => {
    server = await startOpenAiServer((question) => model(question, server.seen.length));
    settings.url = `${server.url}/v1`;
    world = await createWorld({ sandbox: { concurrentRuns: 4 }, agent: settings });
  });

  afterAll(async () => {
    await world.close();
    await server.close();
  });

  beforeEach(() => {
    server.seen.length = 0;
    model = () => ({ text: MENDED, usage: USAGE });
  });

  async function asked(name: string, config = ASKS): Promise<Asked> {
    const repository = await world.createRepository(shopForAgents(config), name);
    return { repository, pull: await breakShop(world, repository) };
  }

  async function get<T>(path: string, schema: { parse(value: unknown): T }): Promise<T> {
    const response = await fetch(`${world.regreen.url}${path}`, { headers: { authorization: `Bearer ${API_KEY}` } });
    return schema.parse(await response.json());
  }

  async function metric(name: string): Promise<number> {
    const text = await (await fetch(`${world.regreen.url}/metrics`)).text();
    return Number(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(text)?.[1]);
  }

  async function callsOf(repository: Repository) {
    const { rows } = await world.database.pool.query<{ outcome: string; reason: string | null; cost: number }>(
      'select outcome, reason, micro_dollars::int as cost from agent_calls where repository_id = $1 order by started_at',
      [repository.id],
    );
    return rows;
  }

  async function declinesOf(repository: Repository): Promise<string[]> {
    const { rows } = await world.database.pool.query<{ reason: string }>(
      `select details->>'reason' as reason from audit where repository_id = $1 and action = 'agent.declined' order by id`,
      [repository.id],
    );
    return rows.map(({ reason }) => reason);
  }

  it('is asked about before anything is spent or sent, with the terms; a yes has it asked, once', async () => {
    const one = await asked('asks', `${ASKS}approvals:\n  expiresAfterHours: 2\n`);
    const { repository, pull } = one;
    expect(server.seen).toEqual([]);
    expect(await approvalRows(world, repository)).toMatchObject([{ remedy: 'delegate', state: 'pending' }]);
    const { rows } = await world.database.pool.query(
      "select expires_at - asked_at = interval '2 hours' as in_two_hours from approvals where repository_id = $1",
      [repository.id],
    );
    expect(rows).toEqual([{ in_two_hours: true }]);
    const check = regreenCheck(repository, pull.head.sha);
    expect(check?.actions.map(({ label }) => label)).toEqual(['Ask the agent', 'Dismiss']);
    expect(check?.summary).toContain('up to 3 times; each time takes 100000 tokens, $1.00 and 1 minutes at most');
    await press(world, one, 'Ask the agent', world.mona);
    await world.settled();
    expect(server.seen).toHaveLength(1);
    expect(fixPulls(repository)).toHaveLength(1);
    expect(fixPulls(repository)[0]?.issue.body).toContain('✅ **Verified**');
    expect(await approvalRows(world, repository)).toMatchObject([{ remedy: 'delegate', state: 'used', decided_by: 'mona' }]);
  });

  it('is one question, and the change another where the policy asks about changes too', async () => {
    const one = await asked('asks-twice', '  instructions: Keep the price.\ncauses:\n  compile-error: ask\n');
    await press(world, one, 'Ask the agent', world.mona);
    await world.settled();
    expect(server.seen).toHaveLength(1);
    expect(server.prompts()[0]).toContain('The owners of the repository ask for this as well:\n- Keep the price.');
    expect(fixPulls(one.repository)).toEqual([]);
    expect(await approvalRows(world, one.repository)).toMatchObject([
      { remedy: 'delegate', state: 'used' },
      { remedy: 'fix', state: 'pending' },
    ]);
    expect(regreenCheck(one.repository, one.pull.head.sha)?.summary).toContain('+// Right on topic');
    await press(world, one, 'Apply fix', world.mona);
    await world.settled();
    expect(fixPulls(one.repository)).toHaveLength(1);
    expect(server.seen).toHaveLength(1);
  });

  it('the change is asked about where only changes are, whoever makes them', async () => {
    const one = await asked('asks-about-changes', 'remedies:\n  fix: ask\n');
    expect(server.seen).toHaveLength(1);
    expect(fixPulls(one.repository)).toEqual([]);
    expect(await approvalRows(world, one.repository)).toMatchObject([{ remedy: 'fix', state: 'pending' }]);
  });

  it('is spent once when 50 people agree at once, and not at all after a no', async () => {
    const [many, none] = await Promise.all([asked('fifty'), asked('no')]);
    const people = writers(world, many.repository, 50);
    await Promise.all(people.map((person) => press(world, many, 'Ask the agent', person)));
    await press(world, none, 'Dismiss', world.mona);
    await world.settled();
    expect(await callsOf(many.repository)).toMatchObject([{ outcome: 'edits' }]);
    expect(server.seen).toHaveLength(1);
    const entries = await auditOf(world, many.repository);
    expect(entries.filter((entry) => entry === 'approval.approved')).toHaveLength(1);
    expect(entries.filter((entry) => entry === 'approval.refused: decided')).toHaveLength(49);
    expect(fixPulls(many.repository)).toHaveLength(1);
    expect(fixPulls(none.repository)).toEqual([]);
    expect(await callsOf(none.repository)).toEqual([]);
    expect(regreenCheck(none.repository, none.pull.head.sha)?.summary).toContain('`mona` said no to asking the agent');
    // Whoever said no may have it asked after all.
    await world.sandbox.people.comment(none.repository, none.pull.issue, world.mona, '/regreen fix');
    await world.settled();
    expect(await approvalRows(world, none.repository)).toMatchObject([{ remedy: 'delegate', state: 'pending' }]);
    expect(server.seen).toHaveLength(1);
  });

  it('is not spent when the head has moved, or the repository uses no agent any more, between the yes and the question', async () => {
    const [moved, withdrawn] = await Promise.all([asked('moved'), asked('withdrawn')]);
    await whileDeaf(world, async () => {
      const change = { actor: world.mona, files: { 'README.md': '# newer\n' } };
      await world.sandbox.people.push({ repository: moved.repository, branch: moved.pull.head.ref, ...change });
      const files = { '.github/regreen.yml': 'mode: fix\n' };
      await world.sandbox.people.push({ repository: withdrawn.repository, branch: 'main', actor: world.mona, files });
      // The clock sweeps too, at any moment: it finds what this one finds.
      await world.database.pool.query(
        `update approvals set state = 'approved', decided_by = 'mona', decided_from = 'button', decided_at = now() - interval '2 minutes'
         where repository_id in ($1, $2)`,
        [moved.repository.id, withdrawn.repository.id],
      );
    });
    await sweepApprovals(world.regreen.services);
    await world.settled();
    expect(server.seen).toEqual([]);
    expect(await approvalRows(world, moved.repository)).toMatchObject([{ state: 'expired', decided_by: 'mona' }]);
    for (const { repository } of [moved, withdrawn]) expect(fixPulls(repository)).toEqual([]);
  });

  it('is asked for again after the time that an overloaded back end gives, and told to the cent everywhere', async () => {
    const answers = [{ status: 429 }, { status: 503 }];
    model = () => {
      const refusal = answers.shift();
      return refusal ? { ...refusal, headers: { 'retry-after': '1' } } : { text: MENDED, usage: USAGE };
    };
    const before = await get('/api/v1/agents/usage', agentUsageSchema);
    const repository = await world.createRepository(shopForAgents(), 'overloaded');
    await breakShop(world, repository);
    expect(await callsOf(repository)).toMatchObject([
      { outcome: 'rate-limited', cost: 0 },
      { outcome: 'unavailable', cost: 0 },
      { outcome: 'edits', cost: COST },
    ]);
    const [fix] = fixPulls(repository);
    expect(fix?.issue.body).toContain('The agent was asked 3 times for this: 2200 tokens, $0.009.');
    const after = await get('/api/v1/agents/usage', agentUsageSchema);
    const micro = (dollars: number) => Math.round(dollars * 1_000_000);
    expect(micro(after.total.dollars) - micro(before.total.dollars)).toBe(COST);
    const own = after.repositories.find((one) => one.repository === 'octo-shop/overloaded');
    expect(own).toMatchObject({ questions: 3, tokens: 2_200, dollars: 0.009 });
    const { rows } = await world.database.pool.query<{ cost: number }>('select sum(micro_dollars)::int as cost from agent_calls');
    expect(micro(after.total.dollars)).toBe(rows[0]?.cost);
    expect(micro(await metric('regreen_agent_dollars_total'))).toBe(rows[0]?.cost);
  });

  it('is not tried while the breaker is open, which health, metrics and the API show', async () => {
    model = () => ({ status: 503, headers: { 'retry-after': '1' } });
    const repository = await world.createRepository(shopForAgents(), 'broken');
    await breakShop(world, repository);
    expect(server.seen).toHaveLength(3);
    expect((await declinesOf(repository)).at(-1)).toMatch(/^The agent is left alone until /);
    const health = await get('/health', healthSchema);
    expect(health).toMatchObject({ status: 'degraded', components: { agent: { status: 'degraded' } } });
    expect(await metric('regreen_agent_rests')).toBe(1);
    expect((await get('/api/v1/agents/usage', agentUsageSchema)).agent?.restsUntil).not.toBeNull();
    // It holds over a restart, and ends by itself.
    await world.restart();
    expect((await get('/health', healthSchema)).components.agent.status).toBe('degraded');
    await world.database.pool.query("update agent_calls set ended_at = ended_at - interval '10 minutes'");
    expect(await metric('regreen_agent_rests')).toBe(0);
    model = () => ({ text: MENDED, usage: USAGE });
    const mended = await world.createRepository(shopForAgents(), 'mended');
    await breakShop(world, mended);
    expect(fixPulls(mended)).toHaveLength(1);
    expect((await get('/health', healthSchema)).components.agent.message).toContain('answered last: edits');
  });

  /** What was spent within the scope, by the books. */
  async function spent(scope: 'repository' | 'server', repository: Repository): Promise<Ceiling> {
    const { rows } = await world.database.pool.query<Ceiling>(
      `select sum(tokens)::int as tokens, sum(micro_dollars)::int as "microDollars", sum(milliseconds)::int as milliseconds
       from agent_calls where $1 or repository_id = $2`,
      [scope === 'server', repository.id],
    );
    return rows[0] ?? { tokens: 0, microDollars: 0, milliseconds: 0 };
  }

  it.each(
    (['repository', 'server'] as const).flatMap((scope) =>
      (['tokens', 'microDollars', 'milliseconds'] as const).map((unit) => [scope, unit] as const),
    ),
  )('stays within the ceiling of the %s in %s, over a restart', async (scope, unit) => {
    model = () => ({ text: NO_IDEA, usage: USAGE });
    settings.ceilings = structuredClone(wide);
    await world.restart();
    const repository = await world.createRepository(shopForAgents(), `ceiling-${scope}-${unit}`);
    await breakShop(world, repository);
    expect(server.seen).toHaveLength(1);
    settings.ceilings[scope][unit] = (await spent(scope, repository))[unit] + 1;
    await world.restart();
    const next = scope === 'repository' ? repository : await world.createRepository(shopForAgents(), `beside-${scope}-${unit}`);
    await breakShop(world, next, { branch: 'later' });
    expect(server.seen).toHaveLength(1);
    const whose = scope === 'repository' ? 'this repository' : 'all repositories';
    expect((await declinesOf(next)).at(-1)).toMatch(
      new RegExp(`^The ceiling of .* for ${whose} within 24 hours leaves no room\\.$`),
    );
    expect(fixPulls(next)).toEqual([]);
  });

  it.each([
    ['tokens', 1_000],
    ['microDollars', 1],
  ] as const)('stays within the ceiling of one attempt in %s', async (unit, most) => {
    settings.ceilings = structuredClone(wide);
    settings.ceilings.attempt[unit] = most;
    await world.restart();
    const repository = await world.createRepository(shopForAgents(), `attempt-${unit}`);
    await breakShop(world, repository);
    expect(server.seen).toEqual([]);
    expect((await declinesOf(repository)).at(-1)).toMatch(/^The ceiling of .* for one attempt leaves no room\.$/);
  });

  it('stays within the minutes of one attempt: what takes longer is ended, and counted as all that it might have cost', async () => {
    settings.ceilings = structuredClone(wide);
    settings.ceilings.attempt.milliseconds = 500;
    await world.restart();
    model = () => ({ hang: 'quiet' });
    const repository = await world.createRepository(shopForAgents(), 'attempt-milliseconds');
    await breakShop(world, repository);
    const calls = await callsOf(repository);
    expect(calls).toMatchObject([{ outcome: 'timeout' }]);
    expect(calls[0]?.cost).toBeGreaterThan(4_000 * 15);
  });

  it('logged no problem', () => {
    expect(world.problems).toEqual([]);
  });
});
