import type { Severity } from '../../types.ts';
import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { findingOf, numberOf } from '../matcher.ts';

const CFN_TITLE = /^(?<code>[EWI]\d{4}):? (?<message>\S.*)$/;
const CFN_PLACE = /^(?<path>[^\s:][^:]{0,400}):(?<line>\d{1,7}):(?<column>\d{1,7})$/;
const CFN_PARSABLE = {
  expression:
    /^(?<path>[^\s:][^:]{0,400}):(?<line>\d{1,7}):(?<column>\d{1,7}):(?<endLine>\d{1,7}):(?<endColumn>\d{1,7}):(?<code>[EWI]\d{4}):(?<message>\S.*)$/,
} as const;
const CFN_SEVERITIES: Readonly<Record<string, Severity>> = { W: 'warning', I: 'info' };

/** cfn-lint: rule and message, and the place on the next line; or all on one line (`--format parseable`). */
export const cfnLint: Matcher = {
  id: 'cfn-lint',
  tool: 'cfn-lint',
  cause: 'lint',
  hints: ['.yaml:', '.yml:', '.json:', '.template:'],
  createReader: createCfnReader,
};

function createCfnReader(): LineReader {
  const severity = (code: string | null | undefined) => CFN_SEVERITIES[code?.charAt(0) ?? ''] ?? 'error';
  return {
    read(line, report) {
      const place = CFN_PLACE.exec(line.text)?.groups;
      if (!place) {
        const parsable = findingOf(CFN_PARSABLE, line);
        if (!parsable) return null;
        report.diagnostic({ ...parsable, severity: severity(parsable.code) });
        return 'told';
      }
      const above = report.previous(1);
      const title = above ? CFN_TITLE.exec(above.text)?.groups : undefined;
      if (!above || !title) return false;
      report.diagnostic({
        path: place['path'] ?? null,
        line: numberOf(place['line']),
        column: numberOf(place['column']),
        severity: severity(title['code']),
        code: title['code'] ?? null,
        message: title['message'] ?? '',
        logLine: above.number,
      });
      return false;
    },
  };
}

const CHECK = /^Check: (?:(?<code>CKV\w{0,60}): )?"(?<message>[^"]{1,1000})"$/;
const FAILED = /^\s+FAILED for resource: (?<resource>\S.*)$/;
const FILE = /^\s+File: \/?(?<path>\S.*?):(?<line>\d{1,7})-(?<endLine>\d{1,7})$/;

/** Checkov: `Check: CKV_AWS_20: "…"`, `FAILED for resource: …` and `File: /main.tf:1-10`, in three lines. */
export const checkov: Matcher = {
  id: 'checkov',
  tool: 'checkov',
  cause: 'lint',
  hints: ['file: /'],
  createReader: () => ({ read: readCheckov }),
};

function readCheckov(line: Line, report: Report): boolean | null {
  const file = FILE.exec(line.text)?.groups;
  if (!file) return null;
  const resource = FAILED.exec(report.previous(1)?.text ?? '')?.groups?.['resource'];
  const above = report.previous(2);
  const check = resource !== undefined && above ? CHECK.exec(above.text)?.groups : undefined;
  if (!above || !check) return false;
  report.diagnostic({
    path: file['path'] ?? null,
    line: numberOf(file['line']),
    endLine: numberOf(file['endLine']),
    code: check['code'] ?? null,
    message: `${check['message']} (${resource})`,
    logLine: above.number,
  });
  report.highlight(above.number, line.number, 0.7);
  return false;
}

/** KubeLinter: `pod.yaml: (object: default/shop /v1, Kind=Pod) message (check: run-as-non-root, remediation: …)`. */
export const kubeLinter: Matcher = {
  id: 'kube-linter',
  tool: 'kube-linter',
  cause: 'lint',
  hints: [' (check: '],
  patterns: [
    {
      expression:
        /^(?<path>\S[^:]{0,400}): \(object: [^()]{1,400}\) (?<message>\S.*) \(check: (?<code>[a-z][\w-]*), remediation: .*\)$/,
    },
  ],
};

/** kubeval: `WARN - a.yaml contains an invalid Deployment (shop) - message`; kubeconform: `a.yaml - Deployment shop is invalid: message`. */
export const kubeval: Matcher = {
  id: 'kubeval',
  tool: 'kubeval',
  cause: 'lint',
  hints: [' contains an invalid ', ' is invalid: ', ' failed validation: '],
  createReader: () => ({
    read(line, report) {
      const old = findingOf(KUBEVAL, line);
      const finding = old ?? findingOf(KUBECONFORM, line);
      if (!finding) return null;
      report.diagnostic({ ...finding, tool: old ? 'kubeval' : 'kubeconform' });
      return 'told';
    },
  }),
};
const KUBEVAL = { expression: /^(?:WARN|ERR {0,2}) - +(?<path>\S.{0,400}?) contains an invalid (?<message>\S.*)$/ } as const;
const KUBECONFORM = {
  expression:
    /^(?<path>\S[^:]{0,400}?\.(?:ya?ml|json)) - (?<message>(?:[A-Z]\w{1,80} \S{1,300} (?:is invalid|failed validation)|failed validation): \S.*)$/,
} as const;

/** Conftest: `FAIL - deployment.yaml - main - message`; first versions had no namespace. */
export const conftest: Matcher = {
  id: 'conftest',
  tool: 'conftest',
  cause: 'lint',
  hints: ['fail - ', 'warn - '],
  patterns: [
    { expression: /^FAIL - (?<path>\S{1,400}\.\w{1,10}) - (?:[a-z][\w.]{0,80} - )?(?<message>\S.*)$/ },
    {
      expression: /^WARN - (?<path>\S{1,400}\.\w{1,10}) - (?:[a-z][\w.]{0,80} - )?(?<message>\S.*)$/,
      severity: 'warning',
    },
  ],
};
