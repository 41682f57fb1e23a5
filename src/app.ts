import type { ApplicationFunction, Probot } from 'probot';
import { onCheckRun } from './events/check-run.ts';
import { onCheckSuite } from './events/check-suite.ts';
import { onIssueComment, onReviewComment } from './events/comment.ts';
import { onDeploymentStatus } from './events/deployment-status.ts';
import { onAuthorization } from './events/github-app-authorization.ts';
import { type AppEventHandler, type EventHandler, onApp, onRepository } from './events/handler.ts';
import { onInstallation, onInstallationRepositories } from './events/installation.ts';
import { onIssues } from './events/issues.ts';
import { onPing } from './events/ping.ts';
import { onPullRequest } from './events/pull-request.ts';
import { onPullRequestReview } from './events/pull-request-review.ts';
import { onPush } from './events/push.ts';
import { onRepositoryChange } from './events/repository.ts';
import { onStatus } from './events/status.ts';
import { onWorkflowJob } from './events/workflow-job.ts';
import { onWorkflowRun } from './events/workflow-run.ts';
import type { Services } from './healing/services.ts';

type EventName = Extract<Parameters<Probot['on']>[0], string>;

interface Route<Handler> {
  events: EventName[];
  handler: Handler;
}

/** Events about a repository. What each action does stands at its handler. */
const REPOSITORY_ROUTES: readonly Route<EventHandler>[] = [
  { events: ['workflow_run.requested', 'workflow_run.in_progress', 'workflow_run.completed'], handler: onWorkflowRun },
  {
    events: ['workflow_job.queued', 'workflow_job.waiting', 'workflow_job.in_progress', 'workflow_job.completed'],
    handler: onWorkflowJob,
  },
  { events: ['check_run.completed', 'check_run.rerequested', 'check_run.requested_action'], handler: onCheckRun },
  { events: ['check_suite.completed', 'check_suite.rerequested'], handler: onCheckSuite },
  { events: ['status'], handler: onStatus },
  { events: ['push'], handler: onPush },
  {
    events: [
      'pull_request.opened',
      'pull_request.reopened',
      'pull_request.synchronize',
      'pull_request.ready_for_review',
      'pull_request.closed',
    ],
    handler: onPullRequest,
  },
  {
    events: ['pull_request_review.submitted', 'pull_request_review.edited', 'pull_request_review.dismissed'],
    handler: onPullRequestReview,
  },
  { events: ['pull_request_review_comment.created'], handler: onReviewComment },
  { events: ['issue_comment.created'], handler: onIssueComment },
  { events: ['issues.closed', 'issues.reopened'], handler: onIssues },
  { events: ['deployment_status.created'], handler: onDeploymentStatus },
  {
    events: [
      'repository.created',
      'repository.edited',
      'repository.renamed',
      'repository.transferred',
      'repository.archived',
      'repository.unarchived',
      'repository.publicized',
      'repository.privatized',
      'repository.deleted',
    ],
    handler: onRepositoryChange,
  },
];

/** Events about no repository, or about many. */
const APP_ROUTES: readonly Route<AppEventHandler>[] = [
  {
    events: [
      'installation.created',
      'installation.new_permissions_accepted',
      'installation.suspend',
      'installation.unsuspend',
      'installation.deleted',
    ],
    handler: onInstallation,
  },
  { events: ['installation_repositories.added', 'installation_repositories.removed'], handler: onInstallationRepositories },
  { events: ['github_app_authorization.revoked'], handler: onAuthorization },
  { events: ['ping'], handler: onPing },
];

/** Every event that is heard, `event.action`, or `event` where it has no actions. */
export const REGISTERED_EVENTS: readonly string[] = [...REPOSITORY_ROUTES, ...APP_ROUTES].flatMap((route) => route.events);

/** The Probot application: which handler hears which event. */
export function createApp(services: Services): ApplicationFunction {
  return (app) => {
    for (const { events, handler } of REPOSITORY_ROUTES) app.on(events, onRepository(services, handler));
    for (const { events, handler } of APP_ROUTES) app.on(events, onApp(services, handler));
  };
}
