import { z } from 'zod';
import { readButton } from '../github/texts/approval.ts';
import type { Services } from '../healing/services.ts';
import { currentReceipt } from '../queue/receipt.ts';
import { saveExternalCheck } from '../store/books/external-checks.ts';
import { audit, type RepositoryEvent, requestReport } from './handler.ts';
import { readPayload } from './payloads.ts';
import { requestRecheck } from './recheck.ts';

const schema = z.object({
  check_run: z.object({
    name: z.string(),
    head_sha: z.string(),
    conclusion: z.string().nullish(),
    details_url: z.string().nullish(),
    html_url: z.string().nullish(),
    completed_at: z.string().nullish(),
    app: z.object({ id: z.number().int(), slug: z.string().nullish() }).nullish(),
    output: z.object({ title: z.string().nullish() }).nullish(),
  }),
  requested_action: z.object({ identifier: z.string() }).nullish(),
});

/** GitHub Actions' own check runs mirror jobs, which `workflow_run` and `workflow_job` tell better. */
const ACTIONS = 'github-actions';

/**
 * completed: the check of another app is recorded; one that failed is shown on the commit. Our own are ignored.
 * rerequested: the failed runs of the commit are diagnosed again, when it is our own check run.
 * requested_action: which button was pressed is written down, and the word is heard.
 */
export async function onCheckRun(services: Services, event: RepositoryEvent): Promise<void> {
  const { check_run: check, requested_action: pressed } = readPayload(schema, event.payload);
  const own = check.app?.id === services.github.appId;
  if (event.action === 'rerequested' && own) return requestRecheck(services, event, check.head_sha);
  if (event.action === 'requested_action' && own) {
    await audit(services, event, {
      action: 'check.button_pressed',
      subject: `commit:${check.head_sha}`,
      details: { button: pressed?.identifier ?? null },
    });
    return hearButton(services, event, check.head_sha, pressed?.identifier ?? '');
  }
  if (event.action !== 'completed' || own || check.app?.slug === ACTIONS) return;
  await saveExternalCheck(services.database, event.repository.id, {
    headSha: check.head_sha,
    kind: 'check_run',
    name: check.name,
    app: check.app?.slug ?? null,
    state: check.conclusion ?? 'unknown',
    url: check.details_url ?? check.html_url ?? null,
    summary: check.output?.title ?? null,
    updatedAt: check.completed_at ?? (currentReceipt() ?? services.now()).toISOString(),
  });
  await requestReport(services, event, check.head_sha);
}

/** Whether the person may say so is asked when it is carried out. */
async function hearButton(services: Services, event: RepositoryEvent, headSha: string, identifier: string): Promise<void> {
  if (event.installationId === null || readButton(identifier) === null) return;
  const { id: repositoryId } = event.repository;
  await services.queue.send('remedies', {
    data: { kind: 'press', installationId: event.installationId, repositoryId, headSha, identifier, author: event.sender },
    key: `press:${repositoryId}:${identifier}:${event.sender}`,
    repositoryId,
    priority: 20,
  });
}
