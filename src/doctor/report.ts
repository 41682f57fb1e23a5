import { z } from 'zod';
import { plain } from '../cli/plain-text.ts';
import { FINDING_CODES } from './catalogue.ts';
import type { DoctorReport, Finding } from './types.ts';

/** What `regreen doctor --json` prints; schema/doctor.schema.json is made of it. */
export const doctorReportSchema = z.strictObject({
  status: z.enum(['ok', 'warnings', 'errors']).describe('errors: Regreen or a part of it does not work; exit status 0, 1, 2.'),
  checkedAt: z.iso.datetime(),
  version: z.string().describe("This program's."),
  checks: z.array(
    z.strictObject({
      name: z.string(),
      status: z.enum(['ok', 'warning', 'error', 'skipped']),
      summary: z.string().describe('How things are, in a sentence.'),
    }),
  ),
  findings: z.array(
    z.strictObject({
      code: z.enum(FINDING_CODES).describe('docs/troubleshooting.md has each.'),
      severity: z.enum(['error', 'warning']),
      what: z.string().describe('What was found, in this case.'),
      why: z.string().describe('What comes of it.'),
      remedy: z.string().describe('What a person does about it.'),
      url: z.string().nullable().describe('The page on which it is done.'),
    }),
  ),
});

export function toJson(report: DoctorReport): string {
  return JSON.stringify({ ...report, checkedAt: report.checkedAt.toISOString() }, null, 2);
}

const MARKS = { ok: 'ok     ', warning: 'warning', error: 'ERROR  ', skipped: 'skipped' } as const;

/** The same for people. What others wrote, such as names, is made harmless for a terminal. */
export function toText({ status, checks, findings }: DoctorReport): string {
  const lines = checks.map((check) => `${MARKS[check.status]}  ${check.name.padEnd(14)} ${plain(check.summary)}`);
  for (const finding of findings) lines.push('', ...findingLines(finding));
  const count = `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`;
  return [...lines, '', status === 'ok' ? 'All is well.' : `${count}; docs/troubleshooting.md says more about each code.`].join(
    '\n',
  );
}

function findingLines({ code, severity, what, why, remedy, url }: Finding): string[] {
  return [
    `${severity === 'error' ? 'ERROR' : 'warning'} ${code}: ${plain(what)}`,
    `  ${why}`,
    `  Remedy: ${remedy}`,
    ...(url === null ? [] : [`  Where:  ${plain(url)}`]),
  ];
}
