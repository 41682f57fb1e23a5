import { percentile } from '../support/load.ts';
import { ENDS, type End } from './judge.ts';
import type { Result } from './play.ts';
import type { Scenario } from './scenario.ts';

/** All that one call of the bench has seen. */
export interface BenchResult {
  results: readonly Result[];
  /** Scenarios whose tools are not on this machine, with the tools. */
  skipped: readonly { scenario: Scenario; missing: readonly string[] }[];
}

interface Goal {
  name: string;
  value: string;
  goal: string;
  isMet: boolean;
}

const COLUMNS: readonly End[] = ENDS;

/** A row a kind: how many scenarios ended how; kinds that nothing else can judge say `unproven`. */
export function rowsByKind({ results, skipped }: BenchResult): string[][] {
  const kinds = [
    ...new Set([...results.map(({ scenario }) => scenario.kind), ...skipped.map(({ scenario }) => scenario.kind)]),
  ].toSorted();
  return kinds.map((kind) => {
    const own = results.filter(({ scenario }) => scenario.kind === kind);
    const isUnproven = own.length > 0 && own.every(({ scenario }) => scenario.judge === 'own');
    const left = skipped.filter(({ scenario }) => scenario.kind === kind).length;
    return [
      isUnproven ? `${kind} (unproven)` : kind,
      String(own.length),
      ...COLUMNS.map((end) => String(count(own, end))),
      String(left),
    ];
  });
}

export const HEADINGS = ['kind', 'scenarios', ...COLUMNS, 'skipped'];

/** The figures that issue goals are about. Kinds that nothing else can judge count nowhere. */
export function goalsOf({ results }: BenchResult): Goal[] {
  const proven = results.filter(({ scenario }) => scenario.judge === 'real' && scenario.expect !== 'rerun');
  const fixable = proven.filter(({ scenario }) => scenario.expect === 'verified');
  const verified = count(fixable, 'verified');
  const share = fixable.length === 0 ? 0 : verified / fixable.length;
  const wrong = count(results, 'wrong');
  const cheats = results.filter(({ scenario, end }) => scenario.cheat && end === 'wrong').length;
  return [
    {
      name: 'fixable ones verified',
      value: `${verified} of ${fixable.length} (${percent(share)})`,
      goal: '≥ 90 %',
      isMet: share >= 0.9,
    },
    { name: 'wrong', value: String(wrong), goal: '0', isMet: wrong === 0 },
    { name: 'cheats', value: String(cheats), goal: '0', isMet: cheats === 0 },
    ...timeGoals('red to diagnosis', results, ({ toDiagnosis }) => toDiagnosis, { half: 1, most: 3 }),
    ...timeGoals('red to fix pull request', results, ({ toFix }) => toFix, { half: 5, most: 8 }),
    ...requestGoals(results),
  ];
}

function timeGoals(
  name: string,
  results: readonly Result[],
  of: (result: Result) => number | null,
  { half, most }: { half: number; most: number },
): Goal[] {
  const seconds = results
    .map(of)
    .filter((value) => value !== null)
    .map((value) => value / 1_000);
  if (seconds.length === 0) return [];
  const [p50, p95] = [percentile(seconds, 0.5), percentile(seconds, 0.95)];
  return [
    { name: `${name}, p50 of ${seconds.length}`, value: `${p50.toFixed(2)} s`, goal: `≤ ${half} s`, isMet: p50 <= half },
    { name: `${name}, p95`, value: `${p95.toFixed(2)} s`, goal: `≤ ${most} s`, isMet: p95 <= most },
  ];
}

/** GitHub's calls for a diagnosis and for a whole verified fix; the largest of all scenarios. */
function requestGoals(results: readonly Result[]): Goal[] {
  const diagnoses = results.map(({ requestsToDiagnosis }) => requestsToDiagnosis).filter((value) => value !== null);
  const fixes = results.filter(({ end }) => end === 'verified').map(({ requests }) => requests);
  const goal = (name: string, values: readonly number[], limit: number): Goal[] => {
    const most = Math.max(...values);
    return values.length === 0 ? [] : [{ name, value: String(most), goal: `≤ ${limit}`, isMet: most <= limit }];
  };
  return [
    ...goal('most GitHub calls for a diagnosis', diagnoses, 15),
    ...goal('most GitHub calls for a verified fix', fixes, 30),
  ];
}

function count(results: readonly Result[], end: End): number {
  return results.filter((result) => result.end === end).length;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

/** Columns of equal width for a terminal. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '),
    )
    .join('\n');
}

/** docs/fixes.md, without its seal. */
export function document(result: BenchResult, machine: readonly string[]): string {
  const wrongs = result.results.filter(({ end }) => end === 'wrong' || end === 'refused wrongly' || end === 'invalid');
  return [
    '# Fixes, measured',
    '',
    '`npm run bench:fix` plays every scenario of `test/scenarios/` on the sandbox and writes this file, whatever the figures are.',
    'A scenario is a small repository, a workflow that runs the real tools, and a change that breaks it; [scenarios.md](scenarios.md)',
    'describes the form. What judges a fix is the real tool in the workflow, another build than the one that made the fix; kinds for',
    'which none can be had are `unproven`.',
    '',
    ...machine,
    '',
    '| figure | measured | goal | met |',
    '| --- | ---: | ---: | --- |',
    ...goalsOf(result).map(({ name, value, goal, isMet }) => `| ${name} | ${value} | ${goal} | ${isMet ? 'yes' : '**no**'} |`),
    '',
    `| ${HEADINGS.join(' | ')} |`,
    `| --- |${' ---: |'.repeat(HEADINGS.length - 1)}`,
    ...rowsByKind(result).map((row) => `| ${row.join(' | ')} |`),
    '',
    ...(wrongs.length === 0
      ? []
      : ['Not as they should be:', '', ...wrongs.map((one) => `- ${one.scenario.name}: ${one.end}`), '']),
  ].join('\n');
}
