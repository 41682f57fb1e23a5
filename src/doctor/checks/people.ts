import { probeAgent } from '../../agents/probe.ts';
import type { Environment } from '../../config/environment.ts';
import { placeOf } from '../../notify/channels/send.ts';
import { createSealer } from '../../notify/sealing.ts';
import type { Inspection } from '../../store/inspect.ts';
import { type Channel, listChannels } from '../../store/notifications/channels.ts';
import { found } from '../catalogue.ts';
import type { CheckAnswer, Finding } from '../types.ts';

const PATIENCE_MS = 10_000;

/** Whether the coding agent could be asked; nothing is asked. */
export async function checkAgent({ agent }: Environment): Promise<CheckAnswer> {
  if (agent === null) return { summary: 'No coding agent is configured.', findings: [] };
  const { backend, url, model } = agent;
  const probe = await probeAgent(agent, AbortSignal.timeout(PATIENCE_MS));
  if (probe === 'ready') return { summary: `${backend} answers at ${url}.`, findings: [] };
  const findings = {
    unreachable: found('AGENT_UNREACHABLE', `${backend} does not answer at ${url}.`),
    refuses: found('AGENT_REFUSES', `${backend} at ${url} refuses the key.`),
    'model-unknown': found('AGENT_MODEL_UNKNOWN', `${url} has no model "${model}".`),
  };
  return { summary: findings[probe].what, findings: [findings[probe]] };
}

/** How the channels are, by what became of the last messages: nothing is sent. */
export async function checkChannels({ notify }: Environment, { database, pending }: Inspection): Promise<CheckAnswer> {
  if (pending.length > 0) return { summary: 'The database is to be brought up to date first.', findings: [], skipped: true };
  const channels = (await listChannels(database)).filter(({ enabled }) => enabled);
  const sealer = createSealer(notify.encryptionKeys);
  return {
    summary: channels.length === 0 ? 'No channel is configured.' : `${channels.length} channels.`,
    findings: channels.flatMap((channel) => channelFindings(channel, (one) => opens(sealer, one))),
  };
}

function channelFindings(channel: Channel, canOpen: (channel: Channel) => boolean): Finding[] {
  const { kind, name, pausedAt, pausedReason, failuresInARow, lastFailure } = channel;
  const named = `The ${kind} channel "${name}"`;
  if (!canOpen(channel)) return [found('CHANNEL_SECRET_UNREADABLE', `${named} has a secret that can not be opened.`)];
  if (pausedAt !== null) return [found('CHANNEL_PAUSED', `${named} is paused: ${pausedReason ?? 'by hand'}.`)];
  if (failuresInARow === 0) return [];
  return [found('CHANNEL_FAILING', `${named} has failed ${failuresInARow} times in a row: ${lastFailure ?? 'no reason'}.`)];
}

function opens(sealer: ReturnType<typeof createSealer>, { id, secret }: Channel): boolean {
  if (secret === null) return true;
  try {
    sealer.open(secret, placeOf(id));
    return true;
  } catch {
    return false;
  }
}
