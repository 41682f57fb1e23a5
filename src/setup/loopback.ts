import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UnavailableError } from '../errors.ts';
import { isSameText } from '../same-text.ts';
import { contentSecurityPolicy, donePage, type FormFacts, formPage, type Markup, refusedPage } from './page.ts';

/** The path that GitHub sends the browser back to. */
const BACK = '/created';
const COOKIE = 'regreen_setup';
/** Of the token in the address, the cookie and the state: none can be guessed. */
const SECRET_BYTES = 24;

/** A page on this machine only, for one browser. */
export interface Loopback {
  /** With the token that opens the page, once. */
  address: string;
  /** Where GitHub sends the browser back to. */
  redirectUrl: string;
  /** Names this attempt at GitHub; a code that comes back without it is none of ours. */
  state: string;
  /** Shows this form from now on. */
  show(form: FormFacts): void;
  /** The code that GitHub gave to the browser. */
  code: Promise<string>;
  close(): Promise<void>;
}

/**
 * Serves the form on 127.0.0.1. The token in the address opens it once, and gives its browser a cookie; who has neither sees nothing.
 * @throws UnavailableError `SETUP_PORT_TAKEN`
 */
export async function startLoopback(port: number): Promise<Loopback> {
  const secret = () => randomBytes(SECRET_BYTES).toString('base64url');
  const visit: Visit = { token: secret(), cookie: secret(), state: secret(), form: null, code: Promise.withResolvers<string>() };
  const server = createServer((request, response) => answer(visit, request, response));
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(port, '127.0.0.1', listening.resolve);
  await listening.promise.catch((cause: unknown) => {
    throw new UnavailableError('SETUP_PORT_TAKEN', `Port ${port} of this machine is taken.`, {
      hint: 'Leave --port out for any free one.',
      cause,
    });
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  visit.host = new URL(origin).host;
  return {
    address: `${origin}/?token=${visit.token}`,
    redirectUrl: `${origin}${BACK}`,
    state: visit.state,
    show: (form) => {
      visit.form = form;
    },
    code: visit.code.promise,
    close: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeIdleConnections();
      await closed.promise;
    },
  };
}

interface Visit {
  /** Spent when it was shown. */
  token: string | null;
  cookie: string;
  state: string;
  form: FormFacts | null;
  code: PromiseWithResolvers<string>;
  host?: string;
}

interface Reply {
  status: number;
  page: Markup;
  /** Where the page's form may go. */
  formOrigin?: string;
  cookie?: string;
}

function answer(visit: Visit, request: IncomingMessage, response: ServerResponse): void {
  const { status, page, formOrigin = null, cookie } = replyTo(visit, request);
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': contentSecurityPolicy(formOrigin),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    connection: 'close',
    ...(cookie === undefined ? {} : { 'set-cookie': `${COOKIE}=${cookie}; HttpOnly; SameSite=Lax; Path=/` }),
  });
  void Promise.resolve(page).then((text) => response.end(String(text)));
}

function replyTo(visit: Visit, request: IncomingMessage): Reply {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  // A page elsewhere that made its name resolve to this machine has that name in Host.
  if (request.headers.host !== visit.host) return refuse(421, 'This is not the address that the terminal shows.');
  if (request.method !== 'GET') return refuse(405, 'There is nothing to send here.');
  if (url.pathname === BACK) return comeBack(visit, request, url.searchParams);
  return url.pathname === '/' ? open(visit, request, url.searchParams.get('token')) : refuse(404, 'There is no such page.');
}

function open(visit: Visit, request: IncomingMessage, token: string | null): Reply {
  const opens = visit.token !== null && isSameText(token ?? '', visit.token);
  if (!opens && !hasCookie(request, visit.cookie)) {
    return refuse(403, 'This address opens once, in one browser. Run "regreen setup" again for a new one.');
  }
  if (visit.form === null) return refuse(503, 'Not ready yet; load the page again.');
  if (opens) visit.token = null;
  return { status: 200, page: formPage(visit.form), formOrigin: new URL(visit.form.action).origin, cookie: visit.cookie };
}

function comeBack(visit: Visit, request: IncomingMessage, query: URLSearchParams): Reply {
  if (!isSameText(query.get('state') ?? '', visit.state) || !hasCookie(request, visit.cookie)) {
    return refuse(403, 'This code does not belong to the page that this browser was shown.');
  }
  const code = readCode(query.get('code') ?? '');
  if (code === null) return refuse(400, 'GitHub sent no code along.');
  visit.code.resolve(code);
  return { status: 200, page: donePage() };
}

function refuse(status: number, why: string): Reply {
  return { status, page: refusedPage(why) };
}

function hasCookie({ headers }: IncomingMessage, value: string): boolean {
  const given = (headers.cookie ?? '').split('; ').find((one) => one.startsWith(`${COOKIE}=`));
  return isSameText(given?.slice(COOKIE.length + 1) ?? '', value);
}

/** A code as people paste it: itself, or the whole address that the browser came to. `null` for anything else. */
export function readCode(text: string): string | null {
  const trimmed = text.trim();
  const code = URL.canParse(trimmed) ? new URL(trimmed).searchParams.get('code') : trimmed;
  return code !== null && /^[A-Za-z0-9_-]{8,200}$/.test(code) ? code : null;
}
