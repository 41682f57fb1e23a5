import type { ExcerptLine } from '../diagnosis/analyzer.ts';
import type { Diagnosis, Diagnostic } from '../diagnosis/types.ts';

/** Findings that a report lists; the rest is counted. */
const MAX_LISTED = 10;

/** What a log holds besides text could move the cursor or recolour the terminal of the person who reads the report. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are taken out
const CONTROL_CHARACTERS = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/** A short report for a person. `texts` has the lines of each excerpt, best first. */
export function analysisReport(file: string, diagnosis: Diagnosis, texts: readonly (readonly ExcerptLine[])[]): string {
  const { cause, lines, format, failedSteps, diagnostics, tests, fingerprint } = diagnosis;
  const sections = [
    `${file}: ${cause.category}${cause.category === 'unknown' ? '' : ` (${Math.round(cause.confidence * 100)} % sure)`}`,
    `  ${lines} lines, ${format === 'plain' ? 'plain log' : 'GitHub Actions log'}, fingerprint ${fingerprint}`,
    ...failedSteps.map(
      (step) =>
        `  failed step: ${step.name} (lines ${step.startLine} to ${step.endLine}, exit code ${step.exitCode ?? 'not told'})`,
    ),
    ...listed(
      'failed tests',
      tests?.failed ?? [],
      ({ name, suite, file: path, line }) => `${[suite, name].filter(Boolean).join(' › ')}${at(path, line)}`,
    ),
    ...listed(
      'errors',
      diagnostics.filter(({ severity }) => severity === 'error'),
      diagnosticLine,
    ),
    ...texts
      .filter((lines) => lines.length > 0)
      .flatMap((lines, index) => [index === 0 ? '  what the log says:' : '        ...', ...lines.map(excerptLine)]),
  ];
  return `${sections.map((line) => line.replace(CONTROL_CHARACTERS, ' ')).join('\n')}\n\n`;
}

function listed<Item>(title: string, items: readonly Item[], describe: (item: Item) => string): string[] {
  if (items.length === 0) return [];
  const rest = items.length - MAX_LISTED;
  return [
    `  ${title}: ${items.length}`,
    ...items.slice(0, MAX_LISTED).map((item) => `    ${describe(item)}`),
    ...(rest > 0 ? [`    and ${rest} more`] : []),
  ];
}

function excerptLine({ line, text }: ExcerptLine): string {
  return `    ${String(line).padStart(6)} | ${text}`;
}

function diagnosticLine({ tool, path, line, column, code, message }: Diagnostic): string {
  const place = path === null ? '' : `${[path, line, column].filter((part) => part !== null).join(':')}: `;
  return `${place}${message}${code === null ? '' : ` [${code}]`} (${tool})`;
}

function at(path: string | null, line: number | null): string {
  return path === null ? '' : ` (${path}${line === null ? '' : `:${line}`})`;
}
