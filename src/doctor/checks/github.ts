import type { Environment } from '../../config/environment.ts';
import {
  type AppClient,
  type AppInstallation,
  createAppClient,
  type OwnApp,
  type PermissionLevels,
  readInstallations,
  readOwnApp,
} from '../../github/app-reads.ts';
import { answeredStatusOf } from '../../github/errors.ts';
import type { AppFile } from '../../setup/manifest.ts';
import { found } from '../catalogue.ts';
import type { CheckAnswer, Finding } from '../types.ts';

export interface GitHubCheck {
  answer: CheckAnswer;
  /** `null` where GitHub does not know us. */
  known: { client: AppClient; app: OwnApp } | null;
}

/** Asks GitHub who we are, by key and id, and whether the App is as app.yml wants it. */
export async function checkApp({ github }: Environment, wanted: AppFile): Promise<GitHubCheck> {
  const client = createAppClient(github);
  let app: OwnApp | null;
  try {
    app = await readOwnApp(client);
  } catch (error) {
    const finding = refused(error, github.apiUrl);
    return { answer: { summary: finding.what, findings: [finding] }, known: null };
  }
  if (app === null || app.id !== github.appId) {
    const finding = found('GITHUB_API_URL_WRONG', `${github.apiUrl} does not answer as a GitHub does.`);
    return { answer: { summary: finding.what, findings: [finding] }, known: null };
  }
  const lacking = missing(app, wanted);
  const page = settingsPage(app);
  const findings = [
    ...lacking.permissions.map((one) => found('APP_PERMISSION_MISSING', `The App "${app.name}" lacks ${one}.`, page)),
    ...lacking.events.map((one) => found('APP_EVENT_MISSING', `The App "${app.name}" does not hear ${one}.`, page)),
  ];
  return { answer: { summary: `GitHub knows us as the App "${app.name}" (${app.id}).`, findings }, known: { client, app } };
}

/** https://docs.github.com/apps/maintaining-github-apps/modifying-a-github-app-registration */
function settingsPage({ htmlUrl, slug, ownerLogin, ownedByOrganization }: OwnApp): string {
  const owner = ownedByOrganization ? `/organizations/${ownerLogin}` : '';
  return `${new URL(htmlUrl).origin}${owner}/settings/apps/${slug}/permissions`;
}

function refused(error: unknown, apiUrl: string): Finding {
  const status = answeredStatusOf(error) ?? 0;
  const words = error instanceof Error ? error.message.slice(0, 200) : '';
  // GitHub's words; they are not documented: https://github.com/octokit/auth-app.js/issues?q=%22Integration+not+found%22
  if (/integration (must be|not found)/i.test(words) || /'iss'/.test(words)) {
    return found('APP_ID_UNKNOWN', `GitHub at ${apiUrl} knows no App of that APP_ID.`);
  }
  if (/issued at|expiration time|'iat'|'exp'/i.test(words)) return found('CLOCK_SKEW', `GitHub says: ${words}.`);
  if (status === 401) return found('APP_KEY_REFUSED', 'GitHub does not accept what is signed with PRIVATE_KEY.');
  if (status >= 500) return found('GITHUB_FAILING', `GitHub answers ${status}.`);
  if (status === 403 || status === 429) return found('GITHUB_FAILING', `GitHub answers ${status}: ${words}.`);
  if (status > 0) return found('GITHUB_API_URL_WRONG', `${apiUrl} answers ${status} to GET /app.`);
  return found('GITHUB_UNREACHABLE', `${apiUrl} can not be reached: ${causeOf(error)}.`);
}

/** `fetch failed` says nothing; its cause does. */
function causeOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (inner instanceof AggregateError)
    return inner.errors.map((one) => (one instanceof Error ? one.message : String(one))).join('; ');
  return inner instanceof Error && inner !== error ? causeOf(inner) : inner instanceof Error ? inner.message : String(inner);
}

/** GitHub allows a minute (https://docs.github.com/apps, "JWT"); half of it is a warning in time. */
const MOST_SKEW_MS = 30_000;

/** Holds this machine's clock against GitHub's. */
export function checkClock({ githubTime }: OwnApp, now: Date): CheckAnswer {
  if (githubTime === null) return { summary: 'GitHub did not say what time it is.', findings: [], skipped: true };
  const seconds = Math.round((now.getTime() - githubTime.getTime()) / 1_000);
  const summary = `This machine's clock is ${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead of'} GitHub's.`;
  return { summary, findings: Math.abs(seconds) * 1_000 > MOST_SKEW_MS ? [found('CLOCK_SKEW', summary)] : [] };
}

/** What each installation has not granted, with the page on which its owner does. */
export async function checkInstallations(
  { client, app }: NonNullable<GitHubCheck['known']>,
  wanted: AppFile,
): Promise<CheckAnswer> {
  const installations = await readInstallations(client);
  if (installations.length === 0) {
    const url = `${app.htmlUrl.replace(/\/$/, '')}/installations/new`;
    return { summary: 'The App is installed nowhere.', findings: [found('NOT_INSTALLED', 'The App is installed nowhere.', url)] };
  }
  const ofApp = missing(app, wanted);
  return {
    summary: `Installed on ${installations.length === 1 ? (installations[0]?.account ?? '') : `${installations.length} accounts`}.`,
    findings: installations.flatMap((one) => installationFindings(one, wanted, ofApp)),
  };
}

interface Missing {
  permissions: string[];
  events: string[];
}

/** What the App itself lacks is told once, and not again for each installation. */
function installationFindings(installation: AppInstallation, wanted: AppFile, ofApp: Missing): Finding[] {
  const { account, htmlUrl, suspended } = installation;
  if (suspended) return [found('INSTALLATION_SUSPENDED', `The installation on ${account} is suspended.`, htmlUrl)];
  const lacking = missing(installation, wanted);
  const grant = `${htmlUrl}/permissions/update`;
  return [
    ...lacking.permissions
      .filter((one) => !ofApp.permissions.includes(one))
      .map((one) => found('INSTALLATION_PERMISSION_MISSING', `${account} has not granted ${one}.`, grant)),
    ...lacking.events
      .filter((one) => !ofApp.events.includes(one))
      .map((one) => found('INSTALLATION_EVENT_MISSING', `${account} does not send ${one}.`, grant)),
  ];
}

const LEVELS = ['read', 'write', 'admin'];

function missing(held: { permissions: PermissionLevels; events: readonly string[] }, wanted: AppFile): Missing {
  const lacks = ([name, level]: [string, string]) => LEVELS.indexOf(held.permissions[name] ?? '') < LEVELS.indexOf(level);
  return {
    permissions: Object.entries(wanted.default_permissions)
      .filter(lacks)
      .map(([name, level]) => `"${name}: ${level}"`),
    events: wanted.default_events.filter((event) => !held.events.includes(event)),
  };
}
