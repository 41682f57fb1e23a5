import { styleText } from 'node:util';
import type { ExcerptLine } from '../diagnosis/analyzer.ts';
import type { Diagnosis, Diagnostic, FailedTest, TestReport } from '../diagnosis/types.ts';
import type { Fixer } from '../fixers/types.ts';
import { CAUSE_TEXT } from '../github/texts/causes.ts';
import { nextStep } from './next-step.ts';
import { plain } from './plain-text.ts';

/** Entries of a list that are shown; the rest is counted. */
const MAX_LISTED = 20;
const MAX_EVIDENCE_SHOWN = 5;
/** Lines of a failed test's message. */
const MAX_MESSAGE_LINES = 5;

/** A look of the terminal, by what the text means. */
type Look = 'heading' | 'bad' | 'good' | 'quiet' | 'place' | 'key';
const STYLES: Record<Look, Parameters<typeof styleText>[0]> = {
  heading: 'bold',
  bad: ['bold', 'red'],
  good: ['bold', 'green'],
  quiet: 'dim',
  place: 'cyan',
  key: 'yellow',
};

type Paint = (look: Look, text: string) => string;

export interface AnalysisReport {
  file: string;
  diagnosis: Diagnosis;
  /** The lines of each excerpt, best first. */
  texts: readonly (readonly ExcerptLine[])[];
  /** The lines that carry the cause. */
  evidence: readonly ExcerptLine[];
  /** The fixers that may apply. */
  fixers: readonly Pick<Fixer, 'tool' | 'version'>[];
  /** Whether to use the colours of a terminal. */
  color: boolean;
}

/**
 * The report for a person: what failed and why, the lines that say so, the findings by file, and what can be done.
 * Bounded, and nothing of the log reaches the terminal but text.
 */
