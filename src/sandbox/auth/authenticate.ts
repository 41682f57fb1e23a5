import { badCredentials } from '../http/refusal.ts';
import type { Platform } from '../platform.ts';
import { verifyAppJwt } from './app-jwt.ts';
import type { Caller } from './caller.ts';

/** Reads the `Authorization` header: `bearer <JWT>` of the app, `token …` or `bearer …` of everybody else. */
export function authenticate(platform: Platform, header: string | null): Caller {
  if (!header) return { kind: 'anonymous' };
  const [scheme = '', token = ''] = header.split(' ');
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
