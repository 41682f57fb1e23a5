import type { Environment } from '../../config/environment.ts';
import { found } from '../catalogue.ts';
import type { CheckAnswer } from '../types.ts';

const PATIENCE_MS = 10_000;

/** Whether traces would arrive: an export of none is sent, which every receiver of OTLP takes. */
export async function checkTraces({ tracing }: Environment): Promise<CheckAnswer> {
  if (tracing === null) return { summary: 'No receiver of traces is configured.', findings: [] };
  const { origin } = new URL(tracing.url);
  const status = await statusOf(tracing);
  if (status !== null && status < 300) return { summary: `Traces are taken at ${origin}.`, findings: [] };
  const finding =
    status === null
      ? found('TRACES_UNREACHABLE', `Nothing answers at ${origin}.`)
      : found('TRACES_REFUSED', `${origin} answers ${status} to an export of traces.`);
  return { summary: finding.what, findings: [finding] };
}

/** @returns null where nothing answers */
async function statusOf({ url, headers }: NonNullable<Environment['tracing']>): Promise<number | null> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-protobuf' },
      // In protobuf, nothing at all is a message without fields.
      body: new Uint8Array(),
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return null;
  }
}
