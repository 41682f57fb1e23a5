import type { KeyObject } from 'node:crypto';
import type { ActionsService } from './actions/service.ts';
import type { TokenRegistry } from './auth/tokens.ts';
import type { UserAuthorisation } from './auth/user-authorisation.ts';
import type { Background } from './background.ts';
import type { Clock } from './clock.ts';
import type { RateLimiter } from './http/rate-limit.ts';
import type { Storage } from './http/storage.ts';
import type { Registrations } from './registration/registrations.ts';
import type { App } from './state/model.ts';
import type { State } from './state/state.ts';
import type { Urls } from './urls.ts';
import type { Webhooks } from './webhooks/service.ts';

/** One request and its answer, as they went over the wire. */
export interface Exchange {
  method: string;
  /** The route's template, `/repos/{owner}/{repo}/pulls`. */
  route: string;
  url: string;
  requestBody: string;
  status: number;
  responseHeaders: Record<string, string>;
  responseBody: string;
}

/** The parts of this GitHub, handed to every operation and route. */
export interface Platform {
  state: State;
  clock: Clock;
  urls: Urls;
  app: App;
  /** The app's key as PEM, and its public half, which checks the app's JWTs. */
  appPrivateKey: string;
  appPublicKey: KeyObject;
  /** Apps that people register by a manifest. */
  registrations: Registrations;
  tokens: TokenRegistry;
  /** People who let the app act for them. */
  authorisation: UserAuthorisation;
  limits: RateLimiter;
  webhooks: Webhooks;
  actions: ActionsService;
  background: Background;
  /** Where repositories and runs keep their files. */
  directory: string;
  /** Where logs lie. */
  storage: Storage;
  /** Is told of each exchange over the API, whole; for tests that hold them against GitHub's description. */
  recorder: ((exchange: Exchange) => void) | null;
  /** Signs the text of a commit that GitHub makes itself. */
  sign(commitText: string): string;
}
