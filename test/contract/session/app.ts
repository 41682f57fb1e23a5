import { connectOctokit, present, refused, type Stage } from './stage.ts';

/** The app: who it is, where it is installed, its tokens and its deliveries. */
export async function playApp(stage: Stage): Promise<void> {
  await playInstallations(stage);
  await playTokens(stage);
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
