import type { Answer, Line, LineReader, Matcher, Report } from '../matcher.ts';
import { findingOf, firstFindingOf, numberOf, severityOf } from '../matcher.ts';

const SPHINX_PLACE =
  /^(?:[a-z ]{1,40}\.{3} )?(?<path>(?:[A-Za-z]:)?[^\s:][^:]*\.(?:rst|md|txt|py|ipynb|pyi|pyx|inc|tex)(?::docstring of [\w.]+)?)(?::(?<line>\d{1,9}))?:(?:<autosummary>:\d+:)? (?<severity>WARNING|ERROR|SEVERE|CRITICAL): (?<message>.*?)(?: \[(?<code>[a-z][\w.-]*)\])?$/;
const SPHINX_PLAIN =
  /^(?<severity>WARNING|ERROR): (?<message>(?:autodoc|autosummary|intersphinx|html_static_path|toctree|document|unknown|undefined|duplicate|failed to)\b.*?)(?: \[(?<code>[a-z][\w.-]*)\])?$/;
const SPHINX_LINK = /^\(\s*(?<document>[^\s)]+): line\s+(?<line>\d{1,9})\) broken\s+(?<message>\S.*)$/;
const SPHINX_OUTPUT_LINK =
  /^(?<path>[^\s:][^:]*\.\w{1,5}):(?<line>\d{1,9}): \[(?<code>broken|timeout|redirected [\w ]+)\] (?<message>.*)$/;
/** `-W` without `--keep-going`: the first warning, without its word. */
const SPHINX_STRICT = /^(?<path>(?:[A-Za-z]:)?[^\s:][^:]*\.\w{1,5})(?::(?<line>\d{1,9}))?:(?<message>\S.*)$/;
const SPHINX_FATAL =
  /^(?:Warning, treated as error|Extension error|Configuration error|Sphinx error|Theme error|Application error)(?: \([\w.]+\))?:$/;

/** Sphinx: warnings with or without a place, its link checker, and errors that stop it, told on two lines. */
export const sphinx: Matcher = {
  id: 'sphinx',
  tool: 'sphinx',
  cause: 'build-config',
  hints: [
    ': WARNING: ',
    ': ERROR: ',
    ': SEVERE: ',
    ': CRITICAL: ',
    'warning: autodoc',
    'warning: autosummary',
    'warning: html_static_path',
    'warning, treated as error:',
    'extension error',
    'configuration error:',
    'sphinx error:',
    'theme error:',
    ') broken ',
    ': [broken] ',
    ': [timeout] ',
    ': [redirected ',
  ],
  createReader: createSphinxReader,
};

function createSphinxReader(): LineReader {
  let isFatal = false;
  return {
    read(line, report) {
      if (isFatal) {
        isFatal = false;
        const finding = findingOf({ expression: SPHINX_STRICT }, line) ?? { message: line.text.trim(), logLine: line.number };
        if (finding.message !== '') report.diagnostic(finding);
        return false;
      }
      isFatal = SPHINX_FATAL.test(line.text);
      if (isFatal) return true;
      const groups = SPHINX_PLACE.exec(line.text)?.groups ?? SPHINX_PLAIN.exec(line.text)?.groups;
      const link = groups ? undefined : (SPHINX_LINK.exec(line.text)?.groups ?? SPHINX_OUTPUT_LINK.exec(line.text)?.groups);
      const found = groups ?? link;
      if (!found) return null;
      const code = found['code'] ?? (link ? 'broken' : null);
      report.diagnostic({
        path: found['path'] ?? found['document'] ?? null,
        line: numberOf(found['line']),
        severity: link ? (code === 'broken' ? 'error' : 'warning') : severityOf(found['severity'] ?? 'error'),
        code,
        message: found['message'] ?? '',
        logLine: line.number,
      });
      return 'told';
    },
  };
}

/** codespell: the word, and what it may be. */
export const codespell: Matcher = {
  id: 'codespell',
  tool: 'codespell',
  cause: 'lint',
  hints: [' ==> '],
  patterns: [{ expression: /^(?:\.[\\/])?(?<path>[^\s:][^:]*):(?<line>\d{1,9}): (?<message>\S{1,200} ==> \S.*)$/ }],
};

const YAML_ENTRY =
  /^ {2}(?<line>\d{1,9}):(?<column>\d{1,9}) {2,}(?<severity>error|warning) {2,}(?<message>\S.*?)(?: {1,2}\((?<code>[a-z][a-z-]*)\))?$/;
