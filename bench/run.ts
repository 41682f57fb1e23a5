/** `npm run bench`: measures all sections and writes docs/performance.md; `npm run bench NAME…` measures and only prints. */
import { writeFile } from 'node:fs/promises';
import { sealGenerated } from '../scripts/generated-document.ts';
import { SECTIONS } from './sections/index.ts';
import { describeMachine } from './support/machine.ts';
import { document, type SectionResult, tableForTerminal } from './support/report.ts';

const DOCUMENT = new URL('../docs/performance.md', import.meta.url);

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !SECTIONS.some((section) => section.name === name));
if (unknown.length > 0) {
  console.error(`No section ${unknown.join(', ')}. There are: ${SECTIONS.map((section) => section.name).join(', ')}`);
  process.exit(2);
}

const machine = await describeMachine(new Date());
const results: SectionResult[] = [];
for (const section of SECTIONS) {
  if (wanted.length > 0 && !wanted.includes(section.name)) continue;
  const figures = await section.run((text) => console.error(`${section.name}: ${text}`));
  results.push({ section, figures });
  console.log(tableForTerminal({ section, figures }));
}
if (wanted.length === 0) {
  await writeFile(DOCUMENT, sealGenerated(document(results, machine), 'npm run bench'));
  console.log('Written to docs/performance.md.');
}
