import { isIP } from 'node:net';
import { InvalidRequestError } from '../errors.ts';

/** Where one GitHub is: github.com, GHE.com or an Enterprise Server. */
export interface GitHubAddresses {
  /** For people, without a slash at the end. */
  web: string;
  api: string;
  /** Whether it delivers webhooks over the public Internet only; an Enterprise Server reaches its own network. */
  publicOnly: boolean;
}

export const GITHUB_COM = 'https://github.com';

/**
 * @param address as people type it: `github.example.com`, `https://github.com/`
 * @throws InvalidRequestError `GITHUB_URL_INVALID`
 */
export function githubAddresses(address: string): GitHubAddresses {
  const url = webAddress(address.includes('://') ? address : `https://${address}`);
  if (url?.pathname !== '/' || url.search !== '') {
    throw new InvalidRequestError('GITHUB_URL_INVALID', `"${address.slice(0, 80)}" is no address of a GitHub.`, {
      hint: 'Give the address that people open in a browser, e.g. https://github.example.com, without a path.',
    });
  }
  if (url.host === 'github.com') return { web: url.origin, api: 'https://api.github.com', publicOnly: true };
  // https://docs.github.com/enterprise-cloud@latest/admin/data-residency/about-github-enterprise-cloud-with-data-residency
  if (url.host.endsWith('.ghe.com')) return { web: url.origin, api: `https://api.${url.host}`, publicOnly: true };
  return { web: url.origin, api: `${url.origin}/api/v3`, publicOnly: false };
}

/** The page that takes a manifest. */
export function newAppAddress({ web }: GitHubAddresses, organization: string | null, state: string): string {
  const path = organization === null ? '' : `/organizations/${encodeURIComponent(organization)}`;
  return `${web}${path}/settings/apps/new?state=${encodeURIComponent(state)}`;
}

/**
 * Checks an address that GitHub is to send webhooks to.
 * @throws InvalidRequestError `WEBHOOK_URL_INVALID`, `WEBHOOK_URL_NOT_PUBLIC`
 */
export function checkReachable(address: string, github: GitHubAddresses): URL {
  const url = webAddress(address);
  if (!url) {
    throw new InvalidRequestError(
      'WEBHOOK_URL_INVALID',
      `"${address.slice(0, 80)}" is no address that webhooks could be sent to.`,
      {
        hint: 'Give the address of this server as GitHub sees it, e.g. https://regreen.example.com.',
      },
    );
  }
  if (github.publicOnly && isPrivate(url.hostname)) {
    throw new InvalidRequestError('WEBHOOK_URL_NOT_PUBLIC', `GitHub can not reach ${url.host}: it is no public address.`, {
      hint: 'Give the public address of this server, or use --smee to receive webhooks through smee.io while you try it out.',
    });
  }
  return url;
}

function webAddress(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  return ['http:', 'https:'].includes(url.protocol) && url.username === '' ? url : null;
}

function isPrivate(hostname: string): boolean {
  if (hostname === 'localhost' || hostname.endsWith('.localhost') || hostname.endsWith('.local')) return true;
  const bare = hostname.replace(/^\[|\]$/g, '');
  if (isIP(bare) === 6) return /^(::1?$|f[cd]|fe[89ab])/i.test(bare);
  return isIP(bare) === 4 && /^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01]))\./.test(bare);
}
