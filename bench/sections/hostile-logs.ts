import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { HostileResult } from '../../test/support/read-hostile-logs.ts';
import type { Section } from '../section.ts';

const MEGABYTES = 20;
const LONG_LINE_MEGABYTES = 200;
const PROGRAM = fileURLToPath(new URL('../../test/support/read-hostile-logs.ts', import.meta.url));
/** Far less than a thread of the pool has. */
const HEAP = ['--max-old-space-size=96', '--max-semi-space-size=8'];

/** The hostile logs of the tests at full size. */
export const hostileLogs: Section = {
  name: 'hostile-logs',
  title: 'Logs that want to bring the analyser down',
  about:
    `The logs of test/support/hostile-logs.ts, ${MEGABYTES} MB of each in one process with a heap of 96 MB (that is 20 million empty lines and ` +
    `10 million of one letter), and then ${LONG_LINE_MEGABYTES} MB of the first, which is one line. Seconds are those of the slowest one; ` +
    'resident memory is the most that there was at any time.',
  run: async (say) => {
    say(`all, ${MEGABYTES} MB each`);
    const all = await read(String(MEGABYTES));
    say(`one line of ${LONG_LINE_MEGABYTES} MB`);
    const line = await read(String(LONG_LINE_MEGABYTES), '1');
    const slowest = all.logs.reduce((worst, log) => (log.seconds > worst.seconds ? log : worst));
    const mostLines = Math.max(...all.logs.map(({ lines }) => lines));
    return [
      { name: 'most lines of a log', value: mostLines / 1_000_000, unit: 'million', goal: { is: 'at least', value: 10 } },
      { name: `slowest: ${slowest.name}`, value: slowest.seconds, unit: 's' },
      { name: 'resident, all', value: all.residentMegabytes, unit: 'MB', goal: { is: 'at most', value: 250 } },
      { name: `a line of ${LONG_LINE_MEGABYTES} MB`, value: line.logs[0]?.seconds ?? Number.NaN, unit: 's' },
      { name: 'resident, one line', value: line.residentMegabytes, unit: 'MB', goal: { is: 'at most', value: 250 } },
    ];
  },
};

async function read(...args: string[]): Promise<HostileResult> {
  const { stdout } = await promisify(execFile)(process.execPath, [...HEAP, PROGRAM, ...args], { maxBuffer: 10_000_000 });
  return JSON.parse(stdout) as HostileResult;
}
