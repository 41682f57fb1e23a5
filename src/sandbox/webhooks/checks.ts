import { checkRunPayload, checkSuitePayload, simpleCheckSuite, statusPayload } from '../payloads/check.ts';
import { commitPayload } from '../payloads/commit.ts';
import type { Hook } from '../payloads/schemas.ts';
import type { Platform } from '../platform.ts';
import type { Account, CheckRun, CheckSuite, CommitStatus, Repository } from '../state/model.ts';
import { type Envelope, tell } from './envelope.ts';

type CheckRunFields = Envelope & { check_run: Awaited<ReturnType<typeof hookCheckRun>> };

const CHECK_RUN_EVENTS = {
  created: (fields: CheckRunFields): Hook['webhook-check-run-created'] => ({ ...fields, action: 'created' }),
  completed: (fields: CheckRunFields): Hook['webhook-check-run-completed'] => ({ ...fields, action: 'completed' }),
  rerequested: (fields: CheckRunFields): Hook['webhook-check-run-rerequested'] => ({ ...fields, action: 'rerequested' }),
};

export function tellCheckRun(
  platform: Platform,
  repository: Repository,
  run: CheckRun,
  action: keyof typeof CHECK_RUN_EVENTS,
  sender: Account,
): Promise<void> {
  // Source: https://docs.github.com/en/webhooks/webhook-events-and-payloads#check_run: `rerequested` needs write access
  const addressed = action === 'rerequested' ? { addressed: { checks: 'write' as const } } : {};
  return tell(platform, { event: 'check_run', repository, sender, ...addressed }, async (common) =>
    CHECK_RUN_EVENTS[action]({ ...common, check_run: await hookCheckRun(platform, repository, run) }),
  );
}

/** Somebody pressed one of the check run's buttons. */
export function tellRequestedAction(
  platform: Platform,
  repository: Repository,
  run: CheckRun,
  identifier: string,
  sender: Account,
) {
  return tell<Hook['webhook-check-run-requested-action']>(
    platform,
    { event: 'check_run', repository, sender, addressed: { checks: 'write' } },
    async (common) => ({
      ...common,
      action: 'requested_action',
      check_run: await hookCheckRun(platform, repository, run),
      requested_action: { identifier },
    }),
  );
}

async function hookCheckRun(platform: Platform, repository: Repository, run: CheckRun) {
  return { ...checkRunPayload(platform, repository, run), check_suite: await simpleCheckSuite(platform, repository, run.suite) };
}

/** Suites in webhooks lack the repository, which stands beside them. */
async function hookCheckSuite(platform: Platform, repository: Repository, suite: CheckSuite) {
  const { repository: _repository, ...payload } = await checkSuitePayload(platform, repository, suite);
  return payload;
}

type SuiteFields = Envelope & { check_suite: Awaited<ReturnType<typeof hookCheckSuite>> };

const SUITE_EVENTS = {
  requested: (fields: SuiteFields): Hook['webhook-check-suite-requested'] => ({
    ...fields,
    action: 'requested',
    check_suite: { ...fields.check_suite, conclusion: null },
  }),
  rerequested: (fields: SuiteFields): Hook['webhook-check-suite-rerequested'] => ({
    ...fields,
    action: 'rerequested',
    check_suite: { ...fields.check_suite, conclusion: null },
  }),
  completed: (fields: SuiteFields): Hook['webhook-check-suite-completed'] => ({ ...fields, action: 'completed' }),
};

export function tellSuite(
  platform: Platform,
  repository: Repository,
  suite: CheckSuite,
  action: keyof typeof SUITE_EVENTS,
  sender: Account,
): Promise<void> {
  const addressed = action === 'completed' ? {} : { addressed: { checks: 'write' as const } };
  return tell(platform, { event: 'check_suite', repository, sender, ...addressed }, async (common) =>
    SUITE_EVENTS[action]({ ...common, check_suite: await hookCheckSuite(platform, repository, suite) }),
  );
}

export function tellStatus(platform: Platform, repository: Repository, status: CommitStatus): Promise<void> {
  return tell<Hook['webhook-status']>(platform, { event: 'status', repository, sender: status.creator }, async (common) => {
    const commit = await repository.git.commit(status.sha);
    if (!commit) throw new Error(`no commit ${status.sha}`);
    const payload = statusPayload(platform, repository, status);
    const branches = repository.git.listRefs('refs/heads/').filter(([, sha]) => sha === status.sha);
    const url = platform.urls.repository(repository);
    return {
      ...common,
      id: status.id,
      sha: status.sha,
      name: common.repository.full_name,
      avatar_url: payload.avatar_url,
      target_url: status.targetUrl,
      context: status.context,
      description: status.description,
      state: status.state,
      commit: commitPayload(platform, repository, commit),
      branches: branches.map(([ref, sha]) => ({
        name: ref.slice('refs/heads/'.length),
        commit: { sha, url: `${url}/commits/${sha}` },
        protected: false,
      })),
      created_at: payload.created_at,
      updated_at: payload.updated_at,
    };
  });
}
