import { join } from 'node:path';
import { type Regreen, startRegreen } from '../../src/compose.ts';
import { environmentFor } from '../../src/demo/environment.ts';
import { WEBHOOK_PATH } from '../../src/intake/receiver.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Account } from '../../src/sandbox/state/model.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { TOOL_PATHS } from './tools.ts';

/** A GitHub with a runner that runs the real tools, and a Regreen on an embedded PostgreSQL, as one would install it. */
export interface BenchWorld {
  sandbox: Sandbox;
  regreen: Regreen;
  org: Account;
  /** May push to the organisation's repositories. */
  author: Account;
  /** May not: comes with a fork. */
  stranger: Account;
  /** What Regreen has logged at `error` and above since the last call. */
  takeErrors(): string[];
  close(): Promise<void>;
}

/** Compilers take their time on small machines. */
const STEP_TIMEOUT_MS = 120_000;

/** Starts both; `folder` takes the database, and `toolPaths` say where steps of workflows find the tools. */
export async function startWorld(folder: string, toolPaths: readonly string[] = TOOL_PATHS): Promise<BenchWorld> {
  const sandbox = await startSandbox({ toolPaths, concurrentRuns: 4, stepTimeoutMs: STEP_TIMEOUT_MS });
  const errors: string[] = [];
  const log = createLog({ level: 'error', destination: { write: (line) => void errors.push(line.trim()) } });
  const environment = environmentFor(sandbox, { databaseUrl: null, dataFolder: join(folder, 'data') });
  const regreen = await startRegreen({ environment, log }).catch(async (error: unknown) => {
    await sandbox.close();
    throw error;
  });
  sandbox.deliverTo(`${regreen.url}${WEBHOOK_PATH}`);
  const org = sandbox.people.createAccount('bench', { kind: 'Organization', plan: 'team' });
  sandbox.people.installApp({ account: org });
  return {
    sandbox,
    regreen,
    org,
    author: sandbox.people.createAccount('author'),
    stranger: sandbox.people.createAccount('stranger'),
    takeErrors: () => errors.splice(0),
    close: async () => {
      await regreen.stop();
      await sandbox.close();
    },
  };
}
