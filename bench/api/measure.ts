import { percentile } from '../support/load.ts';
import type { Question } from './requests.ts';
import type { ApiServer } from './server.ts';

/** How long answers took, in milliseconds. */
export interface Timing {
  median: number;
  p95: number;
}

/** Asks one after the other, its paths in turn, each once before it counts. */
export async function timingOf(api: ApiServer, { paths }: Question, asks: number): Promise<Timing> {
  for (const path of paths) await api.get(path);
  const times: number[] = [];
  for (let ask = 0; ask < asks; ask++) {
    const path = paths[ask % paths.length] ?? '';
    const startedAt = performance.now();
    await api.get(path);
    times.push(performance.now() - startedAt);
  }
  return { median: percentile(times, 0.5), p95: percentile(times, 0.95) };
}
