import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { HostileResult } from '../../support/read-hostile-logs.ts';

const PROGRAM = join(import.meta.dirname, '../../support/read-hostile-logs.ts');

/** Of each log; `npm run bench hostile-logs` reads 200 MB of each. */
const MEGABYTES = 2;

/** A thread of the pool may use 256 MB of heap; what is held of a log is far less, whatever it says. */
const HEAP = ['--max-old-space-size=96', '--max-semi-space-size=8'];

// Anybody who can open a pull request writes the logs that Regreen reads.
describe('logs that want to bring the analyser down', { timeout: 120_000 }, () => {
  it('are read in bounded memory and time, and answered in bounded size', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [...HEAP, PROGRAM, `${MEGABYTES}`], { maxBuffer: 10_000_000 });
    const { logs, residentMegabytes } = JSON.parse(stdout) as HostileResult;
    expect(logs.length).toBeGreaterThan(20);
    for (const log of logs) {
      // Each takes about a second. Work that grows with the square of a log, or without bounds in a line, takes minutes.
      expect(log.seconds, log.name).toBeLessThan(30);
      expect(log.answerCharacters, log.name).toBeLessThan(3_000_000);
      expect(log.lines, log.name).toBeGreaterThan(0);
    }
    expect(residentMegabytes).toBeLessThan(250);
  });
});
