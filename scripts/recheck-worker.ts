/** Checks one expression after the other with recheck's pure backend, which needs neither a JVM nor a binary. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Verdict } from './expressions.ts';

process.env['RECHECK_BACKEND'] = 'pure';
const { checkSync } = (await import('recheck')).default;

/** For each try. */
const { seconds } = workerData as { seconds: number };

parentPort?.on('message', ({ source, flags }: { source: string; flags: string }) => {
  const exact = verdictOf(source, flags);
  parentPort?.postMessage(exact.is === 'unknown' ? verdictOfUnbounded(source, flags) : exact);
});

function verdictOf(source: string, flags: string): Verdict {
  try {
    const found = checkSync(source, flags, { timeout: seconds * 1_000 });
    if (found.status === 'safe') return { is: 'safe' };
    if (found.status === 'unknown') return { is: 'unknown', seconds };
    const { complexity, attack } = found;
    const parts = attack.pumps.map(({ prefix, pump }) => ({ prefix, pump }));
    return {
      is: complexity.type,
      ...(complexity.type === 'polynomial' ? { degree: complexity.degree } : {}),
      attack: { parts, suffix: attack.suffix },
    };
  } catch {
    // Syntax that it does not know.
    return { is: 'unknown', seconds };
  }
}

/** Counts make its automata large. */
function verdictOfUnbounded(source: string, flags: string): Verdict {
  const verdict = verdictOf(unbounded(source), flags);
  return verdict.is === 'unknown' ? verdict : { ...verdict, ofUnbounded: true };
}

const COUNT = /(?<other>\\.|\[(?:\\.|[^\]\\])*\])|\{(?<least>\d+),(?<most>\d*)\}/g;
const SMALL = 6;

function unbounded(source: string): string {
  return source.replace(COUNT, (count, other: string | undefined, least: string, most: string) => {
    if (other !== undefined || (most !== '' && Number(most) < SMALL)) return count;
    return Number(least) === 0 ? '*' : '+';
  });
}
