import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP_FILES, UNFORMATTED_FILES } from '../../../src/demo/shop.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import type { Delivery } from '../../../src/sandbox/state/model.ts';
import { TOOL_PATHS } from '../../support/world.ts';

const action = fileURLToPath(new URL('../../../src/action.ts', import.meta.url));

/** Protects Regreen inside a workflow: started as the runner starts it, it explains the run that the event is about. */
describe('the action on workflow_run', () => {
  let sandbox: Sandbox;
  let folder: string;
  let token: string;
  let payloads: Map<string, string>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regreen-action-'));
    sandbox = await startSandbox({ toolPaths: TOOL_PATHS });
    const owner = sandbox.people.createAccount('octo', { kind: 'Organization', plan: 'team' });
    const mona = sandbox.people.createAccount('mona');
    sandbox.people.installApp({ account: owner });
    // Nobody listens there: the deliveries are only wanted for the payloads that GitHub would write into the event file.
    sandbox.deliverTo('http://127.0.0.1:9/');
    const repository = await sandbox.people.createRepository({
      owner,
      name: 'shop',
      files: SHOP_FILES,
      collaborators: { mona: 'write' },
    });
    await sandbox.people.push({ repository, branch: 'discount', actor: mona, files: UNFORMATTED_FILES });
    await sandbox.people.openPullRequest({ repository, actor: mona, head: 'discount', title: 'Add discounts' });
    await sandbox.idle();
    token = sandbox.people.createToken(mona);
    payloads = new Map(sandbox.state.deliveries.filter(isRunEnd).map((one) => [conclusionOf(one), one.body]));
  });

  afterAll(async () => {
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function runAction(payload: string, environment: Record<string, string> = {}) {
    const summaryPath = join(folder, `summary-${Math.random()}.md`);
    const eventPath = join(folder, `event-${Math.random()}.json`);
    await writeFile(eventPath, payload);
    const child = spawn(process.execPath, [action], {
      env: {
        PATH: process.env['PATH'],
        GITHUB_TOKEN: token,
        GITHUB_RUN_ID: '1',
        GITHUB_EVENT_NAME: 'workflow_run',
        GITHUB_EVENT_PATH: eventPath,
        GITHUB_STEP_SUMMARY: summaryPath,
        GITHUB_API_URL: `${sandbox.apiUrl}/api/v3`,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    const [status] = await once(child, 'close');
    return { status, stdout, summary: await readFile(summaryPath, 'utf8').catch(() => '') };
  }

  it('annotates by workflow commands and writes the summary', async () => {
    const { status, stdout, summary } = await runAction(payloads.get('failure') ?? '');
    expect(status).toBe(0);
    expect(stdout).toContain('::error file=src/cart.js,line=1,endLine=1,title=prettier::');
    expect(summary).toContain('## `format` failed: files are not formatted');
    expect(summary).toContain('[warn] src/currency.js');
  });

  it('has nothing to say of a green run', async () => {
    const { status, stdout, summary } = await runAction(payloads.get('success') ?? '');
    expect({ status, summary }).toEqual({ status: 0, summary: '' });
    expect(stdout).toContain('Nothing to explain');
  });

  it('fails when GitHub refuses it, instead of looking like a success', async () => {
    const { status } = await runAction(payloads.get('failure') ?? '', {
      GITHUB_TOKEN: 'ghp_000000000000000000000000000000000000',
    });
    expect(status).toBe(1);
  });
});

function isRunEnd(delivery: Delivery): boolean {
  return delivery.event === 'workflow_run' && delivery.action === 'completed';
}

function conclusionOf(delivery: Delivery): string {
  return (JSON.parse(delivery.body) as { workflow_run: { conclusion: string } }).workflow_run.conclusion;
}
