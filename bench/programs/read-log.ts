/** One pass over a log in a process of its own: `node read-log.ts naive|analyse FILE`. Prints a `PassResult` as JSON. */
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { chunksOf } from '../../src/cli/log-file.ts';
import { createLogAnalyzer } from '../../src/diagnosis/analyzer.ts';
import type { PassResult } from '../support/passes.ts';

const PASSES: Record<string, (file: string) => Promise<number>> = {
  /** What one writes without thinking of speed; returns the lines that sound like a failure. */
  async naive(file) {
    let lines = 0;
    for await (const line of createInterface({ input: createReadStream(file) })) if (/error|fail|warn/i.test(line)) lines++;
    return lines;
  },
  /** All matchers, as `regreen analyze` reads a file; returns the lines of the log. */
  async analyse(file) {
    const analyzer = createLogAnalyzer();
    for await (const chunk of chunksOf(file, process.stdin)) analyzer.push(chunk);
    return analyzer.finish().lines;
  },
};

const [name = '', file = ''] = process.argv.slice(2);
const pass = PASSES[name];
if (!pass) throw new Error(`no pass ${name}`);
const startedAt = performance.now();
const lines = await pass(file);
const seconds = (performance.now() - startedAt) / 1_000;
const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
const result: PassResult = { lines, seconds, megabytes: Number(peak) / 1_024 };
console.log(JSON.stringify(result));
