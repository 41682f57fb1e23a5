import { connectOctokit, present, refused, type Stage } from './stage.ts';

/** The app: who it is, where it is installed, its tokens and its deliveries. */
export async function playApp(stage: Stage): Promise<void> {
  await playInstallations(stage);
  await playTokens(stage);
  await playSignIn(stage);
  await playDeliveries(stage);
  await stage.octokit.rest.meta.get();
  await stage.octokit.rest.rateLimit.get();
}

async function playInstallations({ sandbox, app, at, installation }: Stage): Promise<void> {
  const { people } = sandbox;
  await app.rest.apps.getAuthenticated();
  await app.rest.apps.listInstallations();
  await app.rest.apps.getInstallation({ installation_id: installation.id });
  await app.rest.apps.getRepoInstallation(at);
  await refused(404, app.rest.apps.getInstallation({ installation_id: 1 }));
  const guest = people.createAccount('guest');
  const first = await people.createRepository({ owner: guest, name: 'first', files: { a: 'b' } });
  const second = await people.createRepository({ owner: guest, name: 'second', private: true, files: { a: 'b' } });
  const selected = people.installApp({ account: guest, repositories: [first] });
  people.addToInstallation(selected, [second]);
  people.uninstallApp(selected);
}

async function playTokens({ sandbox, recorder, app, installation }: Stage): Promise<void> {
  const wanted = { installation_id: installation.id, repositories: ['widgets'], permissions: { checks: 'write' as const } };
  const { data } = await app.rest.apps.createInstallationAccessToken(wanted);
  const narrow = connectOctokit(sandbox, recorder, { auth: { token: data.token } });
  await narrow.rest.apps.listReposAccessibleToInstallation();
  await narrow.rest.apps.revokeInstallationAccessToken();
  await refused(401, narrow.rest.apps.listReposAccessibleToInstallation());
  await refused(422, app.rest.apps.createInstallationAccessToken({ ...wanted, repositories: ['nowhere'] }));
}

/** A person lets the app act for them, the app gives one token back, and the person takes back the rest. */
async function playSignIn({ sandbox, recorder, maintainer, installation }: Stage): Promise<void> {
  const { clientId, clientSecret } = sandbox.app;
  sandbox.setCallbackUrls(['http://127.0.0.1:1/callback']);
  const address = `${sandbox.apiUrl}/login/oauth/authorize?client_id=${clientId}`;
  const code = new URL(sandbox.people.authorise(maintainer, address)).searchParams.get('code') ?? '';
  const body = JSON.stringify({ client_id: clientId, client_secret: clientSecret, code });
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  const answer = await fetch(`${sandbox.apiUrl}/login/oauth/access_token`, { method: 'POST', headers, body });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  const user = connectOctokit(sandbox, recorder, { auth: { token } });
  await user.rest.users.getAuthenticated();
  await user.rest.apps.listInstallationsForAuthenticatedUser();
  await user.rest.apps.listInstallationReposForAuthenticatedUser({ installation_id: installation.id });
  await refused(404, user.rest.apps.listInstallationReposForAuthenticatedUser({ installation_id: 1 }));
  const basic = `basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  const giveBack = { client_id: clientId, access_token: token, headers: { authorization: basic } };
  const client = connectOctokit(sandbox, recorder, {});
  await client.request('DELETE /applications/{client_id}/token', giveBack);
  await refused(404, client.request('DELETE /applications/{client_id}/token', giveBack));
  await refused(401, user.rest.users.getAuthenticated());
  sandbox.people.revokeAuthorisation(maintainer);
}

async function playDeliveries({ sandbox, app }: Stage): Promise<void> {
  await sandbox.idle();
  await app.rest.apps.getWebhookConfigForApp();
  const { data, headers } = await app.rest.apps.listWebhookDeliveries({ per_page: 2 });
  const cursor = new URL(present(/<([^>]+)>; rel="next"/.exec(headers.link ?? '')?.[1], 'next page')).searchParams.get('cursor');
  await app.rest.apps.listWebhookDeliveries({ per_page: 2, cursor: present(cursor, 'cursor') });
  const { id } = present(data[0], 'delivery');
  await app.rest.apps.getWebhookDelivery({ delivery_id: id });
  await app.rest.apps.redeliverWebhookDelivery({ delivery_id: id });
  await app.rest.apps.listWebhookDeliveries({ status: 'failure' });
  await refused(422, app.rest.apps.listWebhookDeliveries({ cursor: 'v1_0' }));
}
