import { type Figure, type Goal, isMet } from '../section.ts';
import { amount, goalText, metText } from '../support/report.ts';
import type { Timing } from './measure.ts';
import type { Question } from './requests.ts';

/** What was measured with one number of runs. */
export interface SizeResult {
  runs: number;
  jobs: number;
  megabytes: number;
  summedUpPerSecond: number;
  timings: ReadonlyMap<string, Timing>;
}

export interface ApiResult {
  /** The smallest first; goals are those of the largest. */
  sizes: readonly SizeResult[];
  questions: readonly Question[];
  ingest: readonly Figure[];
}

/** docs/performance-api.md, without its seal. */
export function apiDocument(result: ApiResult, about: string, machine: readonly string[]): string {
  const missed = [...questionFigures(result), ...result.ingest].filter((figure) => isMet(figure) === false);
  return [
    '# Performance of the API and the books',
    '',
    '`npm run bench:api` measures and writes this file, whatever the figures are.',
    '',
    ...machine,
    '',
    missed.length === 0 ? 'All goals are met.' : `Goals missed: ${missed.map(({ name }) => name).join('; ')}.`,
    '',
    about,
    '',
    '## The books',
    '',
    ...table(result.sizes, [
      ['runs', ({ runs }) => thousands(runs)],
      ['jobs', ({ jobs }) => thousands(jobs)],
      ['database', ({ megabytes }) => `${Math.round(megabytes)} MB`],
      ['runs summed up', ({ summedUpPerSecond }) => `${Math.round(summedUpPerSecond)} per s`],
    ]),
    '',
    '## How long answers take: p95, in ms',
    '',
    ...questionTable(result),
    '',
    '## Events into the books',
    '',
    '| figure | measured | goal | met |',
    '| --- | ---: | ---: | --- |',
    ...result.ingest.map((figure) => `| ${figure.name} | ${amount(figure)} | ${goalText(figure)} | ${metText(figure)} |`),
    '',
  ].join('\n');
}

function questionTable({ sizes, questions }: ApiResult): string[] {
  const largest = sizes.at(-1);
  return [
    `| question | ${sizes.map(({ runs }) => `${thousands(runs)} runs`).join(' | ')} | goal | met |`,
    `| --- |${' ---: |'.repeat(sizes.length)} ---: | --- |`,
    ...questions.map((question) => {
      const timings = sizes.map(({ timings: all }) => milliseconds(all.get(question.name)?.p95));
      const figure = figureOf(question, largest);
      return `| ${question.name.replaceAll('|', '\\|')} | ${timings.join(' | ')} | ${goalText(figure)} | ${metText(figure)} |`;
    }),
  ];
}

export function questionFigures({ sizes, questions }: ApiResult): Figure[] {
  return questions.map((question) => figureOf(question, sizes.at(-1)));
}

function figureOf({ name, goalMs }: Question, size: SizeResult | undefined): Figure {
  const goal: Goal | null = goalMs === null ? null : { is: 'at most', value: goalMs };
  return { name, value: size?.timings.get(name)?.p95 ?? Number.NaN, unit: 'ms', ...(goal ? { goal } : {}) };
}

function table(sizes: readonly SizeResult[], rows: readonly [string, (size: SizeResult) => string][]): string[] {
  const [head = ['', () => ''], ...rest] = rows.map(([name, show]): [string, string[]] => [name, sizes.map(show)]);
  const line = ([name, cells]: [string, string[]]) => `| ${name} | ${cells.join(' | ')} |`;
  return [line(head as [string, string[]]), `| --- |${' ---: |'.repeat(sizes.length)}`, ...rest.map(line)];
}

function milliseconds(value: number | undefined): string {
  if (value === undefined) return '';
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}

export function thousands(value: number): string {
  return value.toLocaleString('en');
}
