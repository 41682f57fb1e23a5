import { Octokit } from '@octokit/core';
import { InvalidRequestError, UnavailableError } from '../errors.ts';
import { answeredStatusOf } from './errors.ts';
import { withTimeout } from './octokit.ts';

/** A GitHub App that has just been registered; GitHub tells its secrets this once. */
export interface RegisteredApp {
  id: number;
  slug: string;
  name: string;
  /** The App's page, under which it can be installed. */
  htmlUrl: string;
  /** Login of the account that owns it. */
  owner: string;
  clientId: string;
  clientSecret: string;
  /** `null` where GitHub made none, for it has no webhook. */
  webhookSecret: string | null;
  /** PEM. */
  privateKey: string;
}

/**
 * Exchanges the code that GitHub gave to the browser for the App's secrets. A code can be used once, within an hour.
 * @see https://docs.github.com/rest/apps/apps#create-a-github-app-from-a-manifest
 * @throws InvalidRequestError `CODE_REFUSED`; UnavailableError `GITHUB_UNREACHABLE`
 */
export async function registerFromCode(apiUrl: string, code: string): Promise<RegisteredApp> {
  const octokit = new Octokit({ baseUrl: apiUrl, userAgent: 'regreen', request: { fetch: withTimeout } });
  try {
    const { data } = await octokit.request('POST /app-manifests/{code}/conversions', { code });
    return {
      id: data.id,
      slug: data.slug ?? '',
      name: data.name,
      htmlUrl: data.html_url,
      owner: 'login' in data.owner ? data.owner.login : '',
      clientId: data.client_id,
      clientSecret: data.client_secret,
      webhookSecret: data.webhook_secret,
      privateKey: data.pem,
    };
  } catch (error) {
    throw refusal(error, apiUrl);
  }
}

function refusal(cause: unknown, apiUrl: string): Error {
  const status = answeredStatusOf(cause);
  if (status === 404 || status === 422) {
    return new InvalidRequestError(
      'CODE_REFUSED',
      'GitHub does not take this code: it is unknown, used already, or older than an hour.',
      {
        hint: 'Run "regreen setup" again. If the App was created, delete it on GitHub first: nobody has its secrets now.',
        cause,
      },
    );
  }
  return new UnavailableError(
    'GITHUB_UNREACHABLE',
    `GitHub's API at ${apiUrl} ${status ? `answers ${status}` : 'can not be reached'}.`,
    {
      hint: 'The code is good for an hour and was not used: run "regreen setup --code CODE" once the API can be reached.',
      cause,
    },
  );
}
