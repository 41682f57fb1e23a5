import { isPublicUrl, SIGN_IN_CALLBACK_PATH } from '../config/access-variables.ts';
import { InvalidRequestError, UnavailableError } from '../errors.ts';
import { createAppClient, readHookConfig } from '../github/app-reads.ts';
import { type RegisteredApp, registerFromCode } from '../github/app-registration.ts';
import { WEBHOOK_PATH } from '../intake/webhook-path.ts';
import { checkReachable, type GitHubAddresses, githubAddresses, newAppAddress } from './addresses.ts';
import { appIn, credentialsOf, named, occupied, printed, saveCredentials } from './credentials.ts';
import { type Loopback, readCode, startLoopback } from './loopback.ts';
import { buildManifest, readAppFile } from './manifest.ts';
import type { Terminal } from './terminal.ts';

export interface SetupOptions {
  /** Address of the GitHub. */
  github: string;
  /** Who is to own the App; the person who is signed in to GitHub without it. */
  organization?: string;
  /** Name of the App; app.yml's without it. */
  name?: string;
  /** Where GitHub reaches this server. */
  url?: string;
  /** A channel of smee to receive through; `true` for a new one. */
  smee?: string | true;
  envFile: string;
  /** Print the credentials and write no file. */
  print?: 'env' | 'json';
  /** Credentials in the file may be replaced. */
  replace?: boolean;
  /** What GitHub gave to a browser that did not find back. */
  code?: string;
  /** Of the page on this machine; 0 for any free one. */
  port: number;
  /** Whether a browser may be opened. */
  open: boolean;
}

/** The address that webhooks are sent to, and what this server is told of it. */
interface Route {
  hookUrl: string;
  proxyUrl: string | null;
  publicUrl: string | null;
}

/** GitHub's codes are good for so long. */
const CODE_LIFETIME_MS = 3_600_000;

/**
 * Registers a GitHub App from app.yml and keeps its credentials.
 * @throws RegreenError with what a person can do about it
 */
export async function setUp(options: SetupOptions, terminal: Terminal): Promise<RegisteredApp> {
  // 1 Which GitHub, and may the file be written? Once the App is there, its secrets must have a place.
  const github = githubAddresses(options.github);
  const replace = await mayReplace(options, terminal);
  // 2 The App: GitHub gives a code to a browser, and the secrets for the code
  const known = options.code === undefined ? null : codeOf(options.code);
  const { code, route } = known === null ? await registerInBrowser(options, github, terminal) : { code: known, route: null };
  const app = await registerFromCode(github.api, code);
  const { proxyUrl, publicUrl } = route ?? (await routeOf(options, github, app));
  // 3 Its credentials
  const variables = credentialsOf(app, { apiUrl: github.api, proxyUrl, publicUrl });
  if (options.print) terminal.print(printed(variables, options.print));
  else await save(options, variables, replace, terminal);
  // 4 What is left to do
  for (const line of nextSteps(app, options, proxyUrl !== null)) terminal.say(line);
  return app;
}

async function mayReplace(options: SetupOptions, terminal: Terminal): Promise<boolean> {
  const known = options.print ? null : await appIn(options.envFile);
  if (known === null || options.replace) return known !== null;
  if (terminal.ask === null) throw occupied(options.envFile, known);
  const question = `${options.envFile} has the credentials of ${named(known)}. Replace them by those of a new App? [y/N] `;
  if (/^y(es)?$/i.test(await terminal.ask(question))) return true;
  throw occupied(options.envFile, known);
}

function codeOf(text: string): string {
  const code = readCode(text);
  if (code !== null) return code;
  throw new InvalidRequestError('CODE_INVALID', 'That is no code of GitHub.', {
    hint: 'Give the code, or the whole address (…/created?code=…) that the browser came to.',
  });
}

async function registerInBrowser(
  options: SetupOptions,
  github: GitHubAddresses,
  terminal: Terminal,
): Promise<{ code: string; route: Route }> {
  const route = await chooseRoute(options, github, terminal);
  const page = await startLoopback(options.port);
  try {
    const { redirectUrl, state } = page;
    const callbackUrl = route.publicUrl === null ? null : `${route.publicUrl}${SIGN_IN_CALLBACK_PATH}`;
    const facts = { name: options.name ?? null, hookUrl: route.hookUrl, redirectUrl, callbackUrl };
    const manifest = buildManifest(await readAppFile(), facts);
    const organization = options.organization ?? null;
    page.show({
      action: newAppAddress(github, organization, state),
      manifest,
      hookUrl: route.hookUrl,
      owner: organization === null ? 'your own account' : `the organisation ${organization}`,
    });
    const opened = options.open && (await terminal.open(page.address));
    for (const line of opened ? openedLines(page) : addressLines(page, terminal)) terminal.say(line);
    return { code: await codeFrom(page, terminal), route };
  } finally {
    await page.close();
  }
}

function openedLines({ address }: Loopback): string[] {
  return ['Your browser shows how to go on. If it does not, open:', '', `  ${address}`, ''];
}

function addressLines({ address }: Loopback, { overSsh }: Terminal): string[] {
  const { port } = new URL(address);
  return [
    'Open this address in a browser; it opens once, and only on this machine:',
    '',
    `  ${address}`,
    '',
    ...(overSsh
      ? [
          `You are here over SSH. On your own machine, first run:  ssh -N -L ${port}:127.0.0.1:${port} THIS-MACHINE`,
          "If the browser can't come back in the end, its address has the code: paste it here, or run",
          'regreen setup --code CODE within the hour.',
          '',
        ]
      : []),
  ];
}

