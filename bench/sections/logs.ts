import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_REPEATED_LINES } from '../../src/diagnosis/limits.ts';
import type { Figure, Section } from '../section.ts';
import { inTemporaryFolder } from '../support/folder.ts';
import { percentile } from '../support/load.ts';
import { mixedLog } from '../support/mixed-log.ts';
import { type EventLoopResult, type InProcessResult, type PassResult, runProgram } from '../support/passes.ts';

const ROUNDS = 7;
const BYTES = 100_000_000;
const GREEN_TIMES = 20;

/** How fast logs are read, and what that costs. */
export const logs: Section = {
  name: 'logs',
  title: 'Reading logs',
  about:
    'The log: the output of real tools that the tests have for all matchers, red and green, a step of the runner for each tool, round ' +
    `after round up to ${BYTES / 1_000_000} MB, with the runner's time before each line; the same bytes each time. All matchers are on, and ` +
    'no tool is named. Mostly green means that each tool prints what it prints when all is well ' +
    `${GREEN_TIMES} times before that, as jobs do. Both logs repeat themselves round after round, far more than most real ones; what is found out about ` +
    `a line is not found out again, and passages that come again line by line are left out once ${MAX_REPEATED_LINES} of their lines have been read again. ` +
    'Where no line comes twice, each has other blanks at its end: nothing is spared there. Beside it' +
    ' a naive pass: `readline` over the file, and one `/error|fail|warn/i` a line. Each pass is a process of its ' +
    `own, with V8's flag and the compile cache that Regreen's programs have, in turn, ${ROUNDS} rounds; the quotient is the median of the rounds' own, so that other load on the machine touches both alike. ` +
    'Resident memory is the most that any pass had. The log of 4 MB has 48,000 lines, as a job of npm writes them, in a process that has ' +
    'read one before. Time a megabyte is compared within one process. The event loop: its delay in a process whose analysis threads read ten ' +
    'logs of 10 MB.',
  run: async (say) => [
    ...(await inTemporaryFolder((folder) => besideNaive(folder, say))),
    ...(await inProcess(say)),
    ...(await eventLoop(say)),
  ],
};

async function besideNaive(folder: string, say: (text: string) => void): Promise<Figure[]> {
  const mixed = await compare(join(folder, 'mixed.log'), mixedLog(BYTES), (round) => say(`mixed, ${round}`));
  const green = await compare(join(folder, 'green.log'), mixedLog(BYTES, GREEN_TIMES), (round) => say(`mostly green, ${round}`));
  const distinct = await compare(join(folder, 'distinct.log'), mixedLog(BYTES, 1, true), (round) =>
    say(`no line twice, ${round}`),
  );
  const megabytes = Math.max(mixed.megabytes, green.megabytes, distinct.megabytes);
  return [
    { name: '100 MB, analysed', value: mixed.ours, unit: 's' },
    { name: '100 MB, naive', value: mixed.naive, unit: 's' },
    { name: 'analysed ÷ naive', value: mixed.quotient, unit: '×', goal: { is: 'at most', value: 2.5 } },
    { name: '100 MB mostly green, analysed', value: green.ours, unit: 's' },
    { name: '100 MB mostly green, analysed ÷ naive', value: green.quotient, unit: '×' },
    { name: '100 MB, no line twice, analysed ÷ naive', value: distinct.quotient, unit: '×' },
    { name: '100 MB, resident', value: megabytes, unit: 'MB', goal: { is: 'at most', value: 250 } },
  ];
}

/** Medians of the rounds, and the most that was resident in any. */
async function compare(
  file: string,
  log: Iterable<Buffer>,
  say: (round: string) => void,
): Promise<{ ours: number; naive: number; quotient: number; megabytes: number }> {
  await writeLog(file, log);
  const naive: number[] = [];
  const ours: PassResult[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    say(`round ${round} of ${ROUNDS}`);
    naive.push((await runProgram<PassResult>('read-log.ts', 'naive', file)).seconds);
    ours.push(await runProgram<PassResult>('read-log.ts', 'analyse', file));
  }
  const seconds = ours.map((result) => result.seconds);
  const quotients = seconds.map((value, index) => value / (naive[index] ?? Number.NaN));
  return {
    ours: percentile(seconds, 0.5),
    naive: percentile(naive, 0.5),
    quotient: percentile(quotients, 0.5),
    megabytes: Math.max(...ours.map((result) => result.megabytes)),
  };
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

async function writeLog(file: string, log: Iterable<Buffer>): Promise<void> {
  const handle = await open(file, 'w');
  try {
    for (const step of log) await handle.write(step);
  } finally {
    await handle.close();
  }
}
