import { type Endpoint, endpoint } from '../http/endpoint.ts';
import { appPayload } from '../payloads/app.ts';

export const manifestRoutes: Endpoint[] = [
  endpoint('post', '/app-manifests/{code}/conversions', {
    access: 'anybody',
    source: 'apps/apps#create-a-github-app-from-a-manifest',
    content: false,
    handle: ({ platform, params }) => {
      const { app, privateKey, clientSecret } = platform.registrations.convert(platform, params.code);
      return {
        status: 201,
        body: {
          ...appPayload({ app, urls: platform.urls }),
          client_secret: clientSecret,
          // GitHub makes the secret for apps with a webhook only; without one it is null.
          webhook_secret: platform.webhooks.url === null ? null : app.webhookSecret,
          pem: privateKey,
        },
      };
    },
  }),
];
