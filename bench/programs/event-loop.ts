/** The event loop's delay while the analysis threads read ten logs: `node event-loop.ts`. Prints JSON. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createAnalysisPool } from '../../src/isolation/analysis-pool.ts';
import { mixedLog } from '../support/mixed-log.ts';
import type { EventLoopResult } from '../support/passes.ts';

const LOGS = 10;
const LOG_BYTES = 10_000_000;

const log = Buffer.concat([...mixedLog(LOG_BYTES)]);
const pool = createAnalysisPool();
await pool.analyze(log.subarray(0, 100_000));
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
await Promise.all(Array.from({ length: LOGS }, () => pool.analyze(log)));
delay.disable();
await pool.close();
const result: EventLoopResult = { p99: delay.percentile(99) / 1e6, worst: delay.max / 1e6 };
console.log(JSON.stringify(result));
