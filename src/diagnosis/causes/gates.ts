import { type CauseRule, causeRule } from './cause-rule.ts';

/** Limits that a project has set itself: coverage, vulnerabilities, licences, size. */
export const GATES: readonly CauseRule[] = [
  causeRule({
    category: 'quality-gate',
    confidence: 0.9,
    rows: [
      ['Jest, Vitest', 'coverage threshold for'],
      ['pytest-cov', 'required test coverage', /Required test coverage of [\d.]+% not reached/],
      ['coverage.py', 'coverage failure'],
      ['coverage.py', 'fail-under', /less than fail.under|fail.under.*coverage/],
      ['nyc, Vitest', 'coverage for ', /Coverage for \w+ \([\d.]+%\) does not meet/],
      ['JaCoCo', 'coverage checks have not been met'],
      ['JaCoCo', 'rule violated for ', /Rule violated for (?:bundle|package|class|method)/],
      ['SimpleCov', 'below the expected minimum coverage'],
      ['all', 'below minimum', /coverage .{0,40}below minimum/],
      ['all', 'below the ', /coverage .{0,40}below the (?:minimum|threshold|required)/],
      ['all', 'below threshold', /coverage .{0,40}below threshold/],
      ['SonarQube', 'quality gate', /quality gate (?:failed|has failed|status: (?:failed|error))/],
      ['npm audit', '# npm audit report', /^# npm audit report$/],
      ['npm audit', ' scanned packages', /^found [1-9]\d* vulnerabilit(?:y|ies) .* scanned packages/],
      ['npm audit', 'vulnerabilit', /^[1-9]\d* vulnerabilities found|error: [1-9]\d* vulnerabilit\w* found/],
      ['pip-audit', 'known vulnerabilit', /Found [1-9]\d* known vulnerabilit/],
      ['govulncheck', 'your code is affected by ', /Your code is affected by [1-9]\d* vulnerabilit/],
      ['composer audit', ' advisor', /Found [1-9]\d* security vulnerability advisor|\b[1-9]\d* (?:advisory|advisories) found/],
      ['Snyk', 'vulnerable paths', /found [1-9]\d* issues?, [1-9]\d* vulnerable paths?/],
      ['OWASP', 'cvss score greater than or equal to'],
      ['OWASP', 'dependencies were identified with vulnerabilities that have'],
      ['.NET', 'has the following vulnerable packages'],
      ['dependency-review', 'dependency review detected', /Dependency review detected (?:vulnerable|incompatible)/],
      ['dependency-review', 'incompatible licenses'],
      ['cargo-deny', 'error[', /^error\[(?:vulnerability|rejected|banned|unlicensed)\]: /],
      ['size-limit', 'size limit has', /package size limit has exceeded|size limit has (?:been )?exceeded/],
      ['Angular', 'exceeded maximum budget'],
      ['Stryker', 'mutation score', /mutation score .{0,60}(?:below|under) /],
      ['benchmark', '# performance alert #'],
      ['gitleaks', 'leaks found: ', /leaks found: [1-9]/],
    ],
  }),
  // An installation sums vulnerabilities up in the same words as an audit, and goes on.
  causeRule({
    category: 'quality-gate',
    confidence: 0.56,
    isSummary: true,
    rows: [
      ['npm audit', ' severity vulnerabilit', /^(?:# )?[1-9]\d* (?:low|moderate|high|critical) severity vulnerabilit/],
      ['npm audit', 'vulnerabilit', /\b[1-9]\d* vulnerabilit(?:y|ies) \(/],
    ],
  }),
];
