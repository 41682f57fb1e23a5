import { createHash, randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getPath } from 'hono/utils/url';
import { authenticate } from '../auth/authenticate.ts';
import { actorOf, type Caller, callerKey } from '../auth/caller.ts';
import { requireAccess } from '../auth/permissions.ts';
import type { Exchange, Platform } from '../platform.ts';
import type { Repository } from '../state/model.ts';
import { appPages } from '../web/app-pages.ts';
import { webPages } from '../web/pages.ts';
import { signInPages } from '../web/sign-in.ts';
import { type AnyAnswer, type Call, type Endpoint, RawAnswer, type RepositoryCall } from './endpoint.ts';
import { readBody } from './input.ts';
import { badCredentials, notAccessible, notFound, Refusal } from './refusal.ts';

/** More than GitHub lets into any one request; a blob may have 100 MB. Source: https://docs.github.com/en/rest/git/blobs */
const MAX_BODY_BYTES = 140 * 1024 * 1024;
/** Source: https://docs.github.com/en/rest/about-the-rest-api/api-versions */
const API_VERSION = '2022-11-28';

/**
 * Enterprise Server has the same API below /api/v3 and /api/graphql; clients that know only its form find this one too.
 * Source: https://docs.github.com/en/enterprise-server@3.17/rest/using-the-rest-api/getting-started-with-the-rest-api
 */
function pathOf(request: Request): string {
  return getPath(request)
    .replace(/^\/api\/v3(?=\/)/, '')
    .replace(/^\/api\/graphql$/, '/graphql');
}

/** The HTTP server's routes: each endpoint, and 501 for all that this GitHub lacks. */
export function createServer(platform: Platform, endpoints: readonly Endpoint[]): Hono {
  const app = new Hono({ getPath: pathOf });
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (c) => c.json({ message: 'Body is too large' }, 413) }));
  for (const endpoint of sortBySpecificity(endpoints)) {
    app.on(endpoint.method.toUpperCase(), honoPaths(endpoint.path), async (c) => {
      const parameters = { ...c.req.param() };
      return platform.recorder
        ? recorded(platform.recorder, endpoint, c.req.raw, (request) => answerRequest(platform, endpoint, request, parameters))
        : answerRequest(platform, endpoint, c.req.raw, parameters);
    });
  }
  app.route('/', webPages(platform));
  app.route('/', appPages(platform));
  app.route('/', signInPages(platform));
  app.all('*', (c) => unknownEndpoint(platform, c.req.raw));
  app.onError((error, c) => {
    // A fault of the sandbox: the client sees a 500, and whoever waits for `idle` sees the error itself.
    platform.background.track(Promise.reject(error));
    return c.json({ message: `The sandbox failed: ${error.message}` }, 500);
  });
  return app;
}

async function recorded(
  recorder: (exchange: Exchange) => void,
  endpoint: Endpoint,
  request: Request,
  answer: (request: Request) => Promise<Response>,
): Promise<Response> {
  const requestBody = await request.clone().text();
  const response = await answer(request);
  recorder({
    method: request.method,
    route: endpoint.path,
    url: request.url,
    requestBody,
    status: response.status,
    responseHeaders: Object.fromEntries(response.headers),
    responseBody: await response.clone().text(),
  });
  return response;
}

/** Longer paths win over those whose last parameter may hold slashes, and literal segments over parameters. */
function sortBySpecificity(endpoints: readonly Endpoint[]): Endpoint[] {
  const segments = (path: string) => path.split('/');
  const parameters = (path: string) =>
    segments(path)
      .map((part) => (part.startsWith('{') ? '1' : '0'))
      .join('');
  return [...endpoints].sort(
    (a, b) => segments(b.path).length - segments(a.path).length || parameters(a.path).localeCompare(parameters(b.path)),
  );
}

/** Only the last parameter of paths, refs and comparisons may hold slashes; a path may also be left out (the root folder). */
function honoPaths(path: string): string[] {
  const pattern = path
    .replace(/\{path\}$/, ':path{.*}')
    .replace(/\{(ref|basehead)\}$/, ':$1{.+}')
    .replace(/\{([a-z_]+)\}/g, ':$1');
  return path.endsWith('/{path}') ? [pattern, pattern.slice(0, -'/:path{.*}'.length)] : [pattern];
}

async function answerRequest(
  platform: Platform,
  endpoint: Endpoint,
  request: Request,
  params: Record<string, string>,
): Promise<Response> {
  let caller: Caller = { kind: 'anonymous' };
  let leave = () => {};
  let response: Response;
  try {
    caller = authenticate(platform, request.headers.get('authorization'));
    const write = endpoint.method !== 'get';
    leave = platform.limits.enter(callerKey(caller), { write, content: endpoint.content });
    const answer = await callEndpoint(platform, endpoint, request, params, caller);
    response = conditional(platform, request, toResponse(answer, endpoint.method), caller);
  } catch (error) {
    response = refusalResponse(error, endpoint.source);
  } finally {
    leave();
  }
  addHeaders(platform, response, caller);
  record(platform, request, endpoint.path, response.status, caller);
  return response;
}

