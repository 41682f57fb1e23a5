import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Repository } from '../../../src/sandbox/state/model.ts';
import { answerText, type Model, startOpenAiServer } from '../../support/agents/openai-server.ts';
import { agentSettings } from '../../support/agents/settings.ts';
import { propose, shopWithSteps } from '../../support/shops.ts';
import { createWorld, fixPulls, regreenCheck, type World } from '../../support/world.ts';

// Workflows run for real, several in a row, on machines that are busy with other test files.
vi.setConfig({ testTimeout: 60_000 });

const RIGHT = 'export const price: number = 12;\n\nexport const label: string = String(price);\n';
const WRONG = 'export const price: number = 12;\n\nexport const label: string = price;\n';

const SHOP: Record<string, string> = {
  ...shopWithSteps(['tsc -p tsconfig.json']),
  '.github/regreen.yml': 'mode: fix\nagents:\n  use: openai-compatible\n',
  'tsconfig.json': '{ "compilerOptions": { "strict": true, "noEmit": true, "target": "es2024" }, "include": ["src"] }\n',
  'src/price.ts': 'export const price: number = 12;\n',
};

/** Protects the way of an agent's answer: through the gate and real CI like any other, and every cent in the books. */
describe('what becomes of an answer of an agent', () => {
  let world: World;
  let model: Model = () => ({ status: 500 });
  let server: Awaited<ReturnType<typeof startOpenAiServer>>;

  beforeAll(async () => {
    server = await startOpenAiServer((question, number) => model(question, number));
    world = await createWorld({ sandbox: { concurrentRuns: 4 }, agent: agentSettings({ url: `${server.url}/v1` }) });
  });

  afterAll(async () => {
    await world.close();
    await server.close();
  });

  async function callsOf(repository: Repository) {
    const { rows } = await world.database.pool.query(
      'select state, outcome, tokens::int, micro_dollars::int from agent_calls where repository_id = $1 order by started_at',
      [repository.id],
    );
    return rows;
  }

  it('right: a type error that no fixer knows is mended, and real CI verifies it', async () => {
    model = () => ({
      text: answerText('The label is a string, so the price is turned into one.', [
        { path: 'src/price.ts', replacements: [{ search: 'string = price;', replace: 'string = String(price);' }] },
      ]),
      usage: { input: 2_000, output: 200 },
    });
    const repository = await world.createRepository(SHOP, 'right');
    const pull = await propose(world, repository, { files: { 'src/price.ts': WRONG } });
    await world.settled();
    expect(await callsOf(repository)).toEqual([{ state: 'answered', outcome: 'edits', tokens: 2_200, micro_dollars: 9_000 }]);
    const [fix] = fixPulls(repository);
    expect(fix?.issue.body).toContain('✅ **Verified**');
    expect(String(await repository.git.fileAt(fix?.head.sha ?? '', 'src/price.ts'))).toBe(RIGHT);
    expect(regreenCheck(repository, pull.head.sha)?.summary).toContain('fixes this');
    expect(world.problems).toEqual([]);
  });
});
