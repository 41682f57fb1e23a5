/** Words of GitHub's REST API that this program asks for, as they stand between the parts of its paths that vary. */
const WORDS = new Set(
  `access_tokens actions annotations app apps approve artifacts assignees attempts blobs branches cancel check-runs check-suites
  checks collaborators comments commits compare config contents deliveries deployments files git graphql heads hook
  installation installations issues jobs labels latest logs matching-refs merge orgs permission pulls ref refs releases replies
  repos repositories requested_reviewers rerequest rerun rerun-failed-jobs reviews runs search statuses status suites
  tags timing trees update-branch user users workflows`.split(/\s+/),
);
const LONGEST_PARTS = 12;

/**
 * A path with names in place of what varies, of which there are few: `/repos/{owner}/{repo}/pulls/{pull_number}`. Octokit mostly says
 * it; the addresses of further pages are whole ones, in which all that is no word of the API becomes `{id}`.
 * @param url what Octokit was asked for: a template, a path, or an address
 */
export function urlTemplate(url: string, baseUrl = ''): string {
  const path = pathOf(url, baseUrl);
  const parts = path.split('/').filter((part) => part !== '');
  const named = parts.slice(0, LONGEST_PARTS).map((part, index) => nameOf(part, parts, index));
  return `/${named.join('/')}`;
}

/** Octokit's own name of a part that varies. */
const PLACEHOLDER = /^\{[a-z_]{1,40}\}$/;

function nameOf(part: string, parts: readonly string[], index: number): string {
  if (parts[0] === 'repos' && index === 1) return '{owner}';
  if (parts[0] === 'repos' && index === 2) return '{repo}';
  return WORDS.has(part) || PLACEHOLDER.test(part) ? part : '{id}';
}

/** The path below the API's own address, without a query. */
function pathOf(url: string, baseUrl: string): string {
  const whole = url.startsWith('/') ? url : url.startsWith(baseUrl) ? url.slice(baseUrl.length) : parsedPath(url);
  return whole.split(/[?#]/)[0] ?? '';
}

function parsedPath(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : '';
}
