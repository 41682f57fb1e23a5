import { existsSync, readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { basename } from 'node:path';
import { z } from 'zod';
import { ConfigurationError } from '../errors.ts';
import { ACCESS_VARIABLES, type AccessEnvironment, signInFaults, toAccessEnvironment } from './access-variables.ts';
import { AGENT_VARIABLES, type AgentEnvironment, agentFaults, toAgentEnvironment } from './agent-variables.ts';
import { type ApiKey, readApiKey } from './api-keys.ts';
import {
  DATABASE_VARIABLES,
  type DatabaseEnvironment,
  databaseFaults,
  databaseUrl,
  toDatabaseEnvironment,
} from './database-variables.ts';
import { NOTIFY_VARIABLES, type NotifyEnvironment, toNotifyEnvironment } from './notify-variables.ts';
import { PROCESS_ROLE_VARIABLES, type ProcessRole, processRoleFaults } from './process-roles.ts';
import { readConfigFile } from './read-config-file.ts';
import { readPrivateKey, SHORTEST_WEBHOOK_SECRET, webhookSecretFault } from './secrets.ts';
import { TRACING_VARIABLES, type TracingEnvironment, toTracingEnvironment } from './tracing-variables.ts';
import { describe, integer, list, url } from './variable-types.ts';

/** Everything that the process takes from its environment. Built once, handed to the parts that need it. */
export interface Environment {
  roles: ReadonlySet<ProcessRole>;
  github: { appId: number; privateKey: string; apiUrl: string };
  webhook: { secrets: readonly string[]; proxyUrl: string | null };
  http: {
    host: string;
    port: number;
    allowedHosts: readonly string[];
    trustedProxies: readonly string[];
    /** How long it serves on after it has said that it is not ready any more; 0 where nobody stands in for it. */
    drainSeconds: number;
  };
  api: AccessEnvironment & { keys: readonly ApiKey[] };
  store: { databaseUrl: string | null; dataFolder: string };
  database: DatabaseEnvironment;
  /** Where turns at GitHub are shared; `null` where each process keeps its own. */
  redisUrl: string | null;
  /** The file that counts where neither a repository nor its organisation says otherwise. */
  defaultConfig: { file: string; text: string } | null;
  log: { level: LogLevel };
  limits: { analysisThreads: number; jobsAtOnce: number };
  /** How long rows are kept, in days. */
  retention: { deliveries: number; runs: number; figures: number };
  /** `null` where no coding agent is configured: then none is ever asked. */
  agent: AgentEnvironment | null;
  notify: NotifyEnvironment;
  /** `null` without an address to send traces to. */
  tracing: TracingEnvironment | null;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const secretLists = list.superRefine((entries, context) => {
  for (const entry of entries) {
    const fault = webhookSecretFault(entry);
    if (fault)
      context.addIssue({ code: 'custom', message: `${fault}; wanted ${SHORTEST_WEBHOOK_SECRET} or more characters of your own` });
  }
});

/** The one schema of the environment. Descriptions become .env.example's comments. */
export const environmentSchema = z.object({
  APP_ID: z
    .string({ error: "not set; wanted the App ID from the App's settings page, e.g. 123456" })
    .transform((text, context) => {
      if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
      context.addIssue({
        code: 'custom',
        message: `found "${text.slice(0, 40)}"; wanted the App ID, a whole number such as 123456`,
      });
      return z.NEVER;
    })
    .describe("The App ID from the App's settings page."),
  PRIVATE_KEY: z
    .string({ error: "not set; wanted the App's private key: as PEM or base64 in PRIVATE_KEY, or a file in PRIVATE_KEY_PATH" })
    .transform((text, context) => {
      const read = readPrivateKey(text);
      if ('pem' in read) return read.pem;
      context.addIssue({ code: 'custom', message: `${read.fault}; wanted the App's RSA private key as PEM or base64 of it` });
      return z.NEVER;
    })
    .describe("The App's private key: PEM, PEM with literal \\n, or base64. PRIVATE_KEY_PATH names a file instead."),
  WEBHOOK_SECRET: z
    .string({ error: "not set; wanted the secret that the App's settings page has, or webhooks could be forged" })
    .superRefine((text, context) => {
      const fault = webhookSecretFault(text);
      if (fault)
        context.addIssue({
          code: 'custom',
          message: `${fault}; wanted ${SHORTEST_WEBHOOK_SECRET} or more characters of your own`,
        });
    })
    .describe("The webhook secret from the App's settings page. WEBHOOK_SECRET_FILE names a file instead."),
  WEBHOOK_SECRET_PREVIOUS: secretLists.describe('Older secrets that are still accepted while you rotate, separated by spaces.'),
  WEBHOOK_PROXY_URL: url('an https:// address of a smee channel', ['https:', 'http:'])
    .optional()
    .describe('For development: receive webhooks through this smee.io channel.'),
  GITHUB_API_URL: url('an address such as https://github.example.com/api/v3', ['https:', 'http:'])
    .default('https://api.github.com')
    .transform((text) => text.replace(/\/+$/, ''))
    .describe('The REST API; for GitHub Enterprise Server https://HOST/api/v3.'),
  ...DATABASE_VARIABLES,
  REDIS_URL: url('an address such as redis://:password@host:6379/0 or rediss:// for TLS', ['redis:', 'rediss:'])
    .optional()
    .describe(
      'A Redis over which processes of one App share their turns at GitHub (writes one a second for each installation, ten requests at once), as Probot has it. Without it each process keeps its own, and several may write more often than GitHub asks for. Nothing is kept there. REDIS_URL_FILE names a file instead.',
    ),
  REGREEN_DATA_DIR: z.string().min(1).default('.regreen').describe('Where the embedded PostgreSQL keeps its data.'),
  ...PROCESS_ROLE_VARIABLES,
  HOST: z.string().min(1).default('127.0.0.1').describe('The address to listen on; 0.0.0.0 for all.'),
  PORT: integer(0, 65_535, 3000).describe('The port to listen on; 0 for any free one.'),
  DRAIN_SECONDS: integer(0, 300, 5).describe(
    'On SIGTERM a process that others can stand in for (it has a DATABASE_URL, and takes webhooks or answers the API) says at /health/ready that it is not ready and serves on for so many seconds, so that load balancers take it out before it closes its port.',
  ),
  ALLOWED_HOSTS: list.describe('Host names that requests may name, separated by spaces; empty for any.'),
  TRUSTED_PROXIES: list
    .superRefine((entries, context) => {
      for (const entry of entries) {
        if (!isNetwork(entry))
          context.addIssue({
            code: 'custom',
            message: `found "${entry.slice(0, 60)}"; wanted addresses or networks such as 10.0.0.0/8`,
          });
      }
    })
    .describe('Addresses or networks of reverse proxies whose X-Forwarded-For is believed.'),
  API_KEYS: list
    .transform((entries, context) => {
      const read = entries.map(readApiKey);
      for (const one of read) if ('fault' in one) context.addIssue({ code: 'custom', message: one.fault });
      const keys = read.filter((one) => 'key' in one);
      if (new Set(keys.map(({ key }) => key)).size < keys.length)
        context.addIssue({ code: 'custom', message: 'found the same key twice; wanted one role for each key' });
      return keys;
    })
    .describe(
      'Bearer keys for /api/v1 as ROLE:KEY, separated by spaces; the roles are viewer, developer, approver and admin, and a KEY alone is a viewer. They see all installations and never expire: for a first start, or where keys come from a secret store. "regreen keys create" makes better ones. API_KEYS_FILE names a file instead.',
    ),
  ...ACCESS_VARIABLES,
  REGREEN_DEFAULT_CONFIG: z
    .string()
    .min(1)
    .transform((path, context) => {
      const text = readSmallFile(path);
      const faults = text === null ? [] : readConfigFile(text).faults;
      for (const { line, key, message } of faults) {
        context.addIssue({ code: 'custom', message: `line ${line}${key === '' ? '' : `, ${key}`}: ${message}` });
      }
      if (text !== null) return { file: basename(path), text };
      context.addIssue({
        code: 'custom',
        message: "found a path that can't be read; wanted a YAML file of the form of regreen.yml",
      });
      return z.NEVER;
    })
    .optional()
    .describe(
      'A YAML file of the form of regreen.yml that counts where neither a repository nor its organisation says otherwise.',
    ),
  LOG_LEVEL: z
    .enum(LOG_LEVELS, { error: ({ input }) => `found ${describe(input)}; wanted one of ${LOG_LEVELS.join(', ')}` })
    .default('info')
    .describe(`One of ${LOG_LEVELS.join(', ')}.`),
  ANALYSIS_THREADS: integer(1, 64, 1).describe('Worker threads that read logs.'),
  JOBS_AT_ONCE: integer(1, 256, 8).describe('Jobs of a queue that one process works on at once.'),
  // GitHub sends a delivery again for 3 days; the GUID must be known so long.
  RETENTION_DELIVERIES_DAYS: integer(4, 3_650, 30).describe('Days for which webhook deliveries are kept after they were worked.'),
  // A run can be started again for 30 days, and last 35.
  RETENTION_RUNS_DAYS: integer(70, 3_650, 400).describe(
    'Days for which runs, jobs and checks are kept; sums of them stay longer.',
  ),
  RETENTION_FIGURES_DAYS: integer(70, 36_500, 1_100).describe('Days for which sums and deployments are kept.'),
  ...AGENT_VARIABLES,
  ...NOTIFY_VARIABLES,
  ...TRACING_VARIABLES,
});

/** A variable may be given as a file, as secret stores and containers do. */
export const FILE_VARIABLES: Readonly<Record<string, string>> = {
  PRIVATE_KEY: 'PRIVATE_KEY_PATH',
  WEBHOOK_SECRET: 'WEBHOOK_SECRET_FILE',
  API_KEYS: 'API_KEYS_FILE',
  TOKEN_SECRETS: 'TOKEN_SECRETS_FILE',
  GITHUB_CLIENT_SECRET: 'GITHUB_CLIENT_SECRET_FILE',
  DATABASE_URL: 'DATABASE_URL_FILE',
  DATABASE_REPLICA_URL: 'DATABASE_REPLICA_URL_FILE',
  REDIS_URL: 'REDIS_URL_FILE',
  AGENT_API_KEY: 'AGENT_API_KEY_FILE',
  AGENT_WEBHOOK_SECRET: 'AGENT_WEBHOOK_SECRET_FILE',
  ENCRYPTION_KEYS: 'ENCRYPTION_KEYS_FILE',
  OTEL_EXPORTER_OTLP_HEADERS: 'OTEL_EXPORTER_OTLP_HEADERS_FILE',
};

const LARGEST_SMALL_FILE = 64 * 1024;

/** Reads `.env` in the working folder into the process's environment; what is set already wins. */
export function loadEnvironmentFile(path = '.env'): void {
  if (existsSync(path)) process.loadEnvFile(path);
}

/**
 * Reads and checks the environment.
 * @throws ConfigurationError with one fault a line: the variable, what was found and what is wanted; never a secret
 */
export function readEnvironment(variables: Record<string, string | undefined> = process.env): Environment {
  const { given, faults } = withFiles(variables);
  const parsed = environmentSchema.safeParse(given);
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0]);
    // What was to come from a file that can't be read is not also "not set".
    if (given[name] !== undefined || !variables[FILE_VARIABLES[name] ?? '']) faults.push(`${name}: ${issue.message}`);
  }
  if (parsed.success) {
    faults.push(...agentFaults(parsed.data), ...signInFaults(parsed.data));
    faults.push(...processRoleFaults(parsed.data), ...databaseFaults(parsed.data));
  }
  if (!parsed.success || faults.length > 0) {
    throw new ConfigurationError(`The configuration has ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}.`, faults, {
      hint: 'Each variable is described in .env.example and docs/configuration.md.',
    });
  }
  return toEnvironment(parsed.data);
}

