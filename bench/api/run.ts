/**
 * `npm run bench:api`: builds books of 10,000, 100,000 and 1,000,000 runs, asks the real server for everything and writes
 * docs/performance-api.md. With `--runs N,M` only that many; `--only TEXT` asks what has it in its name. Either way nothing is written but
 * `--to FILE`.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { sealGenerated } from '../../scripts/generated-document.ts';
import { startEmbeddedDatabase } from '../../src/store/embedded/index.ts';
import { type Figure, isMet } from '../section.ts';
import { inTemporaryFolder } from '../support/folder.ts';
import { describeMachine } from '../support/machine.ts';
import { amount, goalText } from '../support/report.ts';
import { type Books, makeBooks } from './books.ts';
import { apiDocument, questionFigures, type SizeResult } from './document.ts';
import { ingestJobs } from './ingest.ts';
import { timingOf } from './measure.ts';
import { type Question, questionsOf } from './requests.ts';
import { startApiServer } from './server.ts';

const DOCUMENT = new URL('../../docs/performance-api.md', import.meta.url);
const SIZES = [10_000, 100_000, 1_000_000];
const REPOSITORIES = 200;
const DAYS = 365;
const DELIVERIES = 20_000;
/** Asks of one question in all. */
const ASKS = 40;

const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    to: { type: 'string' },
    asks: { type: 'string', default: String(ASKS) },
    deliveries: { type: 'string', default: String(DELIVERIES) },
  },
});

const ABOUT =
  `A year of ${REPOSITORIES} repositories, made by a seeded generator (\`bench/api/history/\`) and written into the embedded PostgreSQL ` +
  `as it ships; a quarter of the jobs have their steps. The sums are made by the program's own refresh. The server is \`src/main.ts\` ` +
  `whole, with its workers, in a process of its own. Each question is asked ${ASKS} times over HTTP, one after the other, about ` +
  `different days, repositories or values in turn, the two busiest repositories among them; what is asked for the analytics covers 90 ` +
  `days, and a page of a list has 20 entries unless the name says otherwise. Goals are for the largest books. Events: ` +
  `${DELIVERIES.toLocaleString('en')} \`workflow_job\` deliveries (GitHub's own examples, 7 to 10 KB; queued, in_progress and completed of ` +
  `each job, over all repositories) in the largest books, stored, queued, worked and written by one process; storing and queuing counts too. ` +
  `Memory is what was resident in that process.`;

const say = (text: string) => console.error(text);
const sizes = values.runs?.split(',').map(Number) ?? SIZES;
const document = values.to ?? (values.runs === undefined && values.only === '' ? DOCUMENT : null);
const machine = await describeMachine(new Date());

await inTemporaryFolder(async (folder) => {
  const server = await startEmbeddedDatabase({ folder, onLog: () => undefined });
  try {
    const results: SizeResult[] = [];
    let questions: Question[] = [];
    let ingest: Figure[] = [];
    for (const runs of sizes) {
      const plan = { seed: Number(values.seed), runs, repositories: REPOSITORIES, days: DAYS, end: startOfHour(new Date()) };
      const books = await makeBooks(server.connection, plan, (text) => say(`${runs} runs: ${text}`));
      try {
        const asked = await ask(books);
        questions = asked.questions;
        results.push(asked.size);
        if (runs === sizes.at(-1)) ingest = await ingestFigures(books);
      } finally {
        await books.drop();
      }
    }
    const result = { sizes: results, questions, ingest };
    for (const figure of [...questionFigures(result), ...ingest]) print(figure);
    if (document !== null) {
      await writeFile(document, sealGenerated(apiDocument(result, ABOUT, machine), 'npm run bench:api'));
      say(`Written to ${values.to ?? 'docs/performance-api.md'}.`);
    }
  } finally {
    await server.stop();
  }
});

async function ask(books: Books): Promise<{ questions: Question[]; size: SizeResult }> {
  const api = await startApiServer(books.connection);
  try {
    const questions = (await questionsOf(books, api)).filter(({ name }) => name.includes(values.only));
    const timings = new Map();
    for (const question of questions) timings.set(question.name, await timingOf(api, question, Number(values.asks)));
    const { rows } = await books.pool.query<{ bytes: number }>('select pg_database_size(current_database()) as bytes');
    const { runs } = books.plan;
    const { summedUpPerSecond, counts } = books;
    return {
      questions,
      size: { runs, jobs: counts.jobs ?? 0, megabytes: (rows[0]?.bytes ?? 0) / 2 ** 20, summedUpPerSecond, timings },
    };
  } finally {
    await api.stop();
  }
}

async function ingestFigures(books: Books): Promise<Figure[]> {
  const deliveries = Number(values.deliveries);
  if (deliveries === 0) return [];
  const { perSecond, failed, megabytesAtFirst, megabytesAtLast } = await ingestJobs(books.connection, deliveries);
  return [
    { name: '`workflow_job` events worked', value: perSecond, unit: 'per s', goal: { is: 'at least', value: 1_000 } },
    { name: 'failed', value: failed, unit: '', goal: { is: 'at most', value: 0 } },
    { name: 'resident, first quarter', value: megabytesAtFirst, unit: 'MB' },
    {
      name: 'resident, last quarter ÷ first',
      value: megabytesAtLast / megabytesAtFirst,
      unit: '×',
      goal: { is: 'at most', value: 1.2 },
    },
  ];
}

function print(figure: Figure): void {
  const verdict = { true: 'met   ', false: 'MISSED', null: '' }[String(isMet(figure)) as 'true' | 'false' | 'null'];
  console.log(`${figure.name.padEnd(48)} ${amount(figure).padStart(12)}  ${verdict} ${goalText(figure)}`);
}

/** So that the history ends in the past and its last runs are under way. */
function startOfHour(moment: Date): Date {
  return new Date(Math.floor(moment.getTime() / 3_600_000) * 3_600_000);
}
