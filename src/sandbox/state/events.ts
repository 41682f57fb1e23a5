import type { Hook } from '../payloads/schemas.ts';

type SuiteEvent<K extends keyof Hook> = Hook[K] extends { check_suite: { app: { events?: (infer E)[] } } } ? E : never;

/** Events that an app can subscribe to, as GitHub's description names them. */
const EVENT_NAMES = [
  'check_run',
  'check_suite',
  'create',
  'delete',
  'deployment',
  'deployment_status',
  'fork',
  'issue_comment',
  'issues',
  'label',
  'member',
  'milestone',
  'public',
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'pull_request_review_thread',
  'push',
  'release',
  'repository',
  'repository_dispatch',
  'star',
  'status',
  'watch',
  'workflow_dispatch',
  'workflow_job',
  'workflow_run',
] as const satisfies readonly (SuiteEvent<'webhook-check-suite-completed'> & SuiteEvent<'webhook-check-suite-requested'>)[];

export type EventName = (typeof EVENT_NAMES)[number];

export function isEventName(name: string): name is EventName {
  return EVENT_NAMES.some((known) => known === name);
}
