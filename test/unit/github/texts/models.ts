import type { Diagnosis } from '../../../../src/diagnosis/types.ts';
import type { ReportModel } from '../../../../src/github/texts/report.ts';
import type { Approval } from '../../../../src/store/approvals/approvals.ts';
import type { StoredRun } from '../../../../src/store/books/runs.ts';
import type { Fix, HealedIncident } from '../../../../src/store/fixes/fixes.ts';
import type { StoredDiagnosis } from '../../../../src/store/incidents/diagnoses.ts';
import type { Incident } from '../../../../src/store/incidents/incidents.ts';

const AT = new Date('2026-11-20T10:00:00Z');

/** What the analyser says of a build that `prettier --check` has ended. */
export function aDiagnosis(change: Partial<Diagnosis> = {}): Diagnosis {
  return {
    format: 'github-actions',
    lines: 40,
    failedSteps: [{ name: 'npx prettier --check .', startLine: 20, endLine: 40, exitCode: 1 }],
    excerpts: [{ startLine: 30, endLine: 33, score: 0.9 }],
    diagnostics: [aDiagnostic()],
    tests: null,
    cause: { category: 'formatting', confidence: 0.97, evidence: [31] },
    fingerprint: 'c0ffee0123456789',
    ...change,
  };
}

export function aDiagnostic(change: Partial<Diagnosis['diagnostics'][number]> = {}): Diagnosis['diagnostics'][number] {
  return {
    tool: 'prettier',
    path: 'src/cart.ts',
    line: null,
    column: null,
    endLine: null,
    endColumn: null,
    severity: 'error',
    code: null,
    message: 'Code style issues found.',
    logLine: 31,
    ...change,
  };
}

export function aStoredDiagnosis(change: Partial<StoredDiagnosis> = {}): StoredDiagnosis {
  return {
    id: '00000000-0000-4000-8000-000000000001',
    incidentId: '00000000-0000-4000-8000-00000000000a',
    runId: 7,
    runAttempt: 1,
    runUrl: 'https://github.com/octo/shop/actions/runs/7',
    workflowName: 'CI',
    workflowPath: '.github/workflows/ci.yml',
    jobId: 70,
    jobName: 'format',
    headSha: 'a'.repeat(40),
    fingerprint: 'c0ffee0123456789',
    cause: 'formatting',
    confidence: 0.97,
    diagnosis: aDiagnosis(),
    printedDiffs: [],
    excerpt: 'Checking formatting...\n[warn] src/cart.ts\n[error] Code style issues found.\n',
    decision: {
      mode: 'fix',
      remedies: [
        { remedy: 'annotate', verdict: 'allowed', reason: 'The mode is fix.', rule: 'mode', source: 'mode' },
        {
          remedy: 'fix',
          verdict: 'allowed',
          reason: 'The mode is fix, and prettier can fix this.',
          rule: 'mode',
          source: 'mode',
        },
      ],
    },
    verdict: { kind: 'change', evidence: ['The same job is green on the base.'] },
    createdAt: AT,
    ...change,
  };
}

export function aRun(change: Partial<StoredRun> = {}): StoredRun {
  return {
    id: 7,
    attempt: 1,
    workflowPath: '.github/workflows/ci.yml',
    workflowName: 'CI',
    event: 'pull_request',
    status: 'completed',
    conclusion: 'failure',
    headSha: 'a'.repeat(40),
    headBranch: 'cart',
    headRepository: 'octo/shop',
    pullRequestNumber: 12,
    url: 'https://github.com/octo/shop/actions/runs/7',
    ...change,
  };
}

export function anIncident(change: Partial<Incident> = {}): Incident {
  return {
    id: '00000000-0000-4000-8000-00000000000a',
    repositoryId: 1,
    headRepository: 'octo/shop',
    branch: 'cart',
    pullRequestNumber: 12,
    workflowPath: '.github/workflows/ci.yml',
    fingerprint: 'c0ffee0123456789',
    cause: 'formatting',
    status: 'open',
    failures: 1,
    openedAt: AT,
    closedReason: null,
    fixedBy: null,
    ...change,
  };
}

export function aHealedIncident(change: Partial<HealedIncident> = {}): HealedIncident {
  return {
    incidentId: '00000000-0000-4000-8000-00000000000a',
    workflowPath: '.github/workflows/ci.yml',
    fingerprint: 'c0ffee0123456789',
    jobs: ['format'],
    ...change,
  };
}

export function aFix(change: Partial<Fix> = {}): Fix {
  return {
    id: '00000000-0000-4000-8000-0000000000f1',
    incidentId: '00000000-0000-4000-8000-00000000000a',
    repositoryId: 1,
    attempt: 1,
    fixer: 'prettier',
    fixerVersion: '3.10.1',
    state: 'planned',
    outcome: null,
    reason: null,
    workflowPath: '.github/workflows/ci.yml',
    baseBranch: 'cart',
    baseSha: 'a'.repeat(40),
    parentSha: 'a'.repeat(40),
    branch: 'regreen/ci-c0ffee012345-pr12-0000',
    targetBranch: 'cart',
    courseNote: null,
    delivery: 'pull-request',
    commitSha: null,
    committedAt: null,
    pullRequestNumber: null,
    patch: '',
    patchHash: '',
    paths: ['src/cart.ts'],
    changes: [{ fixer: 'prettier', tool: 'prettier', version: '3.10.1', paths: ['src/cart.ts'] }],
    heals: [aHealedIncident()],
    verifiedByRun: null,
    stalledReason: null,
    correlationId: 'guid',
    createdAt: AT,
    ...change,
  };
}

export function anApproval(change: Partial<Approval> = {}): Approval {
  return {
    id: '00000000-0000-4000-8000-0000000000a1',
    repositoryId: 1,
    incidentId: '00000000-0000-4000-8000-00000000000a',
    remedy: 'fix',
    branch: 'feature',
    headSha: 'a'.repeat(40),
    runId: null,
    runAttempt: null,
    state: 'pending',
    patch: '--- a/src/cart.ts\n+++ b/src/cart.ts\n@@ -1 +1 @@\n-a\n+b\n',
    patchHash: 'hash',
    fixers: ['prettier'],
    reason: 'regreen.yml asks.',
    askedBy: null,
    askedAt: new Date('2026-11-20T10:00:00Z'),
    expiresAt: new Date('2026-11-27T10:00:00Z'),
    decidedAt: null,
    decidedBy: null,
    decidedFrom: null,
    decisionReason: null,
    refused: null,
    ...change,
  };
}

/** A commit on which one job has failed, and nothing was done yet. */
export function aReport(change: Partial<ReportModel> = {}): ReportModel {
  return {
    diagnoses: [aStoredDiagnosis()],
    runs: [aRun()],
    unread: [],
    fixes: [],
    externalFailures: [],
    reruns: [],
    approvals: [],
    declines: [],
    stop: null,
    ...change,
  };
}
