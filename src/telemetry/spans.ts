import type { Attributes, SpanPlan } from './tracing.ts';

// What spans are called and what they say, by OpenTelemetry's semantic conventions (https://opentelemetry.io/docs/specs/semconv/):
// http, messaging, vcs and cicd; `regreen.*` is ours. The names are written out, for the package of names is loaded only with the
// SDK; a test holds the two together. Nothing here is a secret, a body, a query, or text of a log.

/** A webhook of GitHub's, by its signature. */
export function deliverySpan(delivery: { guid: string; event: string; route: string; startedAt: number }): SpanPlan {
  return {
    name: `POST ${delivery.route}`,
    kind: 'server',
    // The head of the request is not believed to name one: no proxy of ours speaks there.
    parent: null,
    startedAt: delivery.startedAt,
    attributes: {
      'http.request.method': 'POST',
      'http.route': delivery.route,
      'url.path': delivery.route,
      'regreen.delivery.guid': delivery.guid,
      'regreen.delivery.event': delivery.event,
    },
  };
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** A request of the API, before its route is known. @param parent W3C's, of a proxy that is ours */
export function requestSpan(method: string, parent: string | null): SpanPlan {
  const known = METHODS.has(method) ? method : '_OTHER';
  return { name: known === '_OTHER' ? 'HTTP' : known, kind: 'server', parent, attributes: { 'http.request.method': known } };
}

/** What travels with a job: where it comes from, and what it is about beside. All are W3C `traceparent`s. */
export interface JobTrace {
  /** What sent it. */
  traceparent?: string | undefined;
  /** What it is about beside, e.g. deliveries that are worked together, in their order. */
  links?: readonly string[] | undefined;
  /** The attempt that this one repeats. */
  attemptBefore?: string | undefined;
}

/** Jobs are told apart by what they are to do; what they carry beside stays in the database. */
interface JobFacts {
  queue: string;
  id: string;
  attempt: number;
  /** Workers that have died over it. */
  crashes: number;
  correlationId: string;
  payload: object;
  /** How long it could have been worked on, in milliseconds. */
  waitedMs: number;
  trace: JobTrace;
}

/** One attempt at a job. */
export function jobSpan(job: JobFacts): SpanPlan {
  const { traceparent, links = [], attemptBefore } = job.trace;
  return {
    name: `process ${job.queue}`,
    kind: 'consumer',
    parent: traceparent ?? null,
    links: attemptBefore === undefined ? links : [...links, attemptBefore],
    attributes: {
      ...messaging(job.queue, 'process', 'process'),
      'messaging.message.id': job.id,
      'messaging.message.conversation_id': job.correlationId,
      'regreen.job.attempt': job.attempt,
      'regreen.job.crashes': job.crashes === 0 ? undefined : job.crashes,
      'regreen.job.waited_ms': job.waitedMs,
      ...payloadAttributes(job.payload),
    },
  };
}

/** Jobs are put into a queue. */
export function sendSpan(queue: string, jobs: number): SpanPlan {
  return {
    name: `send ${queue}`,
    kind: 'producer',
    attributes: { ...messaging(queue, 'send', 'send'), 'messaging.batch.message_count': jobs === 1 ? undefined : jobs },
  };
}

function messaging(queue: string, operation: string, type: string): Attributes {
  return {
    'messaging.system': 'pg-boss',
    'messaging.destination.name': queue,
    'messaging.operation.name': operation,
    'messaging.operation.type': type,
  };
}

/** What a job is about, as far as it is an id, a word of ours or the name of a branch. */
function payloadAttributes(payload: object): Attributes {
  const facts = payload as Readonly<Record<string, unknown>>;
  const guids = facts['guids'];
  return {
    'regreen.job.kind': textOf(facts['kind'] ?? facts['task']),
    'regreen.delivery.guid': textOf(facts['guid']),
    'messaging.batch.message_count': Array.isArray(guids) ? guids.length : undefined,
    'regreen.repository.id': numberOf(facts['repositoryId']),
    'regreen.installation.id': numberOf(facts['installationId']),
    'regreen.incident.id': textOf(facts['incidentId']),
    'regreen.fix.id': textOf(facts['fixId']),
    'regreen.notification.id': textOf(facts['notificationId']),
    'cicd.pipeline.run.id': idOf(facts['runId']),
    'vcs.change.id': idOf(facts['pullRequestNumber'] ?? facts['number']),
    'vcs.ref.head.name': textOf(facts['branch']),
    'vcs.ref.head.revision': textOf(facts['headSha']),
  };
}

/** A step that takes time in this machine. */
export function stepSpan(name: 'analyse log' | 'judge patch' | 'run fixer', attributes: Attributes = {}): SpanPlan {
  return { name, kind: 'internal', attributes };
}

/** A coding agent is asked once. */
export function agentSpan(backend: string, model: string): SpanPlan {
  return {
    name: `chat ${model}`,
    kind: 'client',
    attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': backend, 'gen_ai.request.model': model },
  };
}

/** One request to GitHub, as it leaves: a request that is sent again is another. */
export function gitHubSpan(request: GitHubRequest): SpanPlan {
  const template = request.template;
  return {
    name: `${request.method} ${template}`,
    kind: 'client',
    parent: request.parent,
    attributes: {
      'http.request.method': request.method,
      'url.template': template,
      'server.address': request.host,
      'server.port': request.port,
      'http.request.resend_count': request.resendCount === 0 ? undefined : request.resendCount,
      'vcs.owner.name': request.owner,
      'vcs.repository.name': request.repository,
      'regreen.github.waited_ms': request.waitedMs,
    },
  };
}

/** A request to an address that others have chosen: its path may be the secret of a channel. */
export function outgoingSpan(method: string, url: string): SpanPlan {
  const { hostname, port, protocol } = URL.canParse(url) ? new URL(url) : { hostname: undefined, port: '', protocol: '' };
  return {
    name: method,
    kind: 'client',
    attributes: {
      'http.request.method': method,
      'server.address': hostname,
      'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
    },
  };
}

export interface GitHubRequest {
  method: string;
  /** The path with the names of its parts in place of what they are. */
  template: string;
  host: string | undefined;
  port: number | undefined;
  resendCount: number;
  owner: string | undefined;
  repository: string | undefined;
  /** For GitHub's limits and between writes, in milliseconds. */
  waitedMs: number;
  parent: string;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function idOf(value: unknown): string | undefined {
  return typeof value === 'number' ? String(value) : undefined;
}
