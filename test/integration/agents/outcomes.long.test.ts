import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentUsageSchema } from '../../../src/api/schemas/agent.ts';
import { incidentDetailsSchema } from '../../../src/api/schemas/incident.ts';
import { askAgent } from '../../../src/healing/delegation/ask-agent.ts';
import type { Repository } from '../../../src/sandbox/state/model.ts';
import { answerText, type Model, startOpenAiServer } from '../../support/agents/openai-server.ts';
import { agentSettings } from '../../support/agents/settings.ts';
import { fixBranches, propose, shopWithSteps } from '../../support/shops.ts';
import { API_KEY, createWorld, fixPulls, regreenCheck, type World } from '../../support/world.ts';

const WRONG_TYPE = 'export const price: number = 12;\n\nexport const label: string = price;\n';

const SHOP: Record<string, string> = {
  ...shopWithSteps(['tsc -p tsconfig.json', 'grep -q String src/price.ts']),
  '.github/regreen.yml': 'mode: fix\nagents:\n  use: openai-compatible\n',
  'tsconfig.json': '{ "compilerOptions": { "strict": true, "noEmit": true, "target": "es2024" }, "include": ["src"] }\n',
  'src/price.ts': 'export const price: number = 12;\nexport const text: string = String(price);\n',
};

/** The stub asks $3 and $15 for a million tokens: 2,000 in and 200 out are 9,000 millionths of a dollar. */
const USAGE = { input: 2_000, output: 200 };
const COST = 9_000;

const replaceLabel = (by: string) =>
  answerText('The label is a string.', [
    { path: 'src/price.ts', replacements: [{ search: 'string = price;', replace: `string = ${by};` }] },
  ]);
const RIGHT = replaceLabel('String(price)');
/** It compiles, and the next step of the workflow refuses it. */
const NOT_ENOUGH = ['`$', '{price}`'].join('');

