import { Hono } from 'hono';
import { html } from 'hono/html';
import { Refusal } from '../http/refusal.ts';
import type { Platform } from '../platform.ts';

/** The page loads and runs nothing; its one form leads to the app's callback address, wherever that is. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/**
 * The web flow: the page on which a person lets the app act for them, here as whoever they like to be, and what programs call.
 * Source: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
 */
export function signInPages(platform: Platform): Hono {
  const app = new Hono();
  app.get('/login/oauth/authorize', (c) => {
    if (c.req.query('client_id') !== platform.app.clientId) return c.text('Not Found', 404);
    const people = [...platform.state.accounts.values()].filter((one) => one.kind === 'User');
    c.header('content-security-policy', CONTENT_SECURITY_POLICY);
    return c.html(html`<!doctype html><html lang="en"><meta charset="utf-8"><title>Authorize ${platform.app.name}</title>
      <h1>Authorize ${platform.app.name}</h1>
      <form method="post"><label>As <select name="login">${people.map((one) => html`<option>${one.login}</option>`)}</select></label>
      <button name="decision" value="authorise">Authorize</button> <button name="decision" value="cancel">Cancel</button></form></html>`);
  });
  app.post('/login/oauth/authorize', async (c) => {
    const form = await c.req.parseBody();
    const account = platform.state.account(String(form['login'] ?? ''));
    if (!account) return c.text('Not Found', 404);
    try {
      return c.redirect(platform.authorisation.decide(account, c.req.url, form['decision'] === 'authorise'), 302);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return c.text(error.message, error.status === 404 ? 404 : 400);
    }
  });
  app.post('/login/oauth/access_token', async (c) => {
    const answer = platform.authorisation.exchange(await parametersOf(c.req.raw));
    c.header('date', platform.clock.now().toUTCString());
    // Errors are answered with 200, too. Source: …/troubleshooting-oauth-app-access-token-request-errors
    if (c.req.header('accept')?.includes('application/json')) return c.json(answer);
    const form = new URLSearchParams();
    for (const [name, value] of Object.entries(answer)) form.set(name, String(value));
    return c.body(form.toString(), 200, { 'content-type': 'application/x-www-form-urlencoded' });
  });
  return app;
}

/** Parameters come in the query, as a form or as JSON. */
async function parametersOf(request: Request): Promise<URLSearchParams> {
  const given = new URL(request.url).searchParams;
  const body = await request.text();
  const isJson = request.headers.get('content-type')?.includes('json') ?? false;
  const more: Iterable<[string, unknown]> = isJson ? Object.entries(JSON.parse(body)) : new URLSearchParams(body);
  for (const [name, value] of more) given.set(name, String(value));
  return given;
}
