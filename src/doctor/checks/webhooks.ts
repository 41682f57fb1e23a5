import type { Environment } from '../../config/environment.ts';
import {
  type AppClient,
  type HookConfig,
  type HookDelivery,
  listHookDeliveries,
  readHookConfig,
} from '../../github/app-reads.ts';
import { WEBHOOK_PATH } from '../../intake/webhook-path.ts';
import { unknownGuids } from '../../store/deliveries/delivery-views.ts';
import type { Inspection } from '../../store/inspect.ts';
import { found } from '../catalogue.ts';
import type { CheckAnswer, Finding } from '../types.ts';

/** How many of the last deliveries are looked at: one page of GitHub's list. */
const LOOKED_AT = 100;
/** Newer ones may be on their way. */
const ARRIVES_WITHIN_MS = 60_000;

/** Where webhooks go, and how the last ones fared. */
export async function checkWebhooks(
  client: AppClient,
  environment: Environment,
  inspection: Inspection | null,
  now: Date,
): Promise<CheckAnswer> {
  const config = await readHookConfig(client);
  if (config.url === null) {
    return { summary: 'The App has no webhook.', findings: [found('WEBHOOK_MISSING', 'The App has no webhook address.')] };
  }
  const { value: deliveries = [] } = await listHookDeliveries(client, 'all').next();
  const last = (deliveries ?? []).slice(0, LOOKED_AT);
  return {
    summary: `Webhooks go to ${config.url}; ${outcomes(last)}.`,
    findings: [
      ...configFindings(config, environment),
      ...deliveryFindings(last, config.url),
      ...(await missedFindings(last, inspection, now)),
    ],
  };
}

function configFindings({ url, contentType, checksCertificates }: HookConfig, { webhook, api }: Environment): Finding[] {
  const findings: Finding[] = [];
  if (contentType !== 'json') findings.push(found('WEBHOOK_CONTENT_TYPE', `Webhooks are sent as ${contentType}.`));
  if (!checksCertificates && url?.startsWith('https:')) {
    findings.push(found('WEBHOOK_INSECURE', 'GitHub checks no certificate when it sends webhooks.'));
  }
  return [...findings, ...addressFindings(url ?? '', webhook.proxyUrl, api.publicUrl)];
}

function addressFindings(url: string, proxyUrl: string | null, publicUrl: string | null): Finding[] {
  if (proxyUrl !== null) {
    const same = trimmed(url) === trimmed(proxyUrl);
    return same ? [] : [found('WEBHOOK_ADDRESS_WRONG', `Webhooks go to ${url}, and this server receives from ${proxyUrl}.`)];
  }
  const address = new URL(url);
  if (address.hostname === 'smee.io') return [found('WEBHOOK_PROXY_MISSING', `Webhooks go to ${url}.`)];
  if (!address.pathname.endsWith(WEBHOOK_PATH)) {
    return [found('WEBHOOK_ADDRESS_WRONG', `Webhooks go to ${url}; this server listens at ${WEBHOOK_PATH}.`)];
  }
  const elsewhere = publicUrl !== null && trimmed(url) !== `${publicUrl}${WEBHOOK_PATH}`;
  return elsewhere ? [found('WEBHOOK_ADDRESS_WRONG', `Webhooks go to ${url}, and PUBLIC_URL is ${publicUrl}.`)] : [];
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '');
}

function arrived({ statusCode }: HookDelivery): boolean {
  return statusCode >= 200 && statusCode < 400;
}

function outcomes(last: readonly HookDelivery[]): string {
  if (last.length === 0) return 'none was sent in three days';
  return `${last.filter(arrived).length} of the last ${last.length} arrived`;
}

/** GitHub lists the newest first: what it says counts, and what failed before is told as past. */
function deliveryFindings(last: readonly HookDelivery[], url: string): Finding[] {
  const [newest] = last;
  if (!newest) return [found('WEBHOOK_SILENT', 'GitHub has sent no webhook in the last three days.')];
  const failed = last.filter((one) => !arrived(one));
  if (arrived(newest)) {
    // One that was sent again and arrived is no loss.
    const lost = failed.filter(({ guid }) => !last.some((one) => one.guid === guid && arrived(one)));
    return lost.length === 0
      ? []
      : [found('WEBHOOK_FAILED_BEFORE', `${lost.length} of the last ${last.length} webhooks failed.`)];
  }
  const said = `${failed.length} of the last ${last.length} webhooks to ${url} failed; GitHub says: ${newest.status}`;
  return [found(codeOf(newest), `${said} (${newest.statusCode}).`)];
}

function codeOf({ status, statusCode }: HookDelivery) {
  if (statusCode === 401) return 'WEBHOOK_SECRET_OTHER';
  if (/timed out/i.test(status)) return 'WEBHOOK_TIMED_OUT';
  // GitHub writes 502 for a connection that it did not get; "Invalid HTTP Response" is an answer of somebody.
  return statusCode === 0 || !/invalid http response/i.test(status) ? 'WEBHOOK_UNREACHABLE' : 'WEBHOOK_REFUSED';
}

/** What GitHub takes for delivered and the books do not have. */
async function missedFindings(last: readonly HookDelivery[], inspection: Inspection | null, now: Date): Promise<Finding[]> {
  if (inspection === null || inspection.pending.length > 0) return [];
  const due = last.filter((one) => arrived(one) && now.getTime() - one.deliveredAt.getTime() > ARRIVES_WITHIN_MS);
  const missed = await unknownGuids(inspection.database, [...new Set(due.map(({ guid }) => guid))]);
  const [first] = missed;
  return first === undefined
    ? []
    : [found('DELIVERIES_MISSED', `${missed.length} deliveries are not in the books, e.g. ${first}.`)];
}
