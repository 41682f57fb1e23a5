import type { components } from '@octokit/openapi-types';
import type { components as webhookComponents } from '@octokit/openapi-webhooks-types';

/** GitHub's own description of what the REST API answers. */
export type Rest = components['schemas'];
/** GitHub's own description of what webhooks carry. */
export type Hook = webhookComponents['schemas'];