/** Whichever comes first: the browser, or what a person pastes. */
async function codeFrom(page: Loopback, terminal: Terminal): Promise<string> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), CODE_LIFETIME_MS);
  const late = new Promise<never>((_, reject) => {
    over.signal.addEventListener('abort', () => reject(tooLate()));
  });
  try {
    return await Promise.race([page.code, late, ...(terminal.ask ? [pasted(terminal.ask, terminal, over.signal)] : [])]);
  } finally {
    clearTimeout(timer);
    late.catch(() => undefined);
    over.abort();
  }
}

async function pasted(ask: NonNullable<Terminal['ask']>, terminal: Terminal, signal: AbortSignal): Promise<string> {
  for (;;) {
    const text = await ask('Waiting for the browser; or paste the code or the address it came to: ', signal).catch(
      (error: unknown) => {
        if (!signal.aborted) throw error;
        return null;
      },
    );
    // The browser was faster: this question has no answer any more.
    if (text === null) return new Promise<string>(() => undefined);
    const code = readCode(text);
    if (code !== null) return code;
    if (text !== '') terminal.say('That is no code of GitHub.');
  }
}

function tooLate(): UnavailableError {
  return new UnavailableError('SETUP_TIMED_OUT', 'Nobody came back from GitHub within an hour.', {
    hint: 'Run "regreen setup" again.',
  });
}

/** @throws InvalidRequestError `WEBHOOK_URL_MISSING` where nobody can be asked */
async function chooseRoute(options: SetupOptions, github: GitHubAddresses, terminal: Terminal): Promise<Route> {
  if (options.smee !== undefined) return relayed(options.smee);
  if (options.url !== undefined) return direct(options.url, github);
  if (terminal.ask === null) {
    throw new InvalidRequestError('WEBHOOK_URL_MISSING', 'Where does GitHub reach this server?', {
      hint: 'Give --url https://YOUR-HOST, or --smee to receive webhooks through smee.io while you try it out.',
    });
  }
  terminal.say('Where does GitHub reach this server? For a first try leave it empty: webhooks then come through a new channel');
  terminal.say('of smee.io, which is public to all who know its address.');
  const answer = await terminal.ask('https://');
  return answer === '' ? relayed(true) : direct(answer.includes('://') ? answer : `https://${answer}`, github);
}

function direct(address: string, github: GitHubAddresses): Route {
  const url = checkReachable(address, github);
  const path = url.pathname.replace(/\/$/, '');
  const base = `${url.origin}${path.endsWith(WEBHOOK_PATH) ? path.slice(0, -WEBHOOK_PATH.length) : path}`;
  return { hookUrl: `${base}${WEBHOOK_PATH}`, proxyUrl: null, publicUrl: isPublicUrl(base) ? base : null };
}

async function relayed(channel: string | true): Promise<Route> {
  const url = channel === true ? await newChannel() : channel;
  if (!URL.canParse(url)) {
    throw new InvalidRequestError('SMEE_URL_INVALID', '--smee takes the address of a channel.', {
      hint: 'Leave the address out for a new channel.',
    });
  }
  return { hookUrl: url, proxyUrl: url, publicUrl: null };
}

async function newChannel(): Promise<string> {
  const { SmeeClient } = await import('smee-client');
  return SmeeClient.createChannel().catch((cause: unknown) => {
    throw new UnavailableError('SMEE_UNREACHABLE', 'smee.io gives no new channel.', {
      hint: 'Make one at https://smee.io/new and give its address to --smee, or use --url.',
      cause,
    });
  });
}

/** With a code alone, the App itself says where its webhooks go. */
async function routeOf(options: SetupOptions, github: GitHubAddresses, app: RegisteredApp): Promise<Omit<Route, 'hookUrl'>> {
  if (typeof options.smee === 'string') return { proxyUrl: options.smee, publicUrl: null };
  if (options.url !== undefined) return direct(options.url, github);
  const { url: hookUrl } = await readHookConfig(
    createAppClient({ appId: app.id, privateKey: app.privateKey, apiUrl: github.api }),
  );
  if (hookUrl === null) return { proxyUrl: null, publicUrl: null };
  const own = hookUrl.endsWith(WEBHOOK_PATH);
  return own ? direct(hookUrl, github) : { proxyUrl: hookUrl, publicUrl: null };
}

/** The secrets are told once: where the file can't be written they are shown, for nobody could get them again. */
async function save(
  { envFile }: SetupOptions,
  variables: ReturnType<typeof credentialsOf>,
  replace: boolean,
  terminal: Terminal,
): Promise<void> {
  try {
    await saveCredentials(envFile, variables, replace);
    terminal.say(`${envFile} has the App's credentials now; only you can read it.`);
  } catch (error) {
    terminal.say(`${envFile} could not be written: ${error instanceof Error ? error.message : String(error)}`);
    terminal.say('GitHub tells these secrets once, so here they are; put them into a file that only you can read:');
    terminal.print(printed(variables, 'env'));
  }
}

function nextSteps(app: RegisteredApp, options: SetupOptions, relay: boolean): string[] {
  return [
    '',
    `The App "${app.name}" (${app.id}) of ${app.owner} is registered.`,
    ...(app.webhookSecret === null
      ? [`It has no webhook secret yet: set one at ${app.htmlUrl} (16 characters or more), and in WEBHOOK_SECRET.`]
      : []),
    `1. Start Regreen:  ${relay ? 'npm run dev' : 'npm start'}${options.print ? ', with these variables in its environment' : ''}`,
    `2. Install the App on a repository with GitHub Actions:  ${app.htmlUrl.replace(/\/$/, '')}/installations/new`,
    '3. Look whether all is well:  npx regreen doctor',
  ];
}
