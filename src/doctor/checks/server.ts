import { z } from 'zod';
import type { Environment } from '../../config/environment.ts';
import { serverAddress } from '../../config/server-address.ts';
import { found } from '../catalogue.ts';
import type { CheckAnswer, Finding } from '../types.ts';

const healthSchema = z.object({
  version: z.string(),
  components: z.record(z.string(), z.object({ status: z.enum(['up', 'degraded', 'down']), message: z.string() })),
});

const PATIENCE_MS = 5_000;

/** Asks the server on this machine how it is; where none runs there is nothing to find. */
export async function checkServer(environment: Environment): Promise<CheckAnswer> {
  const address = serverAddress(environment);
  let text: string;
  try {
    const response = await fetch(`${address}/health`, { signal: AbortSignal.timeout(PATIENCE_MS), redirect: 'manual' });
    text = await response.text();
  } catch (error) {
    if (isSilence(error)) return { summary: `No server runs at ${address}.`, findings: [], skipped: true };
    const finding = found('PORT_TAKEN', `${address} is held by something that does not speak HTTP.`);
    return { summary: finding.what, findings: [finding] };
  }
  const health = healthSchema.safeParse(parseJson(text));
  if (!health.success) {
    const finding = found('PORT_TAKEN', `Another program answers at ${address}.`);
    return { summary: finding.what, findings: [finding] };
  }
  const { version, components } = health.data;
  return { summary: `Regreen ${version} runs at ${address}.`, findings: componentFindings(components) };
}

function componentFindings(components: z.output<typeof healthSchema>['components']): Finding[] {
  return Object.entries(components)
    .filter(([, { status }]) => status !== 'up')
    .map(([name, { status, message }]) => {
      const vital = status === 'down' && (name === 'database' || name === 'queue');
      return found(vital ? 'SERVER_NOT_READY' : 'SERVER_DEGRADED', `${name} is ${status}: ${message}`);
    });
}

/** Nobody listens, or the name leads nowhere. */
function isSilence(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return ['ECONNREFUSED', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EHOSTUNREACH', 'ETIMEDOUT'].includes(code);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
