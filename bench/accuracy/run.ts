/**
 * `npm run bench:accuracy -- --cases FOLDER`: scores the analyser on labelled logs and writes docs/accuracy.md. With `--set
 * a,b` only these sets, and nothing is written; `--show N` lists the worst cases; `--json` prints the figures.
 */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { sealGenerated } from '../../scripts/generated-document.ts';
import { describeMachine } from '../support/machine.ts';
import { readSets } from './case.ts';
import { accuracyDocument } from './document.ts';
import { measureSet, type SetResult } from './measure.ts';

const DOCUMENT = new URL('../../docs/accuracy.md', import.meta.url);

const { values } = parseArgs({
  options: {
    cases: { type: 'string' },
    set: { type: 'string' },
    show: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
  },
});
if (values.cases === undefined) {
  console.error('Where are the labelled logs? npm run bench:accuracy -- --cases FOLDER');
  process.exit(2);
}

const sets = await readSets(resolve(values.cases), values.set?.split(',') ?? null);
if (sets.length === 0) {
  console.error(`No set of cases in ${values.cases}`);
  process.exit(2);
}

const machine = await describeMachine(new Date());
const results: SetResult[] = [];
for (const set of sets) {
  const result = await measureSet(set);
  results.push(result);
  if (!values.json) print(result);
}
if (values.json) console.log(JSON.stringify(Object.fromEntries(results.map(({ name, figures }) => [name, figures]))));
if (values.set === undefined) {
  await writeFile(DOCUMENT, sealGenerated(accuracyDocument(results, machine), 'npm run bench:accuracy'));
  console.error('Written to docs/accuracy.md.');
}

function print({ name, figures, rows }: SetResult): void {
  console.log(
    `${name.padEnd(15)} ${Object.entries(figures)
      .map(([figure, value]) => `${figure} ${value}`)
      .join('  ')}`,
  );
  const worst = [...rows].sort((left, right) => left.scores.worth - right.scores.worth).slice(0, Number(values.show));
  for (const { one, diagnosis, scores } of worst) {
    console.log(`    ${scores.worth.toFixed(2)} ${one.id} (${one.log}): ${diagnosis.cause.category}`);
  }
}
