import type { CauseCategory, Severity } from '../../types.ts';
import type { Answer, Finding, Line, LineReader, Report } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

/** A form of one tool among several that share a matcher. */
export interface Form {
  /** Groups as those of `LinePattern`. */
  readonly expression: RegExp;
  /** Who writes so, where it is not the matcher's tool. */
  readonly tool?: string;
  readonly cause?: CauseCategory;
  /** Where the expression has no `severity`, or one whose words are the tool's own. */
  readonly severity?: Severity;
}

/** The letters by which compilers of IBM, PGI and makers of chips tell severities. */
const LETTERS: Readonly<Record<string, Severity>> = {
  F: 'error',
  E: 'error',
  S: 'error',
  U: 'error',
  C: 'error',
  W: 'warning',
  I: 'info',
  N: 'info',
  R: 'info',
};

/** Words for what the common scale does not know. */
const WORDS: readonly { expression: RegExp; severity: Severity }[] = [
  {
    expression:
      /^(?:critical warning|warn(?:ing)?\b|deprecation|severity-(?:medium|low)|caution|extension|questionable|obsolescent|deleted feature)/i,
    severity: 'warning',
  },
  { expression: /^(?:information|info|note|remark|comment|hint|ansi)/i, severity: 'info' },
];

/** Folds a compiler's word or letter for a severity. What is not known is an error. */
export function levelOf(word: string): Severity {
  if (word.length === 1) return LETTERS[word] ?? 'error';
  return WORDS.find(({ expression }) => expression.test(word))?.severity ?? 'error';
}

/** Applies the forms in order to a line; the first that fits tells. */
export function findingOfForms(forms: readonly Form[], line: Line): { finding: Finding; form: Form } | null {
  for (const form of forms) {
    const finding = findingOf(form, line);
    if (!finding) continue;
    const word = form.expression.exec(line.text)?.groups?.['severity'];
    const severity = form.severity ?? (word === undefined ? 'error' : levelOf(word));
    return { finding: { ...finding, severity, ...(form.tool === undefined ? {} : { tool: form.tool }) }, form };
  }
  return null;
}

/** A reader of findings of one line each, of what no other matcher has taken. */
export function readerOfForms(forms: readonly Form[]): LineReader {
  return {
    read(line: Line, report: Report): Answer {
      if (report.isClaimed(line.number)) return false;
      const found = findingOfForms(forms, line);
      if (!found) return null;
      report.diagnostic(found.finding, found.form.cause);
      return 'told';
    },
  };
}
