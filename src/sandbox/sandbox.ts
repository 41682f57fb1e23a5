import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ActionsService } from './actions/service.ts';
import { readAppManifest } from './app-manifest.ts';
import { TokenRegistry } from './auth/tokens.ts';
import { UserAuthorisation } from './auth/user-authorisation.ts';
import { Background } from './background.ts';
import { type Clock, systemClock } from './clock.ts';
import { createSigningKey, signCommit } from './git/signing.ts';
import { delayed } from './http/delayed.ts';
import { listen } from './http/listen.ts';
import { DEFAULT_LIMITS, type Limits, RateLimiter } from './http/rate-limit.ts';
import { createServer } from './http/server.ts';
import { Storage } from './http/storage.ts';
import { People } from './people.ts';
import type { Exchange, Platform } from './platform.ts';
import { addAccount, createApp, publicHalf } from './registration/apps.ts';
import { Registrations } from './registration/registrations.ts';
import { endpoints } from './routes/index.ts';
import type { WorkflowRunner } from './runner/contract.ts';
import { createWorkflowRunner } from './runner/index.ts';
import type { Delivery } from './state/model.ts';
import { State } from './state/state.ts';
import { Urls } from './urls.ts';
import { waitFor } from './wait-for.ts';
import { Webhooks } from './webhooks/service.ts';

export interface SandboxOptions {
  /** Default: a free one. */
  port?: number;
  /** Where repositories and runs keep their files. Default: a new temporary folder, removed by `close`. */
  directory?: string;
  /** `app.yml` whose permissions and events the app has. Default: the project's own. */
  manifestPath?: string;
  clock?: Clock;
  /** Limits that differ from GitHub's. */
  limits?: Partial<Limits>;
  /** Default: the real one, which carries workflows out on this machine. */
  runner?: WorkflowRunner;
  /** Folders put before PATH in every step of a workflow: where tools such as prettier are found. */
  toolPaths?: readonly string[];
  /** JavaScript actions beside those that the sandbox knows, `owner/name` → the folder in which their action.yml is. */
  actions?: Readonly<Record<string, string>>;
  /** Hard limit for one step. Default: 60 s. */
  stepTimeoutMs?: number;
  /** Is told of each exchange over the API, whole. */
  recorder?: (exchange: Exchange) => void;
  /** Workflow runs under way at once. Default: 2. */
  concurrentRuns?: number;
  /** How long a request over the API, or for a log, takes on its way here and back, in milliseconds. Default: 0. */
  answersAfterMs?: number;
}

/** What Regreen must know of the app to act as it; another one once people have registered one by a manifest. */
export interface SandboxApp {
  id: number;
  slug: string;
  clientId: string;
  clientSecret: string;
  /** PEM, made at start. */
  privateKey: string;
  webhookSecret: string;
}

/** A GitHub on this machine. Everything it serves is reached over real HTTP; `people` is what people do in a browser or with git. */
export interface Sandbox {
  /** Base of the REST API, for Octokit's `baseUrl`; GraphQL is at `/graphql` below it. */
  readonly apiUrl: string;
  readonly app: SandboxApp;
  /** Accounts, repositories, pushes, pull requests, installations: what people do. */
  readonly people: People;
  /** All that this GitHub knows, for assertions. Read only. */
  readonly state: State;
  /** From now on webhooks go to that address. */
  deliverTo(url: string): void;
  /** The app's settings have these callback URLs from now on. */
  setCallbackUrls(urls: readonly string[]): void;
  /** Settings of the app's webhook: as what it is sent, and whether the receiver's certificate is looked at. */
  configureWebhook(settings: { contentType?: 'json' | 'form'; checksCertificates?: boolean }): void;
  /** Sends the delivery of that GUID again, with the same GUID. Throws when there is none. */
  redeliver(guid: string): Delivery;
  /** Resolves when every run and every delivery under way has ended. Rejects when the sandbox itself is broken. */
  idle(): Promise<void>;
  /**
   * Resolves with the first truthy value of `look`, asked now and after every change of the state.
   * Rejects after `timeoutMs` (default 60,000) with `what` in its message.
   */
  waitFor<T>(
    look: (state: State) => T | null | undefined | false | Promise<T | null | undefined | false>,
    options?: WaitOptions,
  ): Promise<T>;
  /** Changes rate limits from now on. */
  setLimits(limits: Partial<Limits>): void;
  close(): Promise<void>;
}

