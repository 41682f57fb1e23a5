import { badCredentials } from '../http/refusal.ts';
import type { Platform } from '../platform.ts';
import { verifyAppJwt } from './app-jwt.ts';
import type { Caller } from './caller.ts';

/** Reads the `Authorization` header: `bearer <JWT>` of the app, `basic …` of its client secret, `token …` or `bearer …` of everybody else. */
export function authenticate(platform: Platform, header: string | null): Caller {
  if (!header) return { kind: 'anonymous' };
  const [scheme = '', token = ''] = header.split(' ');
  if (/^basic$/i.test(scheme)) return client(platform, token);
  if (!/^(bearer|token)$/i.test(scheme) || token === '') throw badCredentials();
  if (token.startsWith('eyJ')) {
    verifyAppJwt(token, platform.app, platform.appPublicKey, platform.clock.now());
    return { kind: 'app', app: platform.app };
  }
  const caller = platform.tokens.callerOf(token);
  if (caller.kind === 'installation' && caller.installation.suspendedAt) throw suspended();
  if (caller.kind === 'installation' && !platform.state.installations.has(caller.installation.id)) throw badCredentials();
  return caller;
}

function suspended() {
  return badCredentials('This installation has been suspended');
}

/** Source: https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api#using-basic-authentication */
function client(platform: Platform, credentials: string): Caller {
  const [clientId = '', secret = ''] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
  if (!platform.authorisation.isClient(clientId, secret)) throw badCredentials();
  return { kind: 'client' };
}