const YAML_PARSABLE = {
  expression:
    /^(?<path>(?:[A-Za-z]:)?[^\s:][^:]*):(?<line>\d{1,9}):(?<column>\d{1,9}): \[(?<severity>error|warning)\] (?<message>.*?)(?: \((?<code>[a-z][a-z-]*)\))?$/,
} as const;

/** yamllint: in its standard form a path, and under it the problems; or one line each. */
export const yamllint: Matcher = {
  id: 'yamllint',
  tool: 'yamllint',
  cause: 'lint',
  hints: [': [error] ', ': [warning] ', '  error    ', '  warning  '],
  createReader: createYamllintReader,
};

function createYamllintReader(): LineReader {
  let path: string | null = null;
  let lastLine = 0;
  return {
    read(line, report) {
      if (!line.text.startsWith('  ')) {
        const parsable = findingOf(YAML_PARSABLE, line);
        if (parsable) report.diagnostic(parsable);
        return parsable ? 'told' : null;
      }
      // Other linters' lists look alike.
      if (report.isClaimed(line.number)) return false;
      const groups = YAML_ENTRY.exec(line.text)?.groups;
      if (!groups) return null;
      if (lastLine !== line.number - 1)
        path = /^\S.*\.(?:ya?ml|yamllint)$|^stdin$/.exec(report.previous(1)?.text ?? '')?.[0] ?? null;
      if (path === null) return false;
      lastLine = line.number;
      report.diagnostic({
        path,
        line: numberOf(groups['line']),
        column: numberOf(groups['column']),
        severity: severityOf(groups['severity'] ?? 'error'),
        code: groups['code'] ?? null,
        message: groups['message'] ?? '',
        logLine: line.number,
      });
      return false;
    },
  };
}

const RULE = String.raw`[a-z][a-z0-9-]*(?:\[[\w./ -]+\])?`;
const ANSIBLE_FULL = new RegExp(String.raw`^(?:\[?(?<code>${RULE}|E?\d{3})\]?:?) (?<message>\S.*)$`);
const ANSIBLE_PLACE = /^(?<path>[^\s:][^:]*\.(?:ya?ml|j2)):(?<line>\d{1,9})(?::(?<column>\d{1,9}))?(?: .*)?$/;
const ANSIBLE_FORMS = [
  {
    expression: new RegExp(
      String.raw`^(?<path>[^\s:][^:]*\.ya?ml):(?<line>\d{1,9})(?::(?<column>\d{1,9}))?: (?<code>${RULE}): (?<message>\S.*?)(?: \(warning\))?$`,
    ),
  },
  { expression: /^(?<path>[^\s:][^:]*\.ya?ml):(?<line>\d{1,9}): \[(?<code>E?\d{3})\] (?<message>.*)$/ },
] as const;

/** ansible-lint: rule and message on one line and the place on the next, or all on one. */
export const ansibleLint: Matcher = {
  id: 'ansible-lint',
  tool: 'ansible-lint',
  cause: 'lint',
  hints: ['.yml:', '.yaml:', '.j2:'],
  createReader: createAnsibleLintReader,
};

function createAnsibleLintReader(): LineReader {
  return {
    read(line, report) {
      const place = ANSIBLE_PLACE.exec(line.text)?.groups;
      if (!place) return readSingle(line, report);
      const above = report.previous(1);
      const groups = above ? ANSIBLE_FULL.exec(above.text)?.groups : undefined;
      // A message of several words under a blank line or the heading: else any word before any place would do.
      const before = groups ? (report.previous(2)?.text ?? '') : null;
      if (!above || !groups || before === null || !isStart(before, above.text)) return false;
      report.diagnostic({
        path: place['path'] ?? null,
        line: numberOf(place['line']),
        column: numberOf(place['column']),
        code: groups['code'] ?? null,
        message: groups['message'] ?? '',
        logLine: above.number,
      });
      return false;
    },
  };
}

/** Reads a line that says all by itself. */
function readSingle(line: Line, report: Report): Answer {
  const finding = firstFindingOf(ANSIBLE_FORMS, line);
  if (!finding) return null;
  report.diagnostic(finding);
  return 'told';
}

function isStart(before: string, title: string): boolean {
  return /^[a-z][a-z0-9-]*(?:\[[^\]]+\])?: |^\[?E?\d{3}\]? /.test(title) && (before === '' || /violation\(s\)/.test(before));
}
