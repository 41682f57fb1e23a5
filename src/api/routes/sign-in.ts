import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { AuthenticationError, NotFoundError } from '../../errors.ts';
import { isSameText } from '../../same-text.ts';
import { isOwnPath } from '../../sign-in/return-to.ts';
import type { Attempt, SignIn } from '../../sign-in/sign-in.ts';
import { withReach } from '../../store/access/reach.ts';
import { sessionIdOf } from '../access/callers.ts';
import { createCookies } from '../access/cookies.ts';
import { type Authenticator, type Caller, credentialsOf, requireCaller } from '../authentication.ts';
import type { ApiEnv, CallerMiddleware } from '../context.ts';
import { signInLimit } from '../rate-limit.ts';
import { noQuery } from '../schemas/common.ts';
import { errorResponses } from '../schemas/error.ts';
import { json } from '../schemas/json.ts';
import { beginQuery, completeCookies, completeQuery, sessionSchema } from '../schemas/session.ts';
import type { ApiServices } from '../services.ts';

const elsewhere = (description: string) => ({
  description,
  headers: { Location: { description: 'Where the browser is to go.', schema: { type: 'string' as const } } },
});

export const beginSignInRoute = createRoute({
  method: 'get',
  path: '/api/v1/auth/github',
  operationId: 'beginSignIn',
  tags: ['Access'],
  summary: 'Sign in with GitHub',
  description: 'For browsers: a link to this address is all that a page needs. GitHub asks the person, and sends them back.',
  security: [],
  request: { query: beginQuery },
  responses: {
    302: elsewhere('To GitHub.'),
    ...errorResponses('/api/v1/auth/github', 400, 404, 500, 503),
  },
});

export const completeSignInRoute = createRoute({
  method: 'get',
  path: '/api/v1/auth/github/callback',
  operationId: 'completeSignIn',
  tags: ['Access'],
  summary: 'Come back from GitHub',
  description:
    "The app's callback URL at GitHub. The browser gets a cookie, and goes to where it wanted to be; with signIn=denied in the address where the person has said no at GitHub.",
  security: [],
  request: { query: completeQuery, cookies: completeCookies },
  responses: {
    302: elsewhere('To where the person wanted to be.'),
    ...errorResponses('/api/v1/auth/github/callback', 400, 401, 404, 429, 500, 503),
  },
});

export const readSessionRoute = createRoute({
  method: 'get',
  path: '/api/v1/auth/session',
  operationId: 'readSession',
  tags: ['Access'],
  summary: 'Who the caller is, and what they may do where',
  security: [{ bearer: [] }],
  request: { query: noQuery },
  responses: {
    200: json('The caller.', sessionSchema),
    ...errorResponses('/api/v1/auth/session', 400, 401, 403, 500, 503),
  },
});

export const endSessionRoute = createRoute({
  method: 'delete',
  path: '/api/v1/auth/session',
  operationId: 'endSession',
  tags: ['Access'],
  summary: 'Sign out',
  description:
    'The session is over here, and the token that GitHub gave for it there. Where there is none, there is nothing to do.',
  security: [{ session: [] }, {}],
  request: { query: noQuery },
  responses: {
    204: { description: 'There is no session (any more).' },
    ...errorResponses('/api/v1/auth/session', 400, 403, 500, 503),
  },
});

export function registerSignIn(app: OpenAPIHono<ApiEnv>, services: ApiServices, authenticate: Authenticator): void {
  const cookies = createCookies(services.publicUrl);
  const limit = signInLimit();
  app.openapi(beginSignInRoute, async (c) => {
    const { attempt, address } = await configured(services).begin(c.req.valid('query').returnTo);
    c.header('set-cookie', cookies.attempt(attempt), { append: true });
    return c.redirect(address, 302);
  });
  app.openapi(completeSignInRoute, async (c) => {
    const signIn = configured(services);
    const { state, code } = c.req.valid('query');
    // 1 Was it this browser that we sent? Else somebody may have slipped it their own code.
    const attempt = cookies.attemptIn(c.req.header('cookie'));
    if (!attempt || !isSameText(attempt.state, state) || !isOwnPath(attempt.returnTo)) throw notBegunHere();
    c.header('set-cookie', cookies.endAttempt(), { append: true });
    if (code === undefined) return c.redirect(denied(attempt), 302);
    // 2 GitHub says who it is
    await limit(authenticate.addressOf(c));
    const replaced = cookies.sessionIn(c.req.header('cookie'));
    const { secret, expiresAt } = await signIn.complete({ code, verifier: attempt.verifier, replaced }, c.get('correlationId'));
    // 3 The browser is known from here on
    c.header('set-cookie', cookies.session(secret, expiresAt, services.now()), { append: true });
    return c.redirect(attempt.returnTo, 302);
  });
  const middleware: CallerMiddleware = [requireCaller(authenticate)];
  app.openapi({ ...readSessionRoute, middleware }, async (c) => c.json(await describe(c.get('caller'), services), 200));
  app.openapi(endSessionRoute, async (c) => {
    const caller = await authenticate.identify(credentialsOf(c, authenticate)).catch(nobodyWhenUnknown);
    const sessionId = caller && sessionIdOf(caller);
    if (sessionId) await services.signIn?.end(sessionId, c.get('correlationId'));
    c.header('set-cookie', cookies.endSession(), { append: true });
    return c.body(null, 204);
  });
}

async function describe({ kind, login, scopes, roles, expiresAt }: Caller, { repositories }: ApiServices) {
  const end = expiresAt?.toISOString() ?? null;
  if (roles === null) return { kind, login, scopes: [...scopes], repositories: null, expiresAt: end };
  const names = await withReach({ repositories: [...roles.keys()] }, () => repositories.names());
  const held = names.flatMap((one) => {
    const role = roles.get(one.id);
    return role === undefined ? [] : [{ ...one, role }];
  });
  return { kind, login, scopes: [...scopes], repositories: held, expiresAt: end };
}

function configured({ signIn }: ApiServices): SignIn {
  if (signIn !== null) return signIn;
  throw new NotFoundError('SIGN_IN_OFF', 'Sign-in with GitHub is not switched on here.', {
    hint: 'Use an API key; docs/access.md says how to switch it on.',
  });
}

/** Whoever has said no at GitHub is where they were before. */
function denied({ returnTo }: Attempt): string {
  const here = 'https://here.invalid';
  const address = new URL(returnTo, here);
  address.searchParams.set('signIn', 'denied');
  return address.href.slice(here.length);
}

function notBegunHere(): AuthenticationError {
  return new AuthenticationError(
    'SIGN_IN_NOT_BEGUN',
    'This sign-in was not begun in this browser, or more than ten minutes ago.',
    {
      hint: 'Begin again: GET /api/v1/auth/github.',
    },
  );
}

function nobodyWhenUnknown(error: unknown): null {
  if (error instanceof AuthenticationError) return null;
  throw error;
}
