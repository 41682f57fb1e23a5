/**
 * `npm run bench:workers`: failures diagnosed by 1, 2 and 4 worker processes at a GitHub that answers after 200 ms; writes
 * docs/performance-workers.md. `--processes 1,2` and `--failures N` measure others, and only print.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { sealGenerated } from '../../scripts/generated-document.ts';
import type { Figure } from '../section.ts';
import { describeMachine } from '../support/machine.ts';
import { document, type SectionResult, tableForTerminal } from '../support/report.ts';
import { FAILURES, GITHUB_ANSWERS_AFTER_MS, INSTALLATIONS, type Played, play, WARM_UP_FAILURES } from './play.ts';

const DOCUMENT = new URL('../../docs/performance-workers.md', import.meta.url);
const COMMAND = 'npm run bench:workers';
const PROCESSES = [1, 2, 4];
/** As the program has it by default, and as one would set it where GitHub is far. */
const JOBS_AT_ONCE = [8, 32];

const { values } = parseArgs({ options: { processes: { type: 'string' }, failures: { type: 'string' } } });
const counts = values.processes?.split(',').map(Number) ?? PROCESSES;
const failures = Number(values.failures ?? FAILURES);
const isWhole = values.processes === undefined && values.failures === undefined;

const ABOUT =
  `${FAILURES} runs that are red on as many branches of ${INSTALLATIONS} repositories, each of its own installation, all told at once: their ` +
  `webhooks, as GitHub has once sent them, are sent to a process with \`--role intake\`. So many processes with \`--role worker\` work them ` +
  `on one embedded PostgreSQL: read the run, its jobs and regreen.yml, fetch and analyse the log (2,000 lines), record the diagnosis, and ` +
  `write the check run. GitHub is the sandbox, which answers every request ${GITHUB_ANSWERS_AFTER_MS} ms after it has come, those for logs too. ` +
  `Before that they have worked ${WARM_UP_FAILURES} others, which do not count. Writes are spaced by a second for each installation and process, as GitHub asks. Everything shares the machine: the workers, PostgreSQL, the ` +
  `intake and the sandbox. Diagnosed is from the first webhook to the last diagnosis in the books, reported to the last check run.`;

function figuresOf(results: ReadonlyMap<number, Played>): Figure[] {
  const [first] = results.values();
  if (!first) return [];
  const rows = [...results].flatMap(([processes, played]): Figure[] => {
    const name = `${processes} ${processes === 1 ? 'process' : 'processes'}`;
    return [
      { name: `${name}: diagnosed`, value: played.failures / played.diagnosedSeconds, unit: 'per s' },
      { name: `${name}: reported on the commit`, value: played.failures / played.reportedSeconds, unit: 'per s' },
      { name: `${name}: processors busy with the workers`, value: played.workerProcessors, unit: '' },
      { name: `${name}: processors busy with all else`, value: played.machineProcessors - played.workerProcessors, unit: '' },
    ];
  });
  const ratios = [...results].slice(1).map(([processes, played]) => ({
    name: `diagnosed, ${processes} ÷ ${results.keys().next().value} processes`,
    value: first.diagnosedSeconds / played.diagnosedSeconds,
    unit: '×',
  }));
  return [
    ...rows,
    ...ratios,
    { name: 'requests to GitHub, each failure', value: first.requests / first.failures, unit: '' },
    { name: 'processor time of the workers, each failure', value: first.workerSeconds / first.failures, unit: 's' },
  ];
}

const machine = await describeMachine(new Date());
const results: SectionResult[] = [];
for (const jobsAtOnce of JOBS_AT_ONCE) {
  const played = new Map<number, Played>();
  for (const processes of counts) {
    console.error(`${processes} processes, JOBS_AT_ONCE=${jobsAtOnce}`);
    played.set(processes, await play({ processes, jobsAtOnce, failures }));
  }
  const figures = figuresOf(played);
  const title = `${jobsAtOnce} jobs at once in each process (\`JOBS_AT_ONCE=${jobsAtOnce}\`)`;
  const section = {
    name: `jobs-${jobsAtOnce}`,
    title,
    about: results.length === 0 ? ABOUT : 'The same otherwise.',
    run: async () => figures,
  };
  results.push({ section, figures });
  console.log(tableForTerminal({ section, figures }));
}
if (isWhole) {
  const text = document(results, machine, { title: 'Throughput of several worker processes', command: COMMAND });
  await writeFile(DOCUMENT, sealGenerated(text, COMMAND));
  console.log('Written to docs/performance-workers.md.');
}
