import type { Environment } from '../config/environment.ts';
import { PROCESS_ROLES, type ProcessRole } from '../config/process-roles.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

/** The configuration of a Regreen that acts as the sandbox's app. */
export function environmentFor(
  sandbox: Pick<Sandbox, 'apiUrl' | 'app'>,
  store: Environment['store'],
  changes: {
    apiKeys?: readonly string[];
    logLevel?: Environment['log']['level'];
    agent?: Environment['agent'];
    tracing?: Environment['tracing'];
    notify?: Environment['notify'];
    roles?: readonly ProcessRole[];
  } = {},
): Environment {
  return {
    roles: new Set(changes.roles ?? PROCESS_ROLES),
    github: { appId: sandbox.app.id, privateKey: sandbox.app.privateKey, apiUrl: sandbox.apiUrl },
    webhook: { secrets: [sandbox.app.webhookSecret], proxyUrl: null },
    http: { host: '127.0.0.1', port: 0, allowedHosts: [], trustedProxies: [], drainSeconds: 0 },
    api: {
      keys: (changes.apiKeys ?? []).map((key) => ({ role: 'admin' as const, key })),
      tokenSecrets: [],
      corsOrigins: [],
      limits: { diagnosesPerHour: 50, fixesPerHour: 100, approvalsPerHour: 20, requestsPerMinute: 1_200 },
      publicUrl: null,
      signIn: null,
    },
    store,
    database: { pools: { work: 10, intake: 3, queue: 6 }, replica: null },
    redisUrl: null,
    defaultConfig: null,
    log: { level: changes.logLevel ?? 'silent' },
    limits: { analysisThreads: 1, jobsAtOnce: 8 },
    retention: { deliveries: 30, runs: 400, figures: 1_100 },
    agent: changes.agent ?? null,
    tracing: changes.tracing ?? null,
    notify: changes.notify ?? { encryptionKeys: [], allowedTargets: [], linearUrl: 'https://api.linear.app/graphql' },
  };
}
