import { iso, isoOrNull } from '../clock.ts';
import type { Platform } from '../platform.ts';
import { nodeId } from '../state/ids.ts';
import type { Annotation, CheckRun, CheckSuite, CommitStatus, Repository } from '../state/model.ts';
import { pullsAtHead } from '../state/state.ts';
import { checkOwnerPayload } from './app.ts';
import { simpleCommit } from './commit.ts';
import { minimalPull } from './pull-request.ts';
import { minimalRepository } from './repository.ts';
import type { Rest } from './schemas.ts';
import { userPayload } from './user.ts';

export function checkRunPayload(platform: Platform, repository: Repository, run: CheckRun) {
  const { urls } = platform;
  const url = `${urls.repository(repository)}/check-runs/${run.id}`;
  const page = `${urls.repositoryPage(repository)}/runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CR', run.id),
    head_sha: run.headSha,
    external_id: run.externalId ?? '',
    url,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    status: run.status,
    conclusion: run.conclusion,
    started_at: iso(run.startedAt),
    completed_at: isoOrNull(run.completedAt),
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suite.id },
    app: checkOwnerPayload(platform, run.suite.owner),
    pull_requests: pullsAtHead(repository, run.headSha).map((pull) => minimalPull(platform, repository, pull)),
  } satisfies Rest['check-run'];
}

export function annotationPayload(
  { urls }: Platform,
  repository: Repository,
  sha: string,
  annotation: Annotation,
): Rest['check-annotation'] {
  return {
    path: annotation.path,
    blob_href: `${urls.repositoryPage(repository)}/blob/${sha}/${annotation.path.split('/').map(encodeURIComponent).join('/')}`,
    start_line: annotation.startLine,
    start_column: annotation.startColumn,
    end_line: annotation.endLine,
    end_column: annotation.endColumn,
    annotation_level: annotation.level,
    title: annotation.title,
    message: annotation.message,
    raw_details: annotation.rawDetails,
  };
}

export async function checkSuitePayload(platform: Platform, repository: Repository, suite: CheckSuite) {
  const { urls } = platform;
  const url = `${urls.repository(repository)}/check-suites/${suite.id}`;
  const commit = await repository.git.commit(suite.headSha);
  if (!commit) throw new Error(`check suite ${suite.id} names a commit that is not there`);
  const runs = [...repository.checkRuns.values()].filter((run) => run.suite === suite);
  return {
    id: suite.id,
    node_id: nodeId('CS', suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    status: suite.status,
    conclusion: suite.conclusion,
    url,
    before: suite.before,
    after: suite.headSha,
    pull_requests: pullsAtHead(repository, suite.headSha).map((pull) => minimalPull(platform, repository, pull)),
    app: checkOwnerPayload(platform, suite.owner),
    created_at: iso(suite.createdAt),
    updated_at: iso(suite.updatedAt),
    rerequestable: true,
    runs_rerequestable: suite.owner === 'app',
    latest_check_runs_count: runs.length,
    check_runs_url: `${url}/check-runs`,
    head_commit: simpleCommit(commit),
    repository: minimalRepository(urls, repository),
  } satisfies Rest['check-suite'];
}

/** The form inside check runs of webhooks. */
export async function simpleCheckSuite(platform: Platform, repository: Repository, suite: CheckSuite) {
  const {
    rerequestable: _rerequestable,
    runs_rerequestable: _runsRerequestable,
    latest_check_runs_count: _count,
    check_runs_url: _url,
    head_commit: _commit,
    ...payload
  } = await checkSuitePayload(platform, repository, suite);
  return payload;
}

/** The form inside a combined status, which does not say who reported it. */
export function simpleStatus(platform: Platform, repository: Repository, status: CommitStatus) {
  const { creator: _creator, ...payload } = statusPayload(platform, repository, status);
  return payload satisfies Rest['simple-commit-status'];
}

export function statusPayload({ urls }: Platform, repository: Repository, status: CommitStatus) {
  return {
    url: `${urls.repository(repository)}/statuses/${status.sha}`,
    avatar_url: `${urls.web}/avatars/u/${status.creator.id}?v=4`,
    id: status.id,
    node_id: nodeId('SC', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: iso(status.createdAt),
    updated_at: iso(status.createdAt),
    creator: userPayload(urls, status.creator),
  } satisfies Rest['status'];
}
