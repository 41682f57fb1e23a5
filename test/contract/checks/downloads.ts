import type { Exchange } from '../recording/recorder.ts';
import type { Findings } from '../report.ts';

/** Each line begins with a time. Source: https://docs.github.com/en/actions/how-tos/monitor-workflows/use-workflow-run-logs */
const LOG_LINE = /^\uFEFF?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z /;

/** Holds a log against the form in which GitHub's runner writes logs, and an archive of logs against that of zip files. */
export function checkDownload({ status, contentType, body }: Exchange, index: number): [string, Findings] {
  const name = `${index + 1}: ${contentType}`;
  if (status !== 200 || typeof body !== 'string') return [name, [`was answered with ${status} and without a text`]];
  if (contentType === 'application/zip') return [name, body.startsWith('PK') ? [] : ['is not a zip file']];
  const lines = body.replace(/\n$/, '').split('\n');
  return [name, lines.filter((line) => !LOG_LINE.test(line)).map((line) => `has a line without a time: ${line.slice(0, 80)}`)];
}