/** Alone, or where only jobs are worked, nobody else is sent what this process does not take. */
function drainSeconds({ DATABASE_URL, PROCESS_ROLES, DRAIN_SECONDS }: z.output<typeof environmentSchema>): number {
  const isServing = PROCESS_ROLES.has('intake') || PROCESS_ROLES.has('api');
  return DATABASE_URL !== undefined && isServing ? DRAIN_SECONDS : 0;
}

function toEnvironment(values: z.output<typeof environmentSchema>): Environment {
  return {
    roles: values.PROCESS_ROLES,
    github: { appId: values.APP_ID, privateKey: values.PRIVATE_KEY, apiUrl: values.GITHUB_API_URL },
    webhook: { secrets: [values.WEBHOOK_SECRET, ...values.WEBHOOK_SECRET_PREVIOUS], proxyUrl: values.WEBHOOK_PROXY_URL ?? null },
    http: {
      host: values.HOST,
      port: values.PORT,
      allowedHosts: values.ALLOWED_HOSTS,
      trustedProxies: values.TRUSTED_PROXIES,
      drainSeconds: drainSeconds(values),
    },
    api: { ...toAccessEnvironment(values), keys: values.API_KEYS },
    store: { databaseUrl: databaseUrl(values), dataFolder: values.REGREEN_DATA_DIR },
    database: toDatabaseEnvironment(values),
    redisUrl: values.REDIS_URL ?? null,
    defaultConfig: values.REGREEN_DEFAULT_CONFIG ?? null,
    log: { level: values.LOG_LEVEL },
    limits: { analysisThreads: values.ANALYSIS_THREADS, jobsAtOnce: values.JOBS_AT_ONCE },
    retention: {
      deliveries: values.RETENTION_DELIVERIES_DAYS,
      runs: values.RETENTION_RUNS_DAYS,
      figures: values.RETENTION_FIGURES_DAYS,
    },
    agent: toAgentEnvironment(values),
    notify: toNotifyEnvironment(values),
    tracing: toTracingEnvironment(values),
  };
}

