import type { FindingCode } from './catalogue.ts';

/** An error keeps Regreen, or a part of it, from working; a warning may. */
export type Severity = 'error' | 'warning';

/** Something that is wrong, and how it is mended. */
export interface Finding {
  code: FindingCode;
  severity: Severity;
  /** What was found, in this case: names, numbers. Never a secret. */
  what: string;
  /** What comes of it. */
  why: string;
  /** What a person does about it. */
  remedy: string;
  /** The page on which it is done; `null` where there is none. */
  url: string | null;
}

/** What one check has to say. */
export interface CheckAnswer {
  /** One sentence on how things are, also where nothing is wrong. */
  summary: string;
  findings: Finding[];
  /** It could not be looked at, for the reason in `summary`. */
  skipped?: boolean;
}

export type CheckStatus = 'ok' | Severity | 'skipped';

export interface CheckReport {
  name: string;
  status: CheckStatus;
  summary: string;
}

export interface DoctorReport {
  status: 'ok' | 'warnings' | 'errors';
  checkedAt: Date;
  version: string;
  checks: CheckReport[];
  findings: Finding[];
}
