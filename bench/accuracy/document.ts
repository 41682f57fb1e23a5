import { CAUSES } from '../../src/diagnosis/types.ts';
import type { Goal } from '../section.ts';
import type { SetResult } from './measure.ts';
import type { CausePair } from './scorers/cause.ts';
import { SOURCES, type Source } from './sources.ts';

/** What each figure is; in the order of the tables. */
const FIGURES: Readonly<Record<string, string>> = {
  causeMacroF1: 'F1 of the causes, the mean over those that are labelled',
  causeAccuracy: 'share of cases whose cause is right',
  hit: 'the first 60 lines of the excerpts touch the marked ones',
  recall: 'share of what is labelled that was found',
  popularRecall: 'the same, for the common tools',
  precision: 'share of what was found that is labelled',
  f1: 'of recall and precision, a case each',
  jaccard: 'common lines, of all lines shown or marked',
  reduction: 'share of the log that nobody has to read',
  message: 'share of labelled findings found with their message',
  column: 'share of columns that are right, where one is labelled',
  count: 'share of logs whose number of findings is right to a tenth',
  excess: 'findings too many, of the labelled number',
  failedCount: 'share of logs whose number of failed tests is right',
  runCount: 'share of logs whose number of tests is right',
  greenErrors: 'error-level findings told of a green log',
  greenCause: 'share of green logs for which a cause was named',
};

/** docs/accuracy.md, without its seal. Nothing of the logs themselves stands in it. */
export function accuracyDocument(results: readonly SetResult[], machine: readonly string[]): string {
  const ordered = [...results].sort((left, right) => orderOf(left) - orderOf(right));
  return [
    '# Accuracy',
    '',
    'How well the analyser (`regreen analyze`) reads logs that other people have labelled, with no tool named.',
    '`npm run bench:accuracy -- --cases FOLDER` measures and writes this file, whatever the figures are.',
    '',
    'These samples could be measured while the analyser was written, so expect less on logs that nobody here has seen.',
    '',
    ...machine,
    '',
    summary(ordered),
    ...ordered.flatMap(section),
    ...confusion(ordered.flatMap(({ pairs }) => pairs)),
    ...reproduce(ordered),
    '',
  ].join('\n');
}

function summary(results: readonly SetResult[]): string {
  const missed = results.flatMap(({ name, figures }) =>
    Object.entries(goalsOf(name)).flatMap(([figure, goal]) => (isMet(figures[figure], goal) ? [] : [`${name} ${figure}`])),
  );
  return missed.length === 0 ? 'All goals are met.' : `Goals missed: ${missed.join('; ')}.`;
}

function section({ name, figures, counts }: SetResult): string[] {
  const source = sourceOf(name);
  const goals = goalsOf(name);
  const { cases = 0 } = figures;
  const rows = Object.keys(FIGURES)
    .filter((figure) => figures[figure] !== undefined && figure !== 'accuracy')
    .map((figure) => {
      const goal = goals[figure];
      const value = figures[figure] ?? 0;
      const met = goal === undefined ? '' : isMet(value, goal) ? 'yes' : '**no**';
      return `| ${figure} | ${FIGURES[figure]} | ${counts[figure] ?? cases} | ${value.toFixed(3)} | ${goalText(goal)} | ${met} |`;
    });
  return [
    '',
    `## ${source?.title ?? name}`,
    '',
    `Set \`${name}\`, ${cases} logs. ${source?.labels ?? ''}`.trimEnd(),
    '',
    '| figure | what it is | n | measured | goal | met |',
    '| --- | --- | ---: | ---: | ---: | --- |',
    ...rows,
    ...(source ? ['', `What is weak: ${source.weak}`] : []),
  ];
}

/** Labelled causes by row, said ones by column; a defensible answer stands as the labelled one. */
function confusion(pairs: readonly CausePair[]): string[] {
  if (pairs.length === 0) return [];
  const wanted = CAUSES.filter((category) => pairs.some((pair) => pair.wanted === category));
  const said = CAUSES.filter((category) => pairs.some((pair) => pair.said === category));
  const cell = (row: string, column: string) => pairs.filter((pair) => pair.wanted === row && pair.said === column).length || '';
  return [
    '',
    '## Confusion between causes',
    '',
    'Rows: what is labelled. Columns: what was said; an answer that the second labeller found defensible stands as the labelled one.',
    '',
    `| | ${said.join(' | ')} |`,
    `| --- |${' ---: |'.repeat(said.length)}`,
    ...wanted.map((row) => `| **${row}** | ${said.map((column) => cell(row, column)).join(' | ')} |`),
    '',
    `Causes without a labelled case: ${CAUSES.filter((category) => !wanted.includes(category)).join(', ') || 'none'}.`,
  ];
}

function reproduce(results: readonly SetResult[]): string[] {
  const sources = results.flatMap(({ name }) => sourceOf(name) ?? []);
  return [
    '',
    '## How to repeat it',
    '',
    'The logs are not part of this project, and nothing of them is. Get them from their sources, bring them into the form that',
    '`bench/accuracy/case.ts` describes (a folder a set with `cases.jsonl` and the logs), and run the command above. The cases',
    'here are samples of the collections; they carry no commit of their source, but their names say which log each one is.',
    '',
    ...sources.map(({ name, from }) => `- \`${name}\`: ${from}`),
  ];
}

function sourceOf(name: string): Source | undefined {
  return SOURCES.find((source) => source.name === name);
}

function goalsOf(name: string): Readonly<Record<string, Goal>> {
  return sourceOf(name)?.goals ?? {};
}

function orderOf({ name }: SetResult): number {
  const order = SOURCES.findIndex((source) => source.name === name);
  return order === -1 ? SOURCES.length : order;
}

function isMet(value: number | undefined, { is, value: goal }: Goal): boolean {
  if (value === undefined) return false;
  return is === 'at least' ? value >= goal : value <= goal;
}

function goalText(goal: Goal | undefined): string {
  return goal === undefined ? '' : `${goal.is === 'at least' ? '≥' : '≤'} ${goal.value}`;
}
