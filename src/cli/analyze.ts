import { readFile } from 'node:fs/promises';
import { createBaselineBuilder, createLogAnalyzer, type LogAnalyzer } from '../diagnosis/analyzer.ts';
import type { Baseline } from '../diagnosis/baseline/baseline.ts';
import type { ProblemMatcher } from '../diagnosis/matchers/problem-matcher.ts';
import type { Diagnosis } from '../diagnosis/types.ts';
import { chunksOf } from './log-file.ts';

export interface AnalyzeOptions {
  /** One JSON object a line and a file, instead of a report for a person. */
  json?: boolean;
  /** Path of the last green log of the same job. */
  baseline?: string;
  /** Files of problem matchers in GitHub's own form. */
  problemMatchers?: readonly string[];
  /** `false` switches colours off where the terminal has them. */
  color?: boolean;
}

/** Where the command reads and writes; the process' own streams unless a test hands in others. */
export interface AnalyzeStreams {
  stdin: AsyncIterable<Uint8Array>;
  /** `hasColors` is Node's own of a terminal, which heeds `NO_COLOR`; without it there are none. */
  stdout: { write(text: string): unknown; hasColors?(): boolean };
  stderr: { write(text: string): unknown };
}

/**
 * `regreen analyze [--json] [--baseline GREEN_LOG] [--problem-matchers FILE]... FILE...`: reads raw logs and answers for each, in the order given.
 * `-` is standard input. Returns the exit status: 1 when a file could not be read, told on stderr, after the others
 * are answered.
 */
export async function runAnalyze(
  files: readonly string[],
  options: AnalyzeOptions,
  streams: AnalyzeStreams = process,
): Promise<number> {
  let status = 0;
  const fail = (file: string, error: unknown) => {
    streams.stderr.write(`regreen analyze: ${file}: ${error instanceof Error ? error.message : String(error)}\n`);
    status = 1;
  };
  const baseline = await readBaseline(options.baseline, streams).catch((error: unknown) => {
    fail(options.baseline ?? '', error);
    return undefined;
  });
  const problemMatchers = await readMatcherFiles(options.problemMatchers ?? [], fail);
  for (const file of files) {
    try {
      const analyzer = createLogAnalyzer({ baseline, problemMatchers });
      for await (const chunk of chunksOf(file, streams.stdin)) analyzer.push(chunk);
      const diagnosis = analyzer.finish();
      const color = options.color !== false && (streams.stdout.hasColors?.() ?? false);
      streams.stdout.write(options.json ? jsonLine(file, diagnosis) : await reportOf(file, diagnosis, analyzer, color));
    } catch (error) {
      fail(file, error);
    }
  }
  return status;
}

/** What the files hold; a broken one is left out, and each fault is told with its line. */
async function readMatcherFiles(
  files: readonly string[],
  fail: (file: string, error: unknown) => void,
): Promise<ProblemMatcher[]> {
  if (files.length === 0) return [];
  const { readProblemMatchers } = await import('../config/problem-matchers.ts');
  const matchers: ProblemMatcher[] = [];
  for (const file of files) {
    try {
      const reading = readProblemMatchers(await readFile(file, 'utf8'));
      matchers.push(...reading.matchers);
      for (const { line, key, message } of reading.faults) fail(`${file}:${line}`, key === '' ? message : `${key}: ${message}`);
    } catch (error) {
      fail(file, error);
    }
  }
  return matchers;
}

async function readBaseline(file: string | undefined, streams: AnalyzeStreams): Promise<Baseline | undefined> {
  if (file === undefined) return undefined;
  const builder = createBaselineBuilder();
  for await (const chunk of chunksOf(file, streams.stdin)) builder.push(chunk);
  return builder.finish();
}

function jsonLine(file: string, diagnosis: Diagnosis): string {
  return `${JSON.stringify({ file, ...diagnosis })}\n`;
}

/** The fixers and the report are only loaded for a person: a start that prints JSON stays fast. */
async function reportOf(file: string, diagnosis: Diagnosis, analyzer: LogAnalyzer, color: boolean): Promise<string> {
  const [{ analysisReport }, { fixersFor }] = await Promise.all([
    import('./analysis-report.ts'),
    import('../fixers/registry.ts'),
  ]);
  const texts = diagnosis.excerpts.map((excerpt) => analyzer.textOf(excerpt));
  const evidence = diagnosis.cause.evidence.flatMap((line) => analyzer.textOf({ startLine: line, endLine: line }));
  return analysisReport({
    file,
    diagnosis,
    texts,
    evidence,
    fixers: fixersFor({ diagnosis, printedDiffs: analyzer.printedDiffs() }),
    color,
  });
}
