import type { ApplicationFunction } from 'probot';
import { onCheckRun } from './events/check-run.ts';
import { onCheckSuite } from './events/check-suite.ts';
import { onIssueComment, onReviewComment } from './events/comment.ts';
import { onDeploymentStatus } from './events/deployment-status.ts';
import { onApp, onRepository } from './events/handler.ts';
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

/** The Probot application: which handler hears which event. What each action does stands at its handler. */
export function createApp(services: Services): ApplicationFunction {
  return (app) => {
    app.on(
      ['workflow_run.requested', 'workflow_run.in_progress', 'workflow_run.completed'],
      onRepository(services, onWorkflowRun),
    );
    app.on('workflow_job', onRepository(services, onWorkflowJob));
    app.on(['check_run.completed', 'check_run.rerequested', 'check_run.requested_action'], onRepository(services, onCheckRun));
    app.on(['check_suite.completed', 'check_suite.rerequested'], onRepository(services, onCheckSuite));
    app.on('status', onRepository(services, onStatus));
    app.on('push', onRepository(services, onPush));
    app.on(
      [
        'pull_request.opened',
        'pull_request.reopened',
        'pull_request.synchronize',
        'pull_request.ready_for_review',
        'pull_request.closed',
      ],
      onRepository(services, onPullRequest),
    );
    app.on('pull_request_review', onRepository(services, onPullRequestReview));
    app.on('pull_request_review_comment.created', onRepository(services, onReviewComment));
    app.on('issue_comment.created', onRepository(services, onIssueComment));
    app.on(['issues.closed', 'issues.reopened'], onRepository(services, onIssues));
    app.on('deployment_status', onRepository(services, onDeploymentStatus));
    app.on('installation', onApp(services, onInstallation));
    app.on('installation_repositories', onApp(services, onInstallationRepositories));
    app.on('repository', onRepository(services, onRepositoryChange));
    app.on('ping', onApp(services, onPing));
  };
}
