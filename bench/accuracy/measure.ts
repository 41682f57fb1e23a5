import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createBaselineBuilder, createLogAnalyzer } from '../../src/diagnosis/analyzer.ts';
import type { Diagnosis } from '../../src/diagnosis/types.ts';
import type { Case, CaseSet } from './case.ts';
import { type CausePair, causePairs, macroF1, scoreCause } from './scorers/cause.ts';
import { scoreDiagnostics } from './scorers/diagnostics.ts';
import { scoreExcerpt } from './scorers/excerpt.ts';
import { scoreTests } from './scorers/tests.ts';
import { mean, rounded, type Scores } from './sums.ts';

export interface Row {
  one: Case;
  diagnosis: Diagnosis;
  scores: Scores;
}

export interface SetResult {
  name: string;
  /** Figures by name, `cases` first; means over the cases that say something of it, to three digits. */
  figures: Record<string, number>;
  /** How many cases a figure is the mean of, where these are not all. */
  counts: Record<string, number>;
  pairs: CausePair[];
  rows: Row[];
}

/** Analyses every log of the set, with no tool named, and scores what it says. */
export async function measureSet({ name, folder, cases }: CaseSet): Promise<SetResult> {
  const rows: Row[] = [];
  const green: Diagnosis[] = [];
  for (const one of cases) {
    const baseline = one.baseline ? join(folder, one.baseline) : null;
    const diagnosis = await analyse(join(folder, one.log), baseline);
    rows.push({ one, diagnosis, scores: await score(one, diagnosis, join(folder, one.log)) });
    // Nothing failed in the green log itself: nothing should be told as the failure.
    if (baseline !== null) green.push(await analyse(baseline, null));
  }
  const { figures, counts } = meansOf(rows);
  const pairs = causePairs(rows);
  return {
    name,
    figures: { cases: rows.length, ...figures, ...ofGreen(green), ...ofCauses(pairs), ...ofPopular(rows) },
    counts,
    pairs,
    rows,
  };
}

async function analyse(log: string, baseline: string | null): Promise<Diagnosis> {
  const builder = createBaselineBuilder();
  if (baseline !== null) for await (const chunk of createReadStream(baseline)) builder.push(chunk);
  const analyzer = createLogAnalyzer(baseline === null ? {} : { baseline: builder.finish() });
  for await (const chunk of createReadStream(log)) analyzer.push(chunk);
  return analyzer.finish();
}

async function score(one: Case, diagnosis: Diagnosis, log: string): Promise<Scores> {
  switch (one.kind) {
    case 'excerpt':
      return scoreExcerpt(one, diagnosis, await readFile(log, 'utf8'));
    case 'diagnostics':
      return scoreDiagnostics(one, diagnosis);
    case 'tests':
      return scoreTests(one, diagnosis);
    case 'cause':
      return scoreCause(one, diagnosis);
  }
}

function meansOf(rows: readonly Row[]): { figures: Record<string, number>; counts: Record<string, number> } {
  const figures: Record<string, number> = {};
  const counts: Record<string, number> = {};
  const names = new Set(rows.flatMap(({ scores }) => Object.keys(scores)));
  names.delete('worth');
  for (const name of names) {
    const values = rows.flatMap(({ scores }) => scores[name] ?? []);
    figures[name] = rounded(mean(values));
    counts[name] = values.length;
  }
  return { figures, counts };
}

function ofGreen(green: readonly Diagnosis[]): Record<string, number> {
  if (green.length === 0) return {};
  const errors = green.map(({ diagnostics }) => diagnostics.filter(({ severity }) => severity === 'error').length);
  return {
    greenErrors: rounded(mean(errors)),
    greenCause: rounded(mean(green.map(({ cause }) => Number(cause.category !== 'unknown')))),
  };
}

function ofCauses(pairs: readonly CausePair[]): Record<string, number> {
  if (pairs.length === 0) return {};
  return {
    causeAccuracy: rounded(mean(pairs.map(({ wanted, said }) => Number(wanted === said)))),
    causeMacroF1: rounded(macroF1(pairs)),
  };
}

function ofPopular(rows: readonly Row[]): Record<string, number> {
  const popular = rows.filter(({ one, scores }) => one.popular && (scores['recall'] ?? null) !== null);
  if (popular.length === 0 || popular.length === rows.length) return {};
  return { popularRecall: rounded(mean(popular.map(({ scores }) => scores['recall'] ?? 0))) };
}
