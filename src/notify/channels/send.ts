import { createHash, randomUUID } from 'node:crypto';
import type { Channel } from '../../store/notifications/channels.ts';
import { ticketSubjectOf } from '../../store/notifications/stories.ts';
import { planTicket, type StoredTicket, saveTicket } from '../../store/notifications/tickets.ts';
import { type Ticket, ticketOf } from '../message/ticket.ts';
import { keepsTickets } from '../rules/types.ts';
import type { NotifyServices } from '../services.ts';
import { ChannelError, type Delivered, type Delivery } from './channel.ts';
import { keepGitHubIssue } from './github-issue.ts';
import { createLinear, type LinearSettings } from './linear.ts';
import { sendToSlack } from './slack.ts';
import { sendToWebhook, type WebhookSecret } from './webhook.ts';

/** Delivers by whatever the channel is. @throws ChannelError, or SealingError where its secret can't be opened */
export async function sendTo(services: SendServices, channel: Channel, delivery: Delivery): Promise<Delivered> {
  if (keepsTickets(channel.kind) && delivery.purpose !== 'test') return keepTickets(services, channel, delivery);
  switch (channel.kind) {
    case 'slack':
      return sendToSlack(services.safe, openSecret(services, channel)['url'] ?? '', delivery);
    case 'webhook':
      return sendToWebhook(services.safe, webhookSecretOf(openSecret(services, channel)), delivery);
    case 'linear':
      await (await linearOf(services, channel, delivery)).whoAmI();
      return { url: null };
    case 'github-issue':
      // The app's own rights are looked at where there is an incident.
      return { url: null };
  }
}

/** What sending works with. */
export type SendServices = Pick<NotifyServices, 'database' | 'now' | 'safe' | 'sealer' | 'linearUrl' | 'repositoryAt'>;

/** What a secret is sealed for. */
export function placeOf(channelId: string): string {
  return `notification-channel:${channelId}`;
}

function openSecret({ sealer }: SendServices, channel: Channel): Record<string, string> {
  if (channel.secret === null) throw new ChannelError('SECRET_MISSING', 'The channel has no secret.', 'channel');
  return JSON.parse(sealer.open(channel.secret, placeOf(channel.id))) as Record<string, string>;
}

function webhookSecretOf({ url = '', signingSecret = '' }: Record<string, string>): WebhookSecret {
  return { url, signingSecret };
}

async function linearOf(services: SendServices, channel: Channel, { now, signal }: Delivery) {
  return createLinear({
    safe: services.safe,
    apiUrl: services.linearUrl,
    apiKey: openSecret(services, channel)['apiKey'] ?? '',
    now,
    signal,
  });
}

async function keepTickets(services: SendServices, channel: Channel, delivery: Delivery): Promise<Delivered> {
  let url: string | null = null;
  for (const incidentId of new Set(delivery.stories.flatMap((story) => story.incident?.id ?? []))) {
    url = (await keepTicket(services, channel, delivery, incidentId)) ?? url;
  }
  return { url };
}

/** Opens, edits or closes the ticket of an incident, whatever the books say by now. @returns its page */
async function keepTicket(
  services: SendServices,
  channel: Channel,
  delivery: Delivery,
  incidentId: string,
): Promise<string | null> {
  const { database, now } = services;
  const subject = await ticketSubjectOf(database, incidentId);
  if (!subject) return null;
  const key = { channelId: channel.id, incidentId };
  const marker = `<!-- regreen:incident=${incidentId} -->`;
  const ticket = ticketOf(subject, channel.kind === 'github-issue' ? marker : '');
  // 1 Planned before the other side is asked, so that a retry finds it
  const known = await planTicket(database, key, channel.kind === 'linear' ? randomUUID() : null, now());
  // What was over before it could be told needs no ticket.
  if (known.state === 'planned' && ticket.state === 'closed' && delivery.stories.every(isOver)) return null;
  const contentHash = hashOf(ticket);
  if (known.contentHash === contentHash) return known.url;
  // 2 Written there, then noted here
  const kept =
    channel.kind === 'linear'
      ? await keepInLinear(services, channel, delivery, known, ticket)
      : await keepOnGitHub(services, delivery, { known, ticket, marker });
  await saveTicket(database, key, { ...kept, state: ticket.state, contentHash }, now());
  return kept.url;
}

function isOver({ kind }: Delivery['stories'][number]): boolean {
  return kind === 'green-again' || kind === 'incident-ended';
}

function hashOf(ticket: Ticket): string {
  return createHash('sha256').update(JSON.stringify(ticket)).digest('hex');
}

type Kept = Pick<StoredTicket, 'externalId' | 'url'>;

async function keepInLinear(
  services: SendServices,
  channel: Channel,
  delivery: Delivery,
  known: StoredTicket,
  ticket: Ticket,
): Promise<Kept> {
  const linear = await linearOf(services, channel, delivery);
  const id = known.externalId ?? randomUUID();
  return { externalId: id, url: await linear.keep(id, ticket, channel.settings as unknown as LinearSettings) };
}

async function keepOnGitHub(
  services: SendServices,
  delivery: Delivery,
  { known, ticket, marker }: { known: StoredTicket; ticket: Ticket; marker: string },
): Promise<Kept> {
  const repositoryId = delivery.repositoryId;
  const at = repositoryId === null ? null : await services.repositoryAt(repositoryId);
  if (!at) throw new ChannelError('GITHUB_NOT_INSTALLED', 'Regreen is not installed on the repository (any more).', 'message');
  const number = known.externalId === null ? null : Number(known.externalId);
  const kept = await keepGitHubIssue(at, { number, marker }, ticket, known.state === 'closed');
  return { externalId: kept === null ? null : String(kept), url: null };
}
