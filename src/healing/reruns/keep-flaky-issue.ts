import { createHash } from 'node:crypto';
import { findIssue, readIssue } from '../../github/reads.ts';
import { FLAKY_LABEL, flakyIssue, SETTLED_MARK } from '../../github/texts/flaky.ts';
import { createIssue, updateIssue } from '../../github/writes.ts';
import { isIgnoredJob, isIgnoredWorkflow } from '../../policy/checks.ts';
import type { JobData } from '../../queue/queues.ts';
import { record } from '../../store/audit.ts';
import { findFlakyTest, setFlakyIssue } from '../../store/incidents/flaky-tests.ts';
import { currentCorrelationId } from '../../telemetry/log.ts';
import { readPolicy } from '../repository-policy.ts';
import type { Services } from '../services.ts';
import { findTarget } from '../target.ts';

/** Keeps the one issue of a flaky test: made once, edited, closed when the test has behaved. */
export async function keepFlakyIssue(services: Services, job: Extract<JobData['remedies'], { kind: 'flaky' }>): Promise<void> {
  const target = await findTarget(services, job);
  const test = await findFlakyTest(services.database, job);
  const { config } = await readPolicy(target);
  if (!test || config.mode !== 'fix' || !config.flakyTests.issues) return;
  if (isIgnoredWorkflow(config, test.workflowPath) || isIgnoredJob(config, test.jobName)) return;
  // 1 The issue, also when an earlier attempt made it and died
  const marker = `<!-- regreen:flaky=${hashOf([test.workflowPath, test.jobName, test.test])} -->`;
  const found =
    test.issueNumber === null ? await findIssue(target.at, FLAKY_LABEL, marker) : await readIssue(target.at, test.issueNumber);
  const { title, body } = flakyIssue(test, marker);
  if (!found) {
    if (test.state !== 'flaky') return;
    const number = await createIssue(target.at, { title, body, labels: [FLAKY_LABEL] });
    await setFlakyIssue(services.database, test, number);
    return record(services.database, {
      actor: 'regreen',
      action: 'flaky.reported',
      subject: `issue:${number}`,
      repositoryId: test.repositoryId,
      correlationId: currentCorrelationId() ?? null,
      details: { test: test.test, job: test.jobName },
    });
  }
  if (test.issueNumber === null) await setFlakyIssue(services.database, test, found.number);
  // 2 What it says. One that a person has closed stays closed; one that we closed is opened when it flickers again.
  const ours = found.state === 'closed' && found.body.includes(SETTLED_MARK);
  const state = test.state === 'settled' ? 'closed' : ours && test.state === 'flaky' ? 'open' : found.state;
  if (found.body === body && found.state === state) return;
  await updateIssue(target.at, found.number, { title, body, state });
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
