import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Figure, Section } from '../section.ts';
import { inTemporaryFolder } from '../support/folder.ts';
import { percentile } from '../support/load.ts';
import { mixedLog } from '../support/mixed-log.ts';
import { type EventLoopResult, type InProcessResult, type PassResult, runProgram } from '../support/passes.ts';

const ROUNDS = 7;
const BYTES = 100_000_000;

/** How fast logs are read, and what that costs. */
export const logs: Section = {
  name: 'logs',
  title: 'Reading logs',
  about:
    'The log: the output of real tools that the tests have for all matchers, red and green, a step of the runner for each tool, round ' +
    `after round up to ${BYTES / 1_000_000} MB, with the runner's time before each line; the same bytes each time. All matchers are on, and ` +
    'no tool is named. Beside it a naive pass: `readline` over the file, and one `/error|fail|warn/i` a line. Each pass is a process of its ' +
    `own, in turn, ${ROUNDS} rounds; the quotient is the median of the rounds' own, so that other load on the machine touches both alike. ` +
    'Resident memory is the most that any pass had. The log of 4 MB has 48,000 lines, as a job of npm writes them, in a process that has ' +
    'read one before. Time a megabyte is compared within one process. The event loop: its delay in a process whose analysis threads read ten ' +
    'logs of 10 MB.',
  run: async (say) => [
    ...(await inTemporaryFolder((folder) => besideNaive(join(folder, 'mixed.log'), say))),
    ...(await inProcess(say)),
    ...(await eventLoop(say)),
  ],
};

async function besideNaive(file: string, say: (text: string) => void): Promise<Figure[]> {
  await writeLog(file);
  const naive: PassResult[] = [];
  const ours: PassResult[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    say(`round ${round} of ${ROUNDS}`);
    naive.push(await runProgram<PassResult>('read-log.ts', 'naive', file));
    ours.push(await runProgram<PassResult>('read-log.ts', 'analyse', file));
  }
  const quotients = ours.map(({ seconds }, index) => seconds / (naive[index]?.seconds ?? Number.NaN));
  const seconds = (results: PassResult[]) =>
    percentile(
      results.map((result) => result.seconds),
      0.5,
    );
  const megabytes = Math.max(...ours.map((result) => result.megabytes));
  return [
    { name: '100 MB, analysed', value: seconds(ours), unit: 's' },
    { name: '100 MB, naive', value: seconds(naive), unit: 's' },
    { name: 'analysed ÷ naive', value: percentile(quotients, 0.5), unit: '×', goal: { is: 'at most', value: 2.5 } },
    { name: '100 MB, resident', value: megabytes, unit: 'MB', goal: { is: 'at most', value: 250 } },
  ];
}

async function inProcess(say: (text: string) => void): Promise<Figure[]> {
  say('in one process');
  const { first, later, largeOverSmall } = await runProgram<InProcessResult>('analyse-in-process.ts');
  return [
    { name: '4 MB, 48,000 lines', value: later, unit: 's', goal: { is: 'at most', value: 0.1 } },
    { name: 'the same, first log of a process', value: first, unit: 's' },
    { name: 'time a MB, 100 MB ÷ 1 MB', value: largeOverSmall, unit: '×', goal: { is: 'at most', value: 1.2 } },
  ];
}

async function eventLoop(say: (text: string) => void): Promise<Figure[]> {
  say('event loop');
  const { p99, worst } = await runProgram<EventLoopResult>('event-loop.ts');
  return [
    { name: 'event loop, p99 while ten logs are read', value: p99, unit: 'ms', goal: { is: 'at most', value: 20 } },
    { name: 'event loop, worst', value: worst, unit: 'ms' },
  ];
}

async function writeLog(file: string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    for (const step of mixedLog(BYTES)) await handle.write(step);
  } finally {
    await handle.close();
  }
}