/** The variables that are set, with the contents of files for those that are given so. */
function withFiles(variables: Record<string, string | undefined>): { given: Record<string, string>; faults: string[] } {
  const faults: string[] = [];
  const known: Record<string, string> = {};
  for (const name of Object.keys(environmentSchema.shape)) {
    const value = variables[name];
    if (value !== undefined && value !== '') known[name] = value;
  }
  for (const [name, fileVariable] of Object.entries(FILE_VARIABLES)) {
    const path = variables[fileVariable];
    if (!path) continue;
    if (known[name] !== undefined) {
      faults.push(`${fileVariable}: found beside ${name}; wanted one of the two`);
      continue;
    }
    const text = readSmallFile(path);
    if (text === null)
      faults.push(`${fileVariable}: found a path that can't be read; wanted a readable file below ${LARGEST_SMALL_FILE} bytes`);
    else known[name] = text;
  }
  return { given: known, faults };
}

function readSmallFile(path: string): string | null {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return text.length <= LARGEST_SMALL_FILE ? text : null;
  } catch {
    return null;
  }
}

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  if (prefix === undefined) return true;
  try {
    new BlockList().addSubnet(address, Number(prefix), family === 6 ? 'ipv6' : 'ipv4');
    return /^\d{1,3}$/.test(prefix);
  } catch {
    return false;
  }
}

/** The variables of this process, for what looks at them one by one. */
export function processVariables(): Record<string, string | undefined> {
  return process.env;
}

/** The names of all variables that somebody reads. */
export function knownVariables(): ReadonlySet<string> {
  return new Set([...Object.keys(environmentSchema.shape), ...Object.values(FILE_VARIABLES)]);
}

/** What the shell says of the screen that a person sits at. */
export interface TerminalEnvironment {
  /** The person sits at another machine: no browser that is opened here is theirs. */
  overSsh: boolean;
  /** Whether programs with windows can be shown. */
  hasDisplay: boolean;
}

export function readTerminalEnvironment(variables: Record<string, string | undefined> = process.env): TerminalEnvironment {
  const overSsh = Boolean(variables['SSH_CONNECTION'] || variables['SSH_TTY']);
  const windows = process.platform !== 'linux' || Boolean(variables['DISPLAY'] || variables['WAYLAND_DISPLAY']);
  return { overSsh, hasDisplay: windows && !overSsh };
}
