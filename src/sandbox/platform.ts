import type { KeyObject } from 'node:crypto';
import type { ActionsService } from './actions/service.ts';
import type { TokenRegistry } from './auth/tokens.ts';
import type { Background } from './background.ts';
import type { Clock } from './clock.ts';
import type { RateLimiter } from './http/rate-limit.ts';
import type { App } from './state/model.ts';
import type { State } from './state/state.ts';
import type { Urls } from './urls.ts';
import type { Webhooks } from './webhooks/service.ts';

export interface LogAddress {
  content: Buffer;
  contentType: string;
  expiresAt: Date;
}

/** The parts of this GitHub, handed to every operation and route. */
export interface Platform {
  state: State;
  clock: Clock;
  urls: Urls;
  app: App;
  /** The public half of the app's key: checks the app's JWTs. */
  appPublicKey: KeyObject;
  tokens: TokenRegistry;
  limits: RateLimiter;
  webhooks: Webhooks;
  actions: ActionsService;
  background: Background;
  /** Where repositories and runs keep their files. */
  directory: string;
  /** Addresses of logs by their secret part; each is good for 1 minute. */
  logAddresses: Map<string, LogAddress>;
  /** Signs the text of a commit that GitHub makes itself. */
  sign(commitText: string): string;
}