export interface WaitOptions {
  timeoutMs?: number;
  what?: string;
}

const INSTALL_OWNER = 'regreen';

/** Starts a GitHub. Its address is good once the promise has resolved. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'regreen-sandbox-')));
  await mkdir(directory, { recursive: true });
  const server = await listen(options.port ?? 0);
  const platform = await createPlatform(options, directory, `http://127.0.0.1:${server.port}`);
  server.serve(delayed(createServer(platform, endpoints), options.answersAfterMs));
  const { state, app, webhooks, background } = platform;
  return {
    apiUrl: platform.urls.api,
    get app() {
      return {
        id: app.id,
        slug: app.slug,
        clientId: app.clientId,
        clientSecret: platform.authorisation.clientSecret,
        privateKey: platform.appPrivateKey,
        webhookSecret: app.webhookSecret,
      };
    },
    people: new People(platform),
    state,
    deliverTo(url) {
      webhooks.url = url;
    },
    setCallbackUrls(urls) {
      platform.authorisation.callbackUrls = urls;
    },
    configureWebhook: (settings) => void Object.assign(webhooks, settings),
    redeliver: (guid) => redeliver(platform, guid),
    idle: () => background.idle(),
    waitFor: (look, waitOptions) => waitFor(state, look, waitOptions),
    setLimits(limits) {
      platform.limits.limits = { ...platform.limits.limits, ...limits };
    },
    async close() {
      for (const repository of state.repositories.values()) {
        for (const run of repository.runs.values()) run.abort.abort();
      }
      webhooks.close();
      await Promise.all([server.close(), platform.storage.close()]);
      await background.idle().catch(() => undefined);
      for (const repository of state.repositories.values()) repository.git.close();
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

function redeliver(platform: Platform, guid: string): Delivery {
  const delivery = platform.state.deliveries.find((one) => one.guid === guid);
  const again = delivery && platform.webhooks.redeliver(delivery.id);
  if (!again) throw new Error(`no delivery ${guid} that could be sent again`);
  return again;
}

async function createPlatform(options: SandboxOptions, directory: string, origin: string): Promise<Platform> {
  const clock = options.clock ?? systemClock;
  const state = new State();
  const background = new Background();
  addAccount(state, clock, 'github-actions[bot]', 'Bot');
  const owner = addAccount(state, clock, INSTALL_OWNER, 'Organization');
  const { app, secrets } = createApp(state, clock, owner, await readAppManifest(options.manifestPath));
  const signingKey = createSigningKey();
  const tokens = new TokenRegistry(clock);
  const installations = () => [...state.installations.values()];
  return {
    state,
    clock,
    background,
    app,
    directory,
    urls: new Urls(origin),
    appPrivateKey: secrets.privateKey,
    appPublicKey: publicHalf(secrets.privateKey),
    registrations: new Registrations(),
    tokens,
    authorisation: new UserAuthorisation({ app, clock, tokens, installations, clientSecret: secrets.clientSecret }),
    limits: new RateLimiter({ ...DEFAULT_LIMITS, ...options.limits }, clock),
    webhooks: new Webhooks({ state, clock, app, background }),
    actions: new ActionsService({
      runner: options.runner ?? createWorkflowRunner(),
      toolPaths: options.toolPaths ?? [],
      actions: options.actions ?? {},
      stepTimeoutMs: options.stepTimeoutMs ?? 60_000,
      concurrentRuns: options.concurrentRuns ?? 2,
    }),
    recorder: options.recorder ?? null,
    storage: await Storage.start(clock, options.answersAfterMs),
    sign: (text) => signCommit(text, signingKey),
  };
}
