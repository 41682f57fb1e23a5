import type { TracingEnvironment } from '../config/tracing-variables.ts';
import type { Logger } from './log.ts';
import { NO_TRACING, type Tracing } from './tracing.ts';

/**
 * Traces as the configuration wants them. The SDK is loaded only where it is used. Apart from what opens spans, so that a bundle of
 * that (the action's) has nothing of it.
 */
export async function startTracing(
  settings: TracingEnvironment | null,
  about: { version: string; roles: ReadonlySet<string>; log: Logger },
): Promise<Tracing> {
  if (settings === null) return NO_TRACING;
  const { createOtlpTracing } = await import('./otlp.ts');
  return createOtlpTracing(settings, about);
}