export function analysisReport(report: AnalysisReport): string {
  const { diagnosis, fixers } = report;
  const paint: Paint = (look, text) => (report.color ? styleText(STYLES[look], text, { validateStream: false }) : text);
  const sections = [
    headline(report, paint),
    steps(diagnosis, paint),
    excerpts(report, paint),
    evidence(report, paint),
    tests(diagnosis.tests, paint),
    findings(diagnosis, paint),
    [`${paint('heading', 'What next:')} ${nextStep(diagnosis, fixers)}`],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n\n`;
}

function headline({ file, diagnosis }: AnalysisReport, paint: Paint): string[] {
  const { cause, lines, format, fingerprint, partial } = diagnosis;
  const isKnown = cause.category !== 'unknown';
  const sure = isKnown ? ` (${Math.round(cause.confidence * 100)} % sure)` : '';
  const kind = format === 'plain' ? 'a plain log' : "GitHub Actions' log";
  return [
    `${paint('heading', plain(file))}: ${paint(isKnown ? 'bad' : 'key', cause.category)}${sure}, ${CAUSE_TEXT[cause.category]}`,
    paint('quiet', `${count(lines, 'line')} of ${kind}, fingerprint ${fingerprint}`),
    ...(partial ? [paint('key', 'The time was up before the end of the log: what stands further down was only counted.')] : []),
  ];
}

function steps({ failedSteps }: Diagnosis, paint: Paint): string[] {
  return listed(failedSteps, ({ name, startLine, endLine, exitCode }) => {
    const exit = exitCode === null ? '' : `, exit code ${exitCode}`;
    return [`${paint('heading', 'Failed step:')} ${plain(name)} ${paint('quiet', `(lines ${startLine} to ${endLine}${exit})`)}`];
  });
}

function excerpts({ texts, diagnosis }: AnalysisReport, paint: Paint): string[] {
  const shown = texts.filter((lines) => lines.length > 0);
  if (shown.length === 0) return [];
  const carrying = new Set(diagnosis.cause.evidence);
  return [
    paint('heading', 'What the log says:'),
    ...shown.flatMap((lines, index) => [
      ...(index === 0 ? [] : [paint('quiet', '       ⋮')]),
      ...lines.map((line) => numbered(line, carrying.has(line.line), paint)),
    ]),
  ];
}

/** The lines that carry the cause and stand in no excerpt. */
function evidence({ texts, evidence: lines }: AnalysisReport, paint: Paint): string[] {
  const shown = new Set(texts.flat().map(({ line }) => line));
  const others = lines.filter(({ line }) => !shown.has(line)).slice(0, MAX_EVIDENCE_SHOWN);
  if (others.length === 0) return [];
  return [paint('heading', 'Evidence for the cause:'), ...others.map((line) => numbered(line, true, paint))];
}

function numbered({ line, text }: ExcerptLine, isEvidence: boolean, paint: Paint): string {
  const number = String(line).padStart(6);
  return isEvidence
    ? `${paint('bad', `▶${number} │`)} ${paint('bad', plain(text))}`
    : `${paint('quiet', ` ${number} │`)} ${plain(text)}`;
}

function tests(report: TestReport | null, paint: Paint): string[] {
  const failures = report ? (report.failedCount ?? report.failed.length) : 0;
  if (!report || failures + report.failed.length === 0) return [];
  const all = report.total === null ? '' : ` of ${report.total}`;
  return [
    `${paint('heading', 'Failed tests:')} ${failures}${all} ${paint('quiet', `(${plain(report.framework)})`)}`,
    ...listed(report.failed, (test) => testLines(test, paint)),
  ];
}

function testLines({ name, suite, file, line, message, frame }: FailedTest, paint: Paint): string[] {
  const broke = frame === null || (frame.file === file && frame.line === line) ? null : place(frame.file, frame.line, paint);
  const lines = (message ?? '').split('\n').filter(Boolean);
  return [
    `  ${paint('bad', '✗')} ${plain([suite, name].filter(Boolean).join(' › '))}${file === null ? '' : ` ${place(file, line, paint)}`}`,
    ...lines.slice(0, MAX_MESSAGE_LINES).map((text) => `      ${plain(text)}`),
    ...(lines.length > MAX_MESSAGE_LINES ? [paint('quiet', '      …')] : []),
    ...(broke === null ? [] : [`      ${paint('quiet', 'at')} ${broke}`]),
  ];
}

function place(file: string, line: number | null, paint: Paint): string {
  return paint('place', plain(line === null ? file : `${file}:${line}`));
}

function findings({ diagnostics }: Diagnosis, paint: Paint): string[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length;
  const besides = warnings > 0 ? paint('quiet', `(and ${count(warnings, 'warning')})`) : '';
  if (errors.length === 0) return [];
  const byFile = Map.groupBy(errors.slice(0, MAX_LISTED), ({ path }) => path);
  const rest = errors.length - MAX_LISTED;
  return [
    `${paint('heading', 'Errors:')} ${errors.length} ${besides}`.trimEnd(),
    ...[...byFile].flatMap(([path, found]) => [
      path === null ? paint('quiet', '  (no file)') : `  ${paint('place', plain(path))}`,
      ...found.map((one) => findingLine(one, paint)),
    ]),
    ...(rest > 0 ? [`  … and ${rest} more`] : []),
  ];
}

function findingLine({ tool, line, column, code, message }: Diagnostic, paint: Paint): string {
  const place = [line, column].filter((part) => part !== null).join(':');
  const name = plain(code === null ? tool : `${tool} ${code}`);
  return `    ${paint('place', place.padStart(7))}  ${plain(message)}  ${paint('quiet', name)}`;
}

/** The first entries in their lines, and how many more there are. */
function listed<Item>(items: readonly Item[], describe: (item: Item) => string[]): string[] {
  const rest = items.length - MAX_LISTED;
  return [...items.slice(0, MAX_LISTED).flatMap(describe), ...(rest > 0 ? [`  … and ${rest} more`] : [])];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
