import { Octokit } from '@octokit/core';
import { createProbotAuth } from 'octokit-auth-probot';
import { z } from 'zod';
import { withTimeout } from './octokit.ts';

/** A client that acts as the App itself, by its key, in no installation. It neither waits for limits nor tries again. */
export type AppClient = Octokit;

export interface AppIdentity {
  appId: number;
  privateKey: string;
  apiUrl: string;
}

export function createAppClient({ appId, privateKey, apiUrl }: AppIdentity): AppClient {
  return new Octokit({
    baseUrl: apiUrl,
    userAgent: 'regreen',
    request: { fetch: withTimeout },
    authStrategy: createProbotAuth,
    auth: { appId, privateKey },
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
}

/** Levels by name, as `{ checks: 'write' }`. */
export type PermissionLevels = Readonly<Record<string, string>>;

export interface OwnApp {
  id: number;
  slug: string;
  name: string;
  htmlUrl: string;
  ownerLogin: string;
  ownedByOrganization: boolean;
  permissions: PermissionLevels;
  events: readonly string[];
  /** GitHub's clock, from the answer's head; `null` where it says none. */
  githubTime: Date | null;
}

/** @see https://docs.github.com/rest/apps/apps#get-the-authenticated-app */
export async function readOwnApp(client: AppClient): Promise<OwnApp | null> {
  const { data, headers } = await client.request('GET /app');
  if (data === null) return null;
  const login = 'login' in data.owner ? data.owner.login : (data.owner.slug ?? '');
  return {
    id: data.id,
    slug: data.slug ?? '',
    name: data.name,
    htmlUrl: data.html_url,
    ownerLogin: login,
    ownedByOrganization: 'type' in data.owner && data.owner.type === 'Organization',
    permissions: levelsOf(data.permissions),
    events: data.events,
    githubTime: timeOf(headers.date),
  };
}

function timeOf(date: string | undefined): Date | null {
  const time = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(time) ? null : new Date(time);
}

function levelsOf(permissions: object): PermissionLevels {
  return Object.fromEntries(Object.entries(permissions).map(([name, level]) => [name, String(level)]));
}

export interface AppInstallation {
  id: number;
  account: string;
  htmlUrl: string;
  permissions: PermissionLevels;
  events: readonly string[];
  suspended: boolean;
}

const PER_PAGE = 100;
const MOST_INSTALLATION_PAGES = 10;

/** Up to a thousand installations. @see https://docs.github.com/rest/apps/apps#list-installations-for-the-authenticated-app */
export async function readInstallations(client: AppClient): Promise<AppInstallation[]> {
  const found: AppInstallation[] = [];
  for (let page = 1; page <= MOST_INSTALLATION_PAGES; page++) {
    const { data } = await client.request('GET /app/installations', { per_page: PER_PAGE, page });
    for (const one of data) {
      found.push({
        id: one.id,
        account: accountName(one.account) ?? String(one.id),
        htmlUrl: one.html_url,
        permissions: levelsOf(one.permissions),
        events: one.events,
        suspended: Boolean(one.suspended_at),
      });
    }
    if (data.length < PER_PAGE) break;
  }
  return found;
}

/** An installation belongs to a person, an organisation or an enterprise; the last has no login. */
function accountName(account: { login?: string; slug?: string } | null): string | undefined {
  return account?.login ?? account?.slug;
}

export interface HookConfig {
  /** `null` where the App has no webhook. */
  url: string | null;
  /** `json` or `form`. */
  contentType: string;
  checksCertificates: boolean;
}

/** @see https://docs.github.com/rest/apps/webhooks#get-a-webhook-configuration-for-an-app */
export async function readHookConfig(client: AppClient): Promise<HookConfig> {
  const { data } = await client.request('GET /app/hook/config');
  return {
    url: data.url || null,
    contentType: data.content_type ?? 'form',
    checksCertificates: String(data.insecure_ssl ?? '0') === '0',
  };
}

/** One attempt of GitHub to deliver a webhook. */
export interface HookDelivery {
  /** Beyond 2^53 it comes as a bigint. */
  id: number | bigint;
  guid: string;
  event: string;
  action: string | null;
  deliveredAt: Date;
  /** GitHub's words: `OK`, `timed out`. */
  status: string;
  /** What the receiver answered; 0 where it was not reached. */
  statusCode: number;
}

const NEXT_CURSOR = /[?&]cursor=([^&>]+)[^>]*>;\s*rel="next"/;

/**
 * Attempts of GitHub to deliver webhooks, newest first, a page at a time. GitHub keeps them for three days.
 * @see https://docs.github.com/rest/apps/webhooks#list-deliveries-for-an-app-webhook
 * @param status only those that failed, or all
 */
export async function* listHookDeliveries(client: AppClient, status: 'failure' | 'all'): AsyncGenerator<HookDelivery[]> {
  for (let cursor: string | undefined; ; ) {
    const { data, headers } = await client.request('GET /app/hook/deliveries', {
      per_page: PER_PAGE,
      ...(cursor === undefined ? {} : { cursor }),
      ...(status === 'all' ? {} : { status }),
    });
    yield data.map((one) => ({
      id: one.id,
      guid: one.guid,
      event: one.event,
      action: one.action,
      deliveredAt: new Date(one.delivered_at),
      status: one.status,
      statusCode: one.status_code,
    }));
    const next = NEXT_CURSOR.exec(headers.link ?? '')?.[1];
    if (next === undefined) return;
    cursor = decodeURIComponent(next);
  }
}

const deliverySchema = z.object({ guid: z.string(), event: z.string(), request: z.object({ payload: z.unknown() }) });

/**
 * What was delivered. The bytes that were signed are not kept: the payload comes as it was read.
 * @see https://docs.github.com/rest/apps/webhooks#get-a-delivery-for-an-app-webhook
 */
export async function readHookDelivery(
  client: AppClient,
  id: HookDelivery['id'],
): Promise<{ guid: string; event: string; payload: unknown }> {
  // The id goes into the address as it is: the client's own parameter would take no bigint.
  const { data } = await client.request(`GET /app/hook/deliveries/${id}`);
  const { guid, event, request } = deliverySchema.parse(data);
  return { guid, event, payload: request.payload };
}
