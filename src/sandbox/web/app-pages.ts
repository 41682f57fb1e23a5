import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { Platform } from '../platform.ts';
import { addAccount } from '../registration/apps.ts';
import { readManifest } from '../registration/manifest-rules.ts';
import type { Account } from '../state/model.ts';

/** Whoever is signed in to this GitHub's pages. */
const PERSON = 'hubot';

/**
 * The pages on which people register an app from a manifest: a form from anywhere, a page with the name, "Create GitHub App".
 * Source: https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
 */
export function appPages(platform: Platform): Hono {
  const app = new Hono();
  app.post('/settings/apps/new', (c) => propose(platform, c, person(platform)));
  app.post('/organizations/:organization/settings/apps/new', async (c) => {
    const owner = platform.state.account(c.req.param('organization'));
    return owner?.kind === 'Organization' ? propose(platform, c, owner) : c.text('Not Found', 404);
  });
  app.post('/settings/apps/manifest/:id', async (c) => {
    const body = await c.req.parseBody();
    const answer = platform.registrations.confirm(platform, c.req.param('id'), String(body['name'] ?? ''));
    if (answer === null) return c.text('Not Found', 404);
    return 'location' in answer ? c.redirect(answer.location, 302) : c.html(invalid(answer.faults), 422);
  });
  return app;
}

async function propose(platform: Platform, c: Context, owner: Account): Promise<Response> {
  const body = await c.req.parseBody();
  const text = typeof body['manifest'] === 'string' ? body['manifest'] : null;
  const read = readManifest(text);
  if ('faults' in read) return c.html(invalid(read.faults), 422);
  const id = platform.registrations.propose({ manifest: read.manifest, owner, state: c.req.query('state') ?? null });
  return c.html(html`<!doctype html><html lang="en"><meta charset="utf-8"><title>Create GitHub App for ${owner.login}</title>
    <form method="post" action="/settings/apps/manifest/${id}">
      <label>GitHub App name <input name="name" value="${read.manifest.name}"></label>
      <button>Create GitHub App for ${owner.login}</button>
    </form></html>`);
}

function invalid(faults: readonly string[]) {
  return html`<!doctype html><html lang="en"><meta charset="utf-8"><title>Invalid GitHub App configuration</title>
    <h1>Invalid GitHub App configuration</h1>
    <p>The configuration does not appear to be a valid GitHub App manifest.</p>
    <ul>${faults.map((fault) => html`<li>${fault}</li>`)}</ul></html>`;
}

function person({ state, clock }: Platform): Account {
  return state.account(PERSON) ?? addAccount(state, clock, PERSON, 'User');
}
