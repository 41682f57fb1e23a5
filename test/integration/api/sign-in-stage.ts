import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAuthenticator } from '../../../src/api/authentication.ts';
import { createRequestListener } from '../../../src/api/listener.ts';
import { serveLive } from '../../../src/api/live/serve-live.ts';
import { createRouter } from '../../../src/api/router.ts';
import type { ApiServices } from '../../../src/api/services.ts';
import { createUserAuthorisation } from '../../../src/github/user-authorisation.ts';
import { createSealer, type EncryptionKey } from '../../../src/notify/sealing.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import type { Account, Repository } from '../../../src/sandbox/state/model.ts';
import { createSignIn, type SignInServices } from '../../../src/sign-in/create.ts';
import type { SignIn } from '../../../src/sign-in/sign-in.ts';
import { createReachDatabase } from '../../../src/store/access/reach.ts';
import { createSessionStore } from '../../../src/store/access/sessions.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { ENCRYPTION_KEY } from '../../support/notify/channels.ts';
import { ManualClock } from '../sandbox/support.ts';
import { insertRepository } from './rows.ts';
import { apiServicesOn } from './running-api.ts';

export const IDLE_MS = 12 * 3_600_000;
export const LIFETIME_MS = 30 * 3_600_000;

/** A GitHub, a server of ours with sign-in switched on, and a person in front of a browser. */
export interface SignInStage {
  test: TestDatabase;
  sandbox: Sandbox;
  clock: ManualClock;
  mona: Account;
  /** In which mona may push, may read, and has no part. */
  repositories: { pushed: Repository; read: Repository; hidden: Repository };
  /** `http://127.0.0.1:PORT`, its public address, too. */
  origin: string;
  signIn: SignIn;
  /** What it is made of. */
  signInServices: SignInServices;
  /** Another process on the same database. */
  anotherProcess(keys?: readonly EncryptionKey[]): SignIn;
  services: ApiServices;
  browser(): Browser;
  close(): Promise<void>;
}

let addresses = 0;

/** Keeps cookies, follows nothing by itself, and has an address of its own: sign-ins are limited by it. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly address = `2001:db8::${(++addresses).toString(16)}`;
  private readonly stage: Pick<SignInStage, 'origin' | 'sandbox' | 'mona'>;

  constructor(stage: Pick<SignInStage, 'origin' | 'sandbox' | 'mona'>) {
    this.stage = stage;
  }

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async go(path: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
    const headers = { cookie: this.cookie, 'x-forwarded-for': this.address, ...init.headers };
    const response = await fetch(new URL(path, this.stage.origin), { ...init, headers, redirect: 'manual' });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  /** Goes to GitHub, presses a button there, and is told where to go next. */
  async atGitHub(returnTo = '/docs', decision: 'authorise' | 'cancel' = 'authorise'): Promise<string> {
    const sent = await this.go(`/api/v1/auth/github?returnTo=${encodeURIComponent(returnTo)}`);
    return this.stage.sandbox.people.authorise(this.stage.mona, sent.headers.get('location') ?? '', decision);
  }

  async signIn(): Promise<Response> {
    return this.go(await this.atGitHub());
  }

  async json<T>(path: string): Promise<T> {
    return (await (await this.go(path)).json()) as T;
  }
}

export async function setSignInStage(): Promise<SignInStage> {
  const test = await createTestDatabase();
  const clock = new ManualClock();
  const sandbox = await startSandbox({ clock });
  const { people } = sandbox;
  const [acme, mona] = [people.createAccount('acme', { kind: 'Organization' }), people.createAccount('mona')];
  const create = async (name: string, collaborators: Record<string, 'write' | 'read'>) => {
    const repository = await people.createRepository({ owner: acme, name, private: true, collaborators });
    await insertRepository(test.database, repository.id, `acme/${name}`);
    return repository;
  };
  const repositories = {
    pushed: await create('pushed', { mona: 'write' }),
    read: await create('read', { mona: 'read' }),
    hidden: await create('hidden', {}),
  };
  people.installApp({ account: acme });

  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const callbackUrl = `${origin}/api/v1/auth/github/callback`;
  sandbox.setCallbackUrls([callbackUrl]);
  const { clientId, clientSecret } = sandbox.app;
  const now = () => clock.now();
  const signInServices = (keys: readonly EncryptionKey[] = [ENCRYPTION_KEY]): SignInServices => ({
    sessions: createSessionStore(test.database),
    github: createUserAuthorisation({ clientId, clientSecret, callbackUrl, apiUrl: sandbox.apiUrl }),
    sealer: createSealer(keys),
    idleMs: IDLE_MS,
    lifetimeMs: LIFETIME_MS,
    log: createLog({ level: 'silent' }),
    now,
  });
  const signIn = createSignIn(signInServices());
  const access = { signIn, publicUrl: origin, trustedProxies: ['127.0.0.0/8'] };
  const services = apiServicesOn(test.database, now, { visible: createReachDatabase(test.pool), ...access });
  const authenticate = createAuthenticator(services);
  server.on('request', createRequestListener(createRouter(services, authenticate), services));
  const live = serveLive(server, { services, authenticate, database: test.database, connection: test.connection });
  return {
    test,
    sandbox,
    clock,
    mona,
    repositories,
    origin,
    signIn,
    signInServices: signInServices(),
    anotherProcess: (keys) => createSignIn(signInServices(keys)),
    services,
    browser: () => new Browser({ origin, sandbox, mona }),
    close: async () => {
      await live.close();
      await new Promise((resolve) => server.close(resolve));
      await sandbox.close();
      await test.drop();
    },
  };
}
