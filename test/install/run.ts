/**
 * `npm run test:install`: walks README's path from an empty folder, as an ordinary user, to a running App: the very commands, with this
 * checkout in place of GitHub's and the sandbox in place of github.com. It needs git, bash, npm and a registry.
 */
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SHOP_FILES, UNFORMATTED_FILES } from '../../src/demo/shop.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { createBrowser } from '../support/browser.ts';
import { freePort } from '../support/free-port.ts';
import { type OrdinaryUser, ordinaryUser, type RunningCommand } from './ordinary-user.ts';
import { installationCommands, MOST_COMMANDS } from './readme.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TOOLS = join(ROOT, 'node_modules', '.bin');
const PATIENCE_MS = 8 * 60_000;

const startedAt = performance.now();
const seconds = () => `${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(6)} s`;
const say = (text: string) => void process.stdout.write(`${seconds()}  ${text}\n`);

const folder = await mkdtemp(join(tmpdir(), 'regreen-install-'));
const sandbox = await startSandbox({ toolPaths: [TOOLS] });
let server: RunningCommand | null = null;
try {
  await chmod(folder, 0o755);
  const origin = join(folder, 'origin.git');
  execFileSync('git', ['clone', '--quiet', '--bare', ROOT, origin]);
  const user = ordinaryUser(folder);
  const commands = installationCommands(await readFile(join(ROOT, 'README.md'), 'utf8'));
  const port = await freePort();
  say(`README.md has ${commands.length} commands, of ${MOST_COMMANDS} at most`);
  let place = '';
  for (const command of commands) {
    const real = substituted(command, { origin, port });
    say(`$ ${command}${real === command ? '' : `   (here: ${real.replaceAll(folder, '…')})`}`);
    const whole = `${place}${real}`;
    if (command.startsWith('cd ')) {
      place = `${whole} && `;
      continue;
    }
    if (/npm start$/.test(real)) server = await startServer(user, `export PORT=${port} LOG_LEVEL=info; ${whole}`);
    else await finish(user, whole);
  }
  await expectHealing();
  await expectHealthy(user, `export PORT=${port}; ${place}npx regreen doctor --json`);
  say(`passed: a running App, by the ${commands.length} commands of the README`);
} catch (error) {
  say(`FAILED: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  if (server?.child.pid) {
    process.kill(-server.child.pid, 'SIGTERM');
    await server.ended;
  }
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
}

/** The same command on this machine: this checkout in place of GitHub's, the sandbox in place of github.com. */
function substituted(command: string, { origin, port }: { origin: string; port: number }): string {
  const own = `--github ${sandbox.apiUrl} --url http://127.0.0.1:${port} --no-open`;
  return command.replace(/https:\/\/github\.com\/\S+/, `${origin} regreen`).replace(/(regreen setup)(?: --\S+)*/, `$1 ${own}`);
}

/** Waits for its end; where it shows an address, the person goes through the pages. */
async function finish(user: OrdinaryUser, command: string): Promise<void> {
  const pages: Promise<void>[] = [];
  const running = user.start(command, (line) => {
    const address = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(line)?.[0];
    if (address) pages.push(goThroughPages(address));
  });
  const status = await running.ended;
  if (status !== 0) throw new Error(`"${command}" ended with ${status}:\n${running.lines.slice(-30).join('\n')}`);
  await Promise.all(pages);
}

async function goThroughPages(address: string): Promise<void> {
  const browser = createBrowser();
  const page = await browser.submit(await browser.open(address));
  const end = await browser.submit(page, { name: 'Installed' });
  if (end.status !== 200) throw new Error(`the page ${end.url} answers ${end.status}: ${end.text}`);
  say('      the person pressed "Go on to GitHub" and "Create GitHub App"');
}

async function startServer(user: OrdinaryUser, command: string): Promise<RunningCommand> {
  const ready = Promise.withResolvers<void>();
  const running = user.start(command, (line) => {
    if (line.includes('Regreen is ready')) ready.resolve();
  });
  void running.ended.then((status) => ready.reject(new Error(`the server ended with ${status}:\n${running.lines.join('\n')}`)));
  await ready.promise;
  say('      Regreen is ready');
  return running;
}

/** The App is installed, a build goes red, and Regreen says why. */
async function expectHealing(): Promise<void> {
  const { people } = sandbox;
  const org = people.createAccount('octo', { kind: 'Organization' });
  people.installApp({ account: org });
  const repository = await people.createRepository({ owner: org, name: 'shop', files: SHOP_FILES });
  await people.push({ repository, branch: 'main', actor: org, files: UNFORMATTED_FILES });
  await sandbox.waitFor(
    () => [...repository.checkRuns.values()].find(({ name, status }) => name === 'Regreen' && status === 'completed'),
    { timeoutMs: PATIENCE_MS, what: "Regreen's check run" },
  );
  say('      a build went red, and Regreen has said why on the commit');
}

async function expectHealthy(user: OrdinaryUser, command: string): Promise<void> {
  const running = user.start(command);
  const status = await running.ended;
  if (status !== 0) throw new Error(`the doctor ends with ${status}:\n${running.lines.join('\n')}`);
  say('      regreen doctor finds nothing wrong');
}
