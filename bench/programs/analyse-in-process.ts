/** Logs in the memory of one process, as the analysis threads have them: `node analyse-in-process.ts`. Prints JSON. */
import { createLogAnalyzer } from '../../src/diagnosis/analyzer.ts';
import { percentile } from '../support/load.ts';
import { actionsLog } from '../support/log.ts';
import { mixedLog } from '../support/mixed-log.ts';
import { CHUNK_BYTES, type InProcessResult } from '../support/passes.ts';

const ROUNDS = 5;
const MEGABYTE = 1_000_000;
const LARGE = 100;

/** Seconds to read the log in chunks. */
function read(log: Buffer): number {
  const startedAt = performance.now();
  const analyzer = createLogAnalyzer();
  for (let start = 0; start < log.length; start += CHUNK_BYTES) analyzer.push(log.subarray(start, start + CHUNK_BYTES));
  analyzer.finish();
  return (performance.now() - startedAt) / 1_000;
}

const ordinary = actionsLog();
const first = read(ordinary);
const later = Array.from({ length: 2 * ROUNDS }, () => read(ordinary));

const large = Buffer.concat([...mixedLog(LARGE * MEGABYTE)]);
const small = large.subarray(0, MEGABYTE);
const quotients: number[] = [];
read(large);
for (let round = 0; round < ROUNDS; round++) {
  const perMegabyte = percentile(
    Array.from({ length: LARGE / 5 }, () => read(small)),
    0.5,
  );
  quotients.push(read(large) / (large.length / MEGABYTE) / perMegabyte);
}
const result: InProcessResult = { first, later: percentile(later, 0.5), largeOverSmall: percentile(quotients, 0.5) };
console.log(JSON.stringify(result));