/** Protects the way of an agent's answer: through the gate and real CI like any other, and every cent in the books. */
describe('what becomes of an answer of an agent', () => {
  let world: World;
  let model: Model = () => ({ status: 500 });
  let server: Awaited<ReturnType<typeof startOpenAiServer>>;

  beforeAll(async () => {
    server = await startOpenAiServer((question, number) => model(question, number));
    const settings = agentSettings({ url: `${server.url}/v1` });
    settings.ceilings.attempt.milliseconds = 10_000;
    world = await createWorld({ sandbox: { concurrentRuns: 4 }, agent: settings });
  });

  afterAll(async () => {
    await world.close();
    await server.close();
  });

  async function callsOf(repository: Repository) {
    const { rows } = await world.database.pool.query(
      'select state, outcome, tokens::int, micro_dollars::int as cost from agent_calls where repository_id = $1 order by started_at',
      [repository.id],
    );
    return rows;
  }

  async function fixesOf(repository: Repository) {
    const { rows } = await world.database.pool.query(
      'select fixer, outcome from fixes where repository_id = $1 order by attempt',
      [repository.id],
    );
    return rows;
  }

  async function failing(name: string, answers: Model): Promise<{ repository: Repository; headSha: string }> {
    let asked = 0;
    model = (question) => {
      asked += 1;
      return answers(question, asked);
    };
    const repository = await world.createRepository(SHOP, name);
    const pull = await propose(world, repository, { files: { 'src/price.ts': WRONG_TYPE } });
    await world.settled();
    return { repository, headSha: pull.head.sha };
  }

  function expectUntouched(repository: Repository): void {
    expect(fixBranches(repository)).toEqual([]);
    expect(fixPulls(repository)).toEqual([]);
  }

  it('right: a type error that no fixer knows is mended, and real CI verifies it', async () => {
    const { repository, headSha } = await failing('right', () => ({ text: RIGHT, usage: USAGE }));
    expect(await callsOf(repository)).toEqual([{ state: 'answered', outcome: 'edits', tokens: 2_200, cost: COST }]);
    expect(await fixesOf(repository)).toEqual([{ fixer: 'agent', outcome: 'verified' }]);
    const [fix] = fixPulls(repository);
    expect(fix?.issue.body).toContain('✅ **Verified**');
    expect(fix?.issue.body).toContain('A coding agent, `stub-1`, proposed this.');
    expect(fix?.issue.body).toContain('asked once for this: 2200 tokens, $0.009.');
    expect(String(await repository.git.fileAt(fix?.head.sha ?? '', 'src/price.ts'))).toContain('string = String(price);');
    expect(regreenCheck(repository, headSha)?.summary).toContain('fixes this');
  });

  it('right: what becomes a fix while it is looked whether to ask is not asked for again', async () => {
    const { repository, headSha } = await failing('meanwhile', () => ({ text: RIGHT, usage: USAGE }));
    const { services } = world.regreen;
    const { pool } = world.database;
    const { rows } = await pool.query<{ fix: string; incident: string; branch: string }>(
      'select id as fix, incident_id as incident, base_branch as branch from fixes where repository_id = $1',
      [repository.id],
    );
    const { fix = '', incident: incidentId = '', branch = '' } = rows[0] ?? {};
    // The books are as they were before the fix was written down; it is, while GitHub is asked for the branch.
    await pool.query("update fixes set base_branch = 'none yet' where id = $1", [fix]);
    await pool.query('update agent_calls set fix_id = null where repository_id = $1', [repository.id]);
    let isWritten = false;
    const write = async ({ url }: { url: string }) => {
      if (isWritten || !url.includes('/git/ref/')) return;
      isWritten = true;
      await pool.query('update fixes set base_branch = $2 where id = $1', [fix, branch]);
      await pool.query('update agent_calls set fix_id = $2 where repository_id = $1', [repository.id, fix]);
    };
    const installationId = world.sandbox.state.installationOf(repository)?.id ?? 0;
    const { client } = await services.github.at(installationId, { owner: 'octo-shop', name: repository.name });
    client.hook.before('request', write);
    const job = { installationId, repositoryId: repository.id, branch, headSha, incidentId, wanted: 'fix' as const };
    const { signal } = new AbortController();
    await askAgent(services, job, {
      attempt: 1,
      again: false,
      lastAttempt: false,
      correlationId: 'c',
      signal,
      log: services.log,
    });
    client.hook.remove('request', write);
    await world.settled();
    expect(isWritten).toBe(true);
    expect(await callsOf(repository)).toHaveLength(1);
    expect(await fixesOf(repository)).toEqual([{ fixer: 'agent', outcome: 'verified' }]);
  });

  it('wrong, then right: what CI refuted goes back with what CI said, and both are paid for', async () => {
    const prompts: string[] = [];
    const { repository } = await failing('wrong-then-right', ({ prompt }, number) => {
      prompts.push(prompt);
      const mended = answerText('The next step wants String().', [
        { path: 'src/price.ts', replacements: [{ search: NOT_ENOUGH, replace: 'String(price)' }] },
      ]);
      return { text: number === 1 ? replaceLabel(NOT_ENOUGH) : mended, usage: USAGE };
    });
    expect((await callsOf(repository)).map(({ cost }) => cost)).toEqual([COST, COST]);
    expect(await fixesOf(repository)).toEqual([
      { fixer: 'agent', outcome: 'refuted' },
      { fixer: 'agent', outcome: 'verified' },
    ]);
    expect(prompts[0]).not.toContain('# Attempt 1');
    expect(prompts[1]).toContain('# Attempt 1, which was not the answer');
    expect(prompts[1]).toContain(`+export const label: string = ${NOT_ENOUGH};`);
    expect(fixPulls(repository)).toHaveLength(1);
  });

  it('cheating: the gate refuses each of three answers, and nothing is pushed', async () => {
    const cheat = replaceLabel('price as any; // @ts-ignore');
    const { repository, headSha } = await failing('cheating', () => ({ text: cheat, usage: USAGE }));
    expect((await callsOf(repository)).map(({ outcome, cost }) => [outcome, cost])).toEqual(
      Array.from({ length: 3 }, () => ['refused', COST]),
    );
    expectUntouched(repository);
    expect(regreenCheck(repository, headSha)?.conclusion).not.toBe('success');
  });

  it('malformed: what is no answer is paid for, asked again twice, and nothing is pushed', async () => {
    const { repository } = await failing('malformed', () => ({ text: 'I would rather talk about the weather.', usage: USAGE }));
    expect((await callsOf(repository)).map(({ outcome, cost }) => [outcome, cost])).toEqual(
      Array.from({ length: 3 }, () => ['malformed', COST]),
    );
    expectUntouched(repository);
  });

  it('huge: an answer without an end is cut off and counted as all that it might have cost', async () => {
    const { repository } = await failing('huge', () => ({ endless: true }));
    const calls = await callsOf(repository);
    expect(calls.map(({ outcome }) => outcome)).toEqual(['too-large', 'too-large', 'too-large']);
    for (const { tokens, cost } of calls) {
      expect(tokens).toBeGreaterThan(4_000);
      expect(cost).toBeGreaterThan(4_000 * 15);
    }
    expectUntouched(repository);
  });

  it('none: one that does not answer in its time is not waited for, nor asked again', async () => {
    const { repository } = await failing('silent', () => ({ hang: 'quiet' }));
    expect((await callsOf(repository)).map(({ outcome }) => outcome)).toEqual(['timeout']);
    expectUntouched(repository);
  });

  it('the money adds up: what the books hold is what the API and the metrics say', async () => {
    const { rows } = await world.database.pool.query<{ tokens: number; cost: number }>(
      'select sum(tokens)::int as tokens, sum(micro_dollars)::int as cost from agent_calls',
    );
    const usage = await fetch(`${world.regreen.url}/api/v1/agents/usage`, { headers: { authorization: `Bearer ${API_KEY}` } });
    const { total, newest } = agentUsageSchema.parse(await usage.json());
    expect([total.tokens, Math.round(total.dollars * 1_000_000)]).toEqual([rows[0]?.tokens, rows[0]?.cost]);
    expect(total.questions).toBe(newest.length);
    const incident = await fetch(`${world.regreen.url}/api/v1/incidents/${newest[0]?.incidentId}`, {
      headers: { authorization: `Bearer ${API_KEY}` },
    });
    expect(incidentDetailsSchema.parse(await incident.json()).timeline.map(({ type }) => type)).toContain('agent');
    const metrics = await (await fetch(`${world.regreen.url}/metrics`)).text();
    const counted = (name: string) => Number(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(metrics)?.[1]);
    expect(counted('regreen_agent_tokens_total')).toBe(rows[0]?.tokens);
    expect(Math.round(counted('regreen_agent_dollars_total') * 1_000_000)).toBe(rows[0]?.cost);
  });

  it('logged no problem', () => {
    expect(world.problems).toEqual([]);
  });
});
