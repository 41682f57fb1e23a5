import type { Need } from '../auth/permissions.ts';

/** The permission that an app must have been granted to be told of an event; none for events of the installation itself. */
// Source: https://docs.github.com/en/webhooks/webhook-events-and-payloads, "To subscribe to this event, a GitHub App must have …"
export const EVENT_NEEDS: Readonly<Record<string, readonly Need[]>> = {
  push: [{ contents: 'read' }],
  create: [{ contents: 'read' }],
  delete: [{ contents: 'read' }],
  pull_request: [{ pull_requests: 'read' }],
  pull_request_review: [{ pull_requests: 'read' }],
  pull_request_review_comment: [{ pull_requests: 'read' }],
  workflow_run: [{ actions: 'read' }],
  workflow_job: [{ actions: 'read' }],
  check_run: [{ checks: 'read' }],
  check_suite: [{ checks: 'read' }],
  status: [{ statuses: 'read' }],
  issue_comment: [{ issues: 'read' }, { pull_requests: 'read' }],
  issues: [{ issues: 'read' }],
  deployment_status: [{ deployments: 'read' }],
  repository: [{ metadata: 'read' }],
};
