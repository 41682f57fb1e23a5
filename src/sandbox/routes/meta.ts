import { callerKey } from '../auth/caller.ts';
import { type Endpoint, endpoint } from '../http/endpoint.ts';

export const metaRoutes: Endpoint[] = [
  endpoint('get', '/meta', {
    access: 'anybody',
    source: 'meta/meta#get-github-meta-information',
    handle: () => ({
      status: 200,
      // This GitHub sends its webhooks from this machine.
      body: {
        verifiable_password_authentication: false,
        hooks: ['127.0.0.0/8'],
        web: ['127.0.0.0/8'],
        api: ['127.0.0.0/8'],
        git: ['127.0.0.0/8'],
      },
    }),
  }),
  endpoint('get', '/rate_limit', {
    access: 'anybody',
    source: 'rate-limit/rate-limit#get-rate-limit-status-for-the-authenticated-user',
    handle: ({ platform, caller }) => {
      // Asking costs nothing.
      platform.limits.refund(callerKey(caller));
      const core = platform.limits.state(callerKey(caller));
      return {
        status: 200,
        body: { resources: { core, graphql: core, search: { ...core, limit: 30, remaining: 30, used: 0 } }, rate: core },
      };
    },
  }),
];
