import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { badCredentials } from '../http/refusal.ts';
import type { Account, App, Installation, Permissions, Repository } from '../state/model.ts';
import type { Caller } from './caller.ts';

/** Source: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app */
const INSTALLATION_TOKEN_LIFETIME_MS = 60 * 60 * 1000;
/** The length that GitHub's tokens of the form `ghs_APPID_JWT` have come to, about. */
const TOKEN_LENGTH = 520;

interface Issued {
  caller: Caller;
  expiresAt: Date | null;
}

export interface IssuedToken {
  token: string;
  expiresAt: Date;
}

/** The tokens that this GitHub has given out. */
export class TokenRegistry {
  private readonly issued = new Map<string, Issued>();
  private readonly key = randomBytes(32);
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** A token for the app in one installation; narrower than the installation when repositories or permissions are named. */
  forInstallation(
    app: App,
    installation: Installation,
    permissions: Permissions,
    repositoryIds: ReadonlySet<number> | null,
  ): IssuedToken {
    const expiresAt = new Date(this.clock.now().getTime() + INSTALLATION_TOKEN_LIFETIME_MS);
    return this.issue(app.id, { kind: 'installation', app, installation, permissions, repositoryIds }, expiresAt);
  }

  /** The GITHUB_TOKEN of a run. */
  forWorkflow(appId: number, bot: Account, repository: Repository, permissions: Permissions): IssuedToken {
    const expiresAt = new Date(this.clock.now().getTime() + INSTALLATION_TOKEN_LIFETIME_MS);
    return this.issue(appId, { kind: 'workflow', bot, permissions, repository }, expiresAt);
  }

  /** A personal access token: acts with all that the person may do. Has no end. */
  forPerson(account: Account): string {
    const token = `ghp_${randomBytes(18).toString('hex')}`;
    this.issued.set(token, { caller: { kind: 'person', account, app: null, installations: () => [] }, expiresAt: null });
    return token;
  }

  /** A user access token: a person lets the app act for them. */
  forAuthorisation(account: Account, app: App, installations: () => Installation[], seconds: number): string {
    const token = `ghu_${randomBytes(18).toString('hex')}`;
    const expiresAt = new Date(this.clock.now().getTime() + seconds * 1000);
    this.issued.set(token, { caller: { kind: 'person', account, app, installations }, expiresAt });
    return token;
  }

  revoke(token: string): void {
    this.issued.delete(token);
  }

  /** Who holds the token. Throws 401 when it is unknown or has ended. */
  callerOf(token: string): Caller {
    const issued = this.issued.get(token);
    if (!issued || (issued.expiresAt && issued.expiresAt <= this.clock.now())) throw badCredentials();
    return issued.caller;
  }

  private issue(appId: number, caller: Caller, expiresAt: Date): IssuedToken {
    const token = this.mint(appId, expiresAt);
    this.issued.set(token, { caller, expiresAt });
    return { token, expiresAt };
  }

  /** `ghs_APPID_JWT`: callers must not read it, but redaction must find it. */
  private mint(appId: number, expiresAt: Date): string {
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const header = encode({ alg: 'HS256', typ: 'JWT' });
    const jti = randomBytes(15).toString('hex');
    const bare = encode({ jti, exp: Math.floor(expiresAt.getTime() / 1000), pad: '' });
    const room = TOKEN_LENGTH - `ghs_${appId}_${header}.${bare}.`.length - 43;
    const payload = encode({
      jti,
      exp: Math.floor(expiresAt.getTime() / 1000),
      pad: 'x'.repeat(Math.max(0, Math.floor(room * 0.75))),
    });
    const signature = createHmac('sha256', this.key).update(`${header}.${payload}`).digest('base64url');
    return `ghs_${appId}_${header}.${payload}.${signature}`;
  }
}
