import { z } from 'zod';
import { allows, type Need } from '../auth/permissions.ts';
import { type EventName, isEventName } from '../state/events.ts';
import type { Permissions } from '../state/model.ts';
import { EVENT_NEEDS } from '../webhooks/event-needs.ts';

const level = z.enum(['read', 'write']).optional();

/** Permissions that an app of this kind may ask for; an unknown one is an error, as on GitHub. */
export const permissionsSchema = z.strictObject({
  actions: level,
  administration: level,
  checks: level,
  contents: level,
  deployments: level,
  issues: level,
  members: level,
  metadata: level,
  pull_requests: level,
  statuses: level,
  workflows: z.literal('write').optional(),
}) satisfies z.ZodType<Permissions>;

/** What an app is registered with, as far as this GitHub looks at it. */
export interface Manifest {
  name: string;
  description: string | null;
  url: string;
  hookUrl: string | null;
  redirectUrl: string | null;
  callbackUrls: readonly string[];
  permissions: Permissions;
  events: readonly EventName[];
}

/** Source: https://docs.github.com/en/apps/creating-github-apps/registering-a-github-app/registering-a-github-app "cannot be longer than 34 characters" */
const LONGEST_NAME = 34;
/** Source: https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest "up to 10 callback URLs" */
const MOST_CALLBACKS = 10;

const manifestSchema = z.object({
  name: z.string().optional(),
  description: z.string().nullish(),
  url: z.string().optional(),
  hook_attributes: z.object({ url: z.string().optional(), active: z.boolean().optional() }).optional(),
  redirect_url: z.string().optional(),
  callback_urls: z.array(z.string()).default([]),
  default_permissions: z.record(z.string(), z.string()).default({}),
  default_events: z.array(z.string()).default([]),
});

/** Reads the form's `manifest`. @returns the manifest, or what is wrong with it in GitHub's words */
export function readManifest(text: string | null): { manifest: Manifest } | { faults: string[] } {
  const parsed = manifestSchema.safeParse(parseJson(text));
  if (!parsed.success) return { faults: ['The manifest is not a JSON object of the documented form.'] };
  const { data } = parsed;
  const permissions = permissionsSchema.safeParse({ ...data.default_permissions, metadata: 'read' });
  const faults = [
    ...addressFaults(data),
    ...nameFaults(data.name ?? ''),
    ...(permissions.success ? [] : ['Default permission records resource is not included in the list']),
    ...eventFaults(data.default_events, permissions.data ?? {}),
  ];
  if (faults.length > 0 || !permissions.success) return { faults };
  return {
    manifest: {
      name: data.name ?? '',
      description: data.description ?? null,
      url: data.url ?? '',
      hookUrl: data.hook_attributes?.url ?? null,
      redirectUrl: data.redirect_url ?? null,
      callbackUrls: data.callback_urls,
      permissions: permissions.data,
      events: data.default_events.filter(isEventName),
    },
  };
}

/** Source for the name on the page where it can be changed: same page as `LONGEST_NAME`. */
export function nameFaults(name: string): string[] {
  return name.length > LONGEST_NAME ? [`Name is too long (maximum is ${LONGEST_NAME} characters)`] : [];
}

/** Source of the words and of the rule that hook_attributes needs a url: https://github.com/vikasprogrammer/agentric/pull/317 */
function addressFaults({ url, hook_attributes: hook, redirect_url, callback_urls }: z.output<typeof manifestSchema>): string[] {
  if (url === undefined || (hook !== undefined && hook.url === undefined)) return [`Error "url" wasn't supplied.`];
  const given = [url, hook?.url, redirect_url, ...callback_urls].filter((one) => one !== undefined);
  return [
    ...given.filter((one) => !isWebAddress(one)).map((one) => `"${one}" is not a valid URL`),
    ...(callback_urls.length > MOST_CALLBACKS ? [`Callback urls are limited to ${MOST_CALLBACKS}`] : []),
  ];
}

/**
 * Events that reach every app can't be asked for, and each other one needs its permission. Sources of the rules and their words:
 * https://github.com/oblien/openship/issues/842, https://github.com/superplanehq/superplane/issues/5235; that issue_comment is
 * covered by the permission for issues alone: https://github.com/derive-to/derive/pull/269
 */
function eventFaults(events: readonly string[], permissions: Permissions): string[] {
  const unsupported = events.filter((name) => !isEventName(name));
  const uncovered = events.filter((name) => isEventName(name) && !isCovered(name, permissions));
  return [
    ...(unsupported.length > 0 ? [`Default events unsupported: ${unsupported.join(', ')}`] : []),
    ...(uncovered.length > 0 ? [`Default events are not supported by permissions: ${uncovered.join(', ')}`] : []),
  ];
}

function isCovered(event: EventName, permissions: Permissions): boolean {
  const needs: readonly Need[] =
    event === 'issue_comment' ? [{ issues: 'read' }] : (EVENT_NEEDS[event] ?? [{ metadata: 'read' }]);
  return needs.some((need) => allows(permissions, need));
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return null;
  }
}
