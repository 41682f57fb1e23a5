import { connectOctokit, present, refused, type Stage } from './stage.ts';

const MANIFEST = {
  name: 'Second app',
  url: 'https://example.com',
  hook_attributes: { url: 'https://example.com/hooks' },
  redirect_url: 'http://127.0.0.1:9/created',
  default_permissions: { checks: 'write' },
  default_events: ['check_run'],
};

/** A person registers an app from a manifest; it takes the place of the session's own, so this is played last. */
export async function playRegistration({ sandbox, recorder }: Stage): Promise<void> {
  const anybody = connectOctokit(sandbox, recorder, {});
  const code = await registeredCode(sandbox.apiUrl);
  await anybody.rest.apps.createFromManifest({ code });
  await refused(404, anybody.rest.apps.createFromManifest({ code }));
}

/** What the person's browser does; its pages are none of the API. */
async function registeredCode(origin: string): Promise<string> {
  const body = new URLSearchParams({ manifest: JSON.stringify(MANIFEST) });
  const page = await (await fetch(`${origin}/settings/apps/new`, { method: 'POST', body })).text();
  const action = present(/action="([^"]*)"/.exec(page)?.[1], 'form');
  const name = new URLSearchParams({ name: MANIFEST.name });
  const answer = await fetch(new URL(action, origin), { method: 'POST', body: name, redirect: 'manual' });
  return present(new URL(present(answer.headers.get('location'), 'way back')).searchParams.get('code'), 'code');
}
