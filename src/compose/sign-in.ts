import { SIGN_IN_CALLBACK_PATH } from '../config/access-variables.ts';
import type { Environment } from '../config/environment.ts';
import { type SignIn, whenUsed } from '../sign-in/sign-in.ts';
import type { Store } from '../store/open.ts';
import type { Logger } from '../telemetry/log.ts';

/** Sign-in with GitHub, loaded when somebody signs in; null where it is not configured. */
export function createSignInWhenUsed(parts: {
  environment: Environment;
  store: Store;
  log: Logger;
  now: () => Date;
}): SignIn | null {
  const { environment, store, log, now } = parts;
  const { signIn: settings } = environment.api;
  if (settings === null) return null;
  return whenUsed(async () => {
    const [{ createSignIn }, { createUserAuthorisation }, { createSessionStore }, { createSealer }] = await Promise.all([
      import('../sign-in/create.ts'),
      import('../github/user-authorisation.ts'),
      import('../store/access/sessions.ts'),
      import('../notify/sealing.ts'),
    ]);
    const { clientId, clientSecret, publicUrl } = settings;
    const callbackUrl = `${publicUrl}${SIGN_IN_CALLBACK_PATH}`;
    return createSignIn({
      sessions: createSessionStore(store.database),
      github: createUserAuthorisation({ clientId, clientSecret, callbackUrl, apiUrl: environment.github.apiUrl }),
      sealer: createSealer(environment.notify.encryptionKeys),
      idleMs: settings.idleMinutes * 60_000,
      lifetimeMs: settings.hours * 3_600_000,
      log,
      now,
    });
  });
}
