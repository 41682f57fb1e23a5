import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPrivateKey } from '../../../src/config/secrets.ts';
import { SHOP_FILES, UNFORMATTED_FILES } from '../../../src/demo/shop.ts';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import { createBrowser } from '../../support/browser.ts';
import { freePort } from '../../support/free-port.ts';
import { startSmeeServer } from '../../support/smee-server.ts';
import { checkoutFolder, type Expectation, removeFolder, type Scene, TOOL_PATHS } from '../scene.ts';
import type { Session } from '../session.ts';
import { READY } from './server-folder.ts';

/** What a document has in place of a delivery of one's own. */
const SHOWN_GUID = '72d3162e-cc78-11e3-81ab-4c9367dc0958';

/** Nothing but a checkout; a GitHub, a relay, and a person who presses the buttons. A way that begins anew has a checkout of its own. */
export async function installationScene(): Promise<Scene> {
  const [folder, sandbox, smee, port] = await Promise.all([
    checkoutFolder(),
    startSandbox({ toolPaths: TOOL_PATHS }),
    startSmeeServer(),
    freePort(),
  ]);
  const folders = [folder];
  const channel = await smee.newChannel();
  const anew = async (session: Session): Promise<void> => {
    await session.stop();
    const next = await checkoutFolder();
    folders.push(next);
    await session.run(`cd ${next}`);
  };
  const pages: Promise<void>[] = [];
  const pressed = { onLine: pressThrough(pages), after: async () => void (await Promise.all(pages)) };
  let guid = '';
  const receive = async (): Promise<void> => {
    const { people } = sandbox;
    const org = people.createAccount('octo', { kind: 'Organization' });
    people.installApp({ account: org });
    const repository = await people.createRepository({ owner: org, name: 'shop', files: SHOP_FILES });
    await people.push({ repository, branch: 'main', actor: org, files: UNFORMATTED_FILES });
    const arrived = await sandbox.waitFor(
      () => sandbox.state.deliveries.find(({ event, action }) => event === 'workflow_run' && action === 'completed'),
      { timeoutMs: 120_000, what: 'a delivery of workflow_run' },
    );
    guid = arrived.guid;
    await writeFile(join(folders.at(-1) ?? '', 'payload.json'), arrived.body);
  };
  const expect = (command: string): Expectation | undefined => {
    if (command === 'npm start') return { stays: READY };
    if (command === 'npm run dev') return { stays: READY, after: receive };
    if (/regreen setup .*--smee|regreen setup --github/.test(command)) return { before: anew, ...pressed };
    if (command.startsWith('npx regreen setup')) return pressed;
    if (command.startsWith('npx regreen replay')) return { shows: [/workflow_run from .* was taken: /] };
    if (command.startsWith('sh deploy/make-secrets.sh'))
      return { shows: [/Made .*postgres-password/], after: () => expectKey(folder) };
    return undefined;
  };
  return {
    folder,
    env: { PORT: String(port), DRAIN_SECONDS: '0' },
    here: (command) => {
      const own = command.includes('--smee') ? `--smee ${channel}` : `--url http://127.0.0.1:${port}`;
      return command
        .replace(/(regreen setup)(?: -.*)?$/, `$1 ${own} --github ${sandbox.apiUrl} --no-open`)
        .replace(SHOWN_GUID, guid);
    },
    expect,
    close: async () => {
      await Promise.all([sandbox.close(), smee.close()]);
      await Promise.all(folders.map(removeFolder));
    },
  };
}

/** What the containers are given can be read. */
async function expectKey(folder: string): Promise<void> {
  const read = readPrivateKey(await readFile(join(folder, 'deploy/secrets/private-key.pem'), 'utf8'));
  if ('fault' in read) throw new Error(`private-key.pem: ${read.fault}`);
}

/** Where an address is shown, the person goes through its pages. */
function pressThrough(pages: Promise<void>[]): (line: string) => void {
  return (line) => {
    const address = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(line)?.[0];
    if (address === undefined) return;
    const gone = goThroughPages(address, `Documented ${pages.length}`);
    // Looked at when the command has ended.
    gone.catch(() => undefined);
    pages.push(gone);
  };
}

async function goThroughPages(address: string, name: string): Promise<void> {
  const browser = createBrowser();
  const page = await browser.submit(await browser.open(address));
  const end = await browser.submit(page, { name });
  if (end.status !== 200) throw new Error(`the page ${end.url} answers ${end.status}: ${end.text}`);
}