async function callEndpoint(
  platform: Platform,
  endpoint: Endpoint,
  request: Request,
  params: Record<string, string>,
  caller: Caller,
): Promise<AnyAnswer> {
  const repository = endpoint.path.startsWith('/repos/{owner}/{repo}') ? findRepository(platform, params) : undefined;
  checkAccess(endpoint, caller, repository);
  const url = new URL(request.url);
  const call: Call<string, unknown> = {
    platform,
    params,
    query: url.searchParams,
    body: await readBody(request, endpoint.body),
    caller,
    token: request.headers.get('authorization')?.split(' ')[1] ?? '',
    actor: () => {
      const actor = actorOf(caller);
      if (!actor) throw notAccessible();
      return actor;
    },
    accept: request.headers.get('accept') ?? '',
    url,
  };
  return endpoint.handle(repository ? ({ ...call, repository } satisfies RepositoryCall<string, unknown>) : call);
}

function findRepository(platform: Platform, params: Record<string, string>): Repository {
  const repository = platform.state.repository(params['owner'] ?? '', params['repo'] ?? '');
  if (!repository) throw notFound();
  return repository;
}

function checkAccess({ access }: Endpoint, caller: Caller, repository: Repository | undefined): void {
  if (access === 'anybody') return;
  if (access === 'app') {
    if (caller.kind !== 'app') throw badCredentials('A JSON web token could not be decoded');
    return;
  }
  if (access === 'installation') {
    if (caller.kind !== 'installation') throw notAccessible();
    return;
  }
  if (!repository) throw new Error('an endpoint with permissions needs a repository in its path');
  requireAccess(caller, repository, access);
}

function toResponse(answer: AnyAnswer, method: string): Response {
  if (answer instanceof RawAnswer) {
    return new Response(typeof answer.content === 'string' ? answer.content : new Uint8Array(answer.content), {
      status: answer.status,
      headers: { 'content-type': answer.contentType, ...answer.headers },
    });
  }
  if (answer.body === undefined) return new Response(null, { status: answer.status, headers: answer.headers ?? {} });
  const text = JSON.stringify(answer.body);
  const etag = method === 'get' && answer.status === 200 ? { etag: weakEtag(text) } : {};
  const headers = { 'content-type': 'application/json; charset=utf-8', ...etag, ...answer.headers };
  return new Response(text, { status: answer.status, headers });
}

function refusalResponse(error: unknown, documentation: string): Response {
  if (!(error instanceof Refusal)) throw error;
  const body = {
    message: error.message,
    ...(error.errors ? { errors: error.errors } : {}),
    documentation_url: documentation,
    status: String(error.status),
  };
  return Response.json(body, {
    status: error.status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...error.headers },
  });
}

/** Answers 304 when the client has this very answer already; that costs nothing of its limit. */
function conditional(platform: Platform, request: Request, response: Response, caller: Caller): Response {
  const tag = response.headers.get('etag');
  if (!tag || request.headers.get('if-none-match') !== tag) return response;
  platform.limits.refund(callerKey(caller));
  return new Response(null, { status: 304, headers: { etag: tag } });
}

/** The headers that every answer carries. */
function addHeaders(platform: Platform, response: Response, caller: Caller): void {
  const rate = platform.limits.state(callerKey(caller));
  const { headers } = response;
  headers.set('x-ratelimit-limit', String(rate.limit));
  headers.set('x-ratelimit-remaining', String(rate.remaining));
  headers.set('x-ratelimit-used', String(rate.used));
  headers.set('x-ratelimit-reset', String(rate.reset));
  headers.set('x-ratelimit-resource', 'core');
  headers.set('x-github-request-id', randomUUID().toUpperCase());
  headers.set('x-github-api-version-selected', API_VERSION);
  headers.set('date', platform.clock.now().toUTCString());
}

function record(platform: Platform, request: Request, route: string, status: number, caller: Caller): void {
  platform.state.requests.push({
    at: platform.clock.now(),
    method: request.method,
    route,
    path: new URL(request.url).pathname,
    status,
    caller: callerKey(caller),
  });
  platform.state.changed();
}

function unknownEndpoint(platform: Platform, request: Request): Response {
  const { pathname } = new URL(request.url);
  record(platform, request, pathname, 501, { kind: 'anonymous' });
  return Response.json({ message: `The sandbox's GitHub has no endpoint ${request.method} ${pathname}` }, { status: 501 });
}

function weakEtag(content: string): string {
  return `W/"${createHash('sha256').update(content).digest('hex')}"`;
}
