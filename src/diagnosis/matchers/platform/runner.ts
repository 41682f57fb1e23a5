import type { LineReader, Matcher } from '../matcher.ts';
import { numberOf, severityOf } from '../matcher.ts';

/** A step's exit says that something failed, never what. */
const EXIT =
  /^(?:Error: )?(?:Process completed with exit code \d+\.|(?:Action failed with ")?The process '.*' failed with exit code \d+|(?:Node|Docker) run failed with exit code \d+)/;

/** `##[error]` and `##[warning]` lines that no tool's matcher has made a diagnostic of. */
export const runner: Matcher = {
  id: 'runner',
  tool: 'runner',
  cause: null,
  hints: ['##[error]', '##[warning]'],
  createReader: createRunnerReader,
};

function createRunnerReader(): LineReader {
  return {
    read(line, report) {
      if (line.marker !== 'error' && line.marker !== 'warning') return null;
      const message = line.text.trim();
      if (message === '' || EXIT.test(message)) return null;
      if (report.isClaimed(line.number)) return false;
      report.diagnostic({ severity: line.marker, message, logLine: line.number });
      return false;
    },
  };
}

const COMMAND = /^::(?<severity>error|warning|notice)(?: (?<properties>[^:]*(?::(?!:)[^:]*)*))?::(?<message>.*)$/;

/** Workflow commands in their raw form: `::error file=app.js,line=1,col=5::Missing semicolon`. */
export const workflowCommand: Matcher = {
  id: 'workflow-command',
  tool: 'annotation',
  cause: null,
  hints: ['::error', '::warning', '::notice'],
  createReader: createWorkflowCommandReader,
};

function createWorkflowCommandReader(): LineReader {
  return {
    read(line, report) {
      const groups = COMMAND.exec(line.text.trimStart())?.groups;
      if (!groups) return null;
      const properties = propertiesOf(groups['properties'] ?? '');
      const title = properties.get('title');
      const message = unescaped(groups['message'] ?? '');
      report.diagnostic({
        path: properties.get('file') || null,
        line: numberOf(properties.get('line')),
        column: numberOf(properties.get('col')),
        endLine: numberOf(properties.get('endLine')),
        endColumn: numberOf(properties.get('endColumn')),
        severity: severityOf(groups['severity'] ?? 'error'),
        code: title || null,
        message: message || title || '',
        logLine: line.number,
      });
      return 'told';
    },
  };
}

function propertiesOf(text: string): Map<string, string> {
  const properties = new Map<string, string>();
  for (const pair of text.split(',')) {
    const at = pair.indexOf('=');
    if (at > 0) properties.set(pair.slice(0, at).trim(), unescaped(pair.slice(at + 1)));
  }
  return properties;
}

/** The escapes of the runner's command format (actions/toolkit, `command.ts`). */
function unescaped(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');
}
