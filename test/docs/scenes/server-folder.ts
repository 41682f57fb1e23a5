import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WEBHOOK_PATH } from '../../../src/intake/webhook-path.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import { assignment } from '../../../src/setup/env-file.ts';
import { freePort } from '../../support/free-port.ts';
import { checkoutFolder, removeFolder, TOOL_PATHS } from '../scene.ts';
import type { Session } from '../session.ts';

/** What the server logs once it answers. */
export const READY = /Regreen is ready/;

/** A checkout whose .env has the credentials of the sandbox's App, as `regreen setup` leaves it. */
export interface ServerFolder {
  folder: string;
  sandbox: Sandbox;
  /** Where its server answers. */
  url: string;
  /** Puts variables into .env. */
  write(variables: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
}

export async function serverFolder(): Promise<ServerFolder> {
  const [folder, sandbox, port] = await Promise.all([checkoutFolder(), startSandbox({ toolPaths: TOOL_PATHS }), freePort()]);
  const url = `http://127.0.0.1:${port}`;
  sandbox.deliverTo(`${url}${WEBHOOK_PATH}`);
  const write: ServerFolder['write'] = async (variables) => {
    const lines = Object.entries(variables).map(([name, value]) => `${assignment(name, value)}\n`);
    await appendFile(join(folder, '.env'), lines.join(''), { mode: 0o600 });
  };
  await write({
    APP_ID: String(sandbox.app.id),
    PRIVATE_KEY: sandbox.app.privateKey,
    WEBHOOK_SECRET: sandbox.app.webhookSecret,
    GITHUB_API_URL: sandbox.apiUrl,
    PORT: String(port),
    DRAIN_SECONDS: '0',
  });
  return {
    folder,
    sandbox,
    url,
    write,
    close: async () => {
      await sandbox.close();
      await removeFolder(folder);
    },
  };
}

/** `regreen keys create` beside the running server. @returns the key */
export async function createKey(session: Session): Promise<string> {
  const { lines } = await session.run('npx regreen keys create --name docs');
  const key = lines.find((line) => /^rg_\S+$/.test(line));
  if (key === undefined) throw new Error(`no key was made:\n${lines.join('\n')}`);
  return key;
}
