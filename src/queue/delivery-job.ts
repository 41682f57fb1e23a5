import type { SendRequest } from './queue.ts';

/** The job that works one stored delivery alone. @param traceparent W3C's, of the span in which it was received */
export function deliveryJob(guid: string, traceparent?: string): SendRequest<'deliveries'> {
  const trace = traceparent === undefined ? {} : { trace: { traceparent } };
  return { data: { guid }, key: guid, correlationId: guid, ...trace };
}
