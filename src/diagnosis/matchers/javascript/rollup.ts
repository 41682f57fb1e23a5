import type { Finding, LineReader, Matcher } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

const ROLLUP = /^\[!\] (?:\((?:plugin )?[^)]{1,100}\) )?\w{0,40}Error: (?<message>\S.*)$/;
const VITE = /^error during build:$/;
const CONFIGURATION = /^(?:failed to load config from|.{0,40}config file)/i;
/** Vite tells it above `error during build:`; what follows is whatever the configuration threw. */
const NOT_CONFIGURED = /^failed to load config from /;
/** What bundlers put before the message: the error's class, the plugin, the place. */
const ERROR_CLASS = /^(?:\[[\w:-]{1,60}\]:? |\w{0,40}Error: ){1,3}/;
const PLACE_FIRST = /^(?<path>[^\s(][^()]{0,500}) \((?<line>\d{1,7}):(?<column>\d{1,7})\): (?<message>.*)$/;
const PLACE =
  /^(?:file: |File: )?(?<path>[^\s(:][^():]{0,500}\.\w{1,8})(?: \((?<line>\d{1,7}):(?<column>\d{1,7})\)|:(?<line2>\d{1,7}):(?<column2>\d{1,7}))?$/;
const FROM = / from "(?<path>[^"]{1,500})"/;

/** Lines below an error in which its place is looked for. */
const MAX_PLACE_LINES = 4;

/** rollup: `[!] RollupError: message`, then the place. */
export const rollup: Matcher = {
  id: 'rollup',
  tool: 'rollup',
  cause: 'compile-error',
  hints: ['[!] '],
  createReader: () => createBundleReader((text) => ROLLUP.exec(text)?.groups?.['message'] ?? null),
};

/** vite: `error during build:`, then the message and the place. */
export const vite: Matcher = {
  id: 'vite',
  tool: 'vite',
  cause: 'compile-error',
  hints: ['error during build:'],
  createReader: () => createBundleReader((text) => (VITE.test(text) ? '' : null)),
};

/** @param messageOf the message on a line that begins an error; empty when it stands on the next line. */
function createBundleReader(messageOf: (text: string) => string | null): LineReader {
  let open: Finding | null = null;
  let startLine = 0;
  let isOfConfiguration = false;
  return {
    read(line, report) {
      const message = messageOf(line.text);
      if (message !== null) {
        if (open && open.message !== '') report.diagnostic(open);
        open = messageFinding(message, line.number);
        startLine = line.number;
        isOfConfiguration = NOT_CONFIGURED.test(report.previous(1)?.text ?? '');
        return true;
      }
      if (!open) return null;
      if (open.message === '') {
        open = messageFinding(line.text, line.number);
        return true;
      }
      const place = PLACE.exec(line.text)?.groups;
      if (!place && line.number - startLine < MAX_PLACE_LINES && !/^\s+at /.test(line.text)) return true;
      const isConfiguration = isOfConfiguration || CONFIGURATION.test(open.message);
      report.diagnostic(withPlace(open, place), isConfiguration ? 'build-config' : undefined);
      report.highlight(startLine, place ? line.number : open.logLine, 0.85);
      open = null;
      return false;
    },
    finish(report) {
      if (open && open.message !== '') report.diagnostic(withPlace(open, undefined));
    },
  };
}

function messageFinding(text: string, logLine: number): Finding {
  const message = text.replace(ERROR_CLASS, '');
  const first = PLACE_FIRST.exec(message)?.groups;
  if (!first) return { message, logLine };
  return {
    path: first['path'] ?? null,
    line: numberOf(first['line']),
    column: fromOne(first['column']),
    message: first['message'] ?? '',
    logLine,
  };
}

function withPlace(finding: Finding, place: Record<string, string | undefined> | undefined): Finding {
  const path = finding.path ?? place?.['path'] ?? FROM.exec(finding.message)?.groups?.['path'] ?? null;
  return {
    ...finding,
    path,
    line: finding.line ?? numberOf(place?.['line'] ?? place?.['line2']),
    column: finding.column ?? fromOne(place?.['column'] ?? place?.['column2']),
  };
}

/** rollup counts columns from 0. */
function fromOne(text: string | undefined): number | null {
  const column = numberOf(text);
  return column === null ? null : column + 1;
}
