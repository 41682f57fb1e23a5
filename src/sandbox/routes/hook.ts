import { type Endpoint, endpoint } from '../http/endpoint.ts';
import { idParameter, positive } from '../http/pages.ts';
import { notFound, Refusal } from '../http/refusal.ts';
import type { Rest } from '../payloads/schemas.ts';
import type { Platform } from '../platform.ts';
import type { Delivery } from '../state/model.ts';

const DEFAULT_PER_PAGE = 30;
const MAX_PER_PAGE = 100;
/** Deliveries can be looked up for so long. Source: https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/viewing-webhook-deliveries */
const KEPT_MS = 3 * 24 * 60 * 60 * 1000;

function deliveryItem(delivery: Delivery) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt.toISOString(),
    redelivery: delivery.redelivery,
    duration: delivery.durationSeconds,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  } satisfies Rest['hook-delivery-item'];
}

function kept({ state, clock }: Platform): Delivery[] {
  const oldest = clock.now().getTime() - KEPT_MS;
  return state.deliveries.filter((delivery) => delivery.deliveredAt.getTime() >= oldest);
}

/** Source: …/rest/apps/webhooks#list-deliveries-for-an-app-webhook, "status": `success` or `failure`. */
function isOfStatus({ statusCode }: Delivery, status: string): boolean {
  if (status !== 'success' && status !== 'failure') throw new Refusal(422, 'Invalid status');
  return (statusCode >= 200 && statusCode < 400) === (status === 'success');
}

function findDelivery(platform: Platform, id: string): Delivery {
  const delivery = kept(platform).find((one) => one.id === idParameter(id));
  if (!delivery) throw notFound();
  return delivery;
}

export const hookRoutes: Endpoint[] = [
  endpoint('get', '/app/hook/config', {
    access: 'app',
    source: 'apps/webhooks#get-a-webhook-configuration-for-an-app',
    handle: ({ platform }) => ({
      status: 200,
      body: {
        content_type: platform.webhooks.contentType,
        insecure_ssl: platform.webhooks.checksCertificates ? '0' : '1',
        secret: '********',
        url: platform.webhooks.url ?? '',
      },
    }),
  }),
  endpoint('get', '/app/hook/deliveries', {
    access: 'app',
    source: 'apps/webhooks#list-deliveries-for-an-app-webhook',
    handle: ({ platform, query, url }) => {
      const perPage = Math.min(MAX_PER_PAGE, positive(query.get('per_page'), DEFAULT_PER_PAGE));
      const cursor = query.get('cursor');
      const status = query.get('status');
      const newestFirst = kept(platform)
        .filter((one) => status === null || isOfStatus(one, status))
        .sort((a, b) => b.id - a.id);
      const from = cursor === null ? 0 : newestFirst.findIndex((delivery) => `v1_${delivery.id}` === cursor);
      if (from < 0) throw new Refusal(422, 'Invalid cursor');
      const items = newestFirst.slice(from, from + perPage);
      const next = newestFirst[from + perPage];
      const target = new URL(url);
      if (next) target.searchParams.set('cursor', `v1_${next.id}`);
      return { status: 200, body: items.map(deliveryItem), ...(next ? { headers: { link: `<${target}>; rel="next"` } } : {}) };
    },
  }),
  endpoint('get', '/app/hook/deliveries/{delivery_id}', {
    access: 'app',
    source: 'apps/webhooks#get-a-delivery-for-an-app-webhook',
    handle: ({ platform, params }) => {
      const delivery = findDelivery(platform, params.delivery_id);
      return {
        status: 200,
        body: {
          ...deliveryItem(delivery),
          url: delivery.url,
          request: { headers: delivery.requestHeaders, payload: JSON.parse(delivery.body) },
          response: { headers: delivery.responseHeaders, payload: delivery.responseBody },
        },
      };
    },
  }),
  endpoint('post', '/app/hook/deliveries/{delivery_id}/attempts', {
    access: 'app',
    source: 'apps/webhooks#redeliver-a-delivery-for-an-app-webhook',
    content: false,
    handle: ({ platform, params }) => {
      platform.webhooks.redeliver(findDelivery(platform, params.delivery_id).id);
      return { status: 202, body: {} };
    },
  }),
];
