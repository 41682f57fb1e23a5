import { Probot, type ProbotOctokit } from 'probot';
import type { Logger } from '../telemetry/log.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import type { At } from './client.ts';
import { createOctokitClass, type ObserveRequest } from './octokit.ts';
import { createRememberedReads } from './remembered-reads.ts';
import type { SharedThrottle } from './shared-throttle.ts';
import type { RepositoryName } from './types.ts';

export type { ObserveRequest } from './octokit.ts';

export interface GitHubOptions {
  appId: number;
  privateKey: string;
  /** The REST API, e.g. `https://api.github.com`. */
  apiUrl: string;
  /** Probot checks no signature here (the intake did), but wants one that nobody knows. */
  webhookSecret: string;
  log: Logger;
  observe: ObserveRequest;
  tracing?: Tracing;
  /** Turns that are shared with other processes. */
  sharedThrottle?: SharedThrottle | null;
}

/** The way to GitHub: the Probot instance, and clients for installations. */
export interface GitHub {
  probot: Probot;
  appId: number;
  /** A client for one repository of an installation. Tokens are made and renewed behind it. */
  at(installationId: number, repository: RepositoryName): Promise<At>;
  /** Asks GitHub who we are. @throws when the key or the app id is wrong, or GitHub is away */
  whoAmI(): Promise<{ slug: string }>;
}

export function createGitHub(options: GitHubOptions): GitHub {
  const probot = new Probot({
    appId: options.appId,
    privateKey: options.privateKey,
    secret: options.webhookSecret,
    baseUrl: options.apiUrl,
    Octokit: createOctokitClass(options.observe, options.tracing, options.sharedThrottle),
    // Probot's log writes whole payloads at debug; ours says what is done with them.
    log: options.log.child({ part: 'probot' }, { level: options.log.level === 'trace' ? 'trace' : 'warn' }),
  });
  const rememberedReads = createRememberedReads();
  const clients = new Map<number, Promise<ProbotOctokit>>();
  const clientFor = (installationId: number) => {
    const known = clients.get(installationId);
    if (known) return known;
    const made = probot.auth(installationId);
    clients.set(installationId, made);
    made.catch(() => clients.delete(installationId));
    return made;
  };
  return {
    probot,
    appId: options.appId,
    at: async (installationId, repository) => ({
      client: await clientFor(installationId),
      repository,
      remembered: rememberedReads(installationId, repository),
    }),
    whoAmI: async () => {
      const app = await probot.auth();
      const { data } = await app.rest.apps.getAuthenticated();
      return { slug: data?.slug ?? 'unknown' };
    },
  };
}

export type { At } from './client.ts';
