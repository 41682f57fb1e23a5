import { randomBytes } from 'node:crypto';
import { notFound } from '../http/refusal.ts';
import type { Platform } from '../platform.ts';
import type { Account, App } from '../state/model.ts';
import { type AppSecrets, createApp, publicHalf, slugOf } from './apps.ts';
import { type Manifest, nameFaults } from './manifest-rules.ts';

/** Source: https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest "within one hour" */
const CODE_LIFETIME_MS = 60 * 60 * 1000;

/** A manifest that a person has not confirmed yet. */
export interface Proposal {
  manifest: Manifest;
  owner: Account;
  state: string | null;
}

interface Registered extends AppSecrets {
  app: App;
  createdAt: Date;
}

/**
 * Apps that people register by a manifest: proposed by a form, confirmed on a page, fetched once with a code.
 * This GitHub serves one app at a time: the one that was registered last takes the place of the one before, and its installations go.
 */
export class Registrations {
  private readonly proposals = new Map<string, Proposal>();
  private readonly codes = new Map<string, Registered>();

  /** @returns the name of the page on which the person confirms */
  propose(proposal: Proposal): string {
    const id = randomBytes(16).toString('hex');
    this.proposals.set(id, proposal);
    return id;
  }

  /** "Create GitHub App" was pressed. @returns where the browser goes, what is wrong with the name, or null for an unknown page */
  confirm(platform: Platform, id: string, name: string): { location: string } | { faults: string[] } | null {
    const proposal = this.proposals.get(id);
    if (!proposal) return null;
    const faults = [...nameFaults(name), ...takenFaults(platform, name, proposal.owner)];
    if (faults.length > 0) return { faults };
    this.proposals.delete(id);
    const { manifest, owner, state } = proposal;
    const { app, secrets } = createApp(platform.state, platform.clock, owner, { ...manifest, name });
    const code = randomBytes(20).toString('hex');
    this.codes.set(code, { app, ...secrets, createdAt: platform.clock.now() });
    takeOver(platform, app, secrets, manifest);
    if (manifest.redirectUrl === null) return { location: `${platform.urls.web}/apps/${app.slug}` };
    const location = new URL(manifest.redirectUrl);
    location.searchParams.set('code', code);
    if (state !== null) location.searchParams.set('state', state);
    return { location: location.href };
  }

  /** Gives the secrets out, once. @throws Refusal 404 for a code that is unknown, used or older than an hour */
  convert(platform: Platform, code: string): Registered {
    const registered = this.codes.get(code);
    this.codes.delete(code);
    if (!registered) throw notFound();
    if (platform.clock.now().getTime() - registered.createdAt.getTime() > CODE_LIFETIME_MS) throw notFound();
    return registered;
  }
}

/** Source: https://docs.github.com/en/apps/creating-github-apps/registering-a-github-app/registering-a-github-app "can't use the same name as an existing GitHub account, unless it is your own" */
function takenFaults({ state, app }: Platform, name: string, owner: Account): string[] {
  if (name.trim() === '') return ["Name can't be blank"];
  const account = state.account(slugOf(name));
  const taken = slugOf(name) === app.slug || (account !== undefined && account !== owner);
  return taken ? ['Name is already in use'] : [];
}

function takeOver(platform: Platform, app: App, secrets: AppSecrets, { hookUrl, callbackUrls }: Manifest): void {
  Object.assign(platform.app, app);
  platform.appPrivateKey = secrets.privateKey;
  platform.appPublicKey = publicHalf(secrets.privateKey);
  platform.authorisation.startAnew({ clientSecret: secrets.clientSecret, callbackUrls });
  platform.webhooks.url = hookUrl;
  platform.state.installations.clear();
  platform.state.changed();
}
