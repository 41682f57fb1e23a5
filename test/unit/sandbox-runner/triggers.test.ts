import { describe, expect, it } from 'vitest';
import type { TriggerEvent, Workflow } from '../../../src/sandbox/runner/contract.ts';
import { createWorkflowRunner, isWorkflowFault } from '../../../src/sandbox/runner/index.ts';

const runner = createWorkflowRunner();

function workflowOn(on: string): Workflow {
  const workflow = runner.readWorkflow(
    '.github/workflows/ci.yml',
    `on: ${on}\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: x}]}}`,
  );
  if (isWorkflowFault(workflow)) throw new Error(workflow.message);
  return workflow;
}

const push = (ref: string, ...changedPaths: string[]): TriggerEvent => ({ name: 'push', ref, changedPaths, payload: {} });
const pull = (baseBranch: string, action: string, ...changedPaths: string[]): TriggerEvent => ({
  name: 'pull_request',
  action,
  ref: 'refs/pull/7/merge',
  baseBranch,
  changedPaths,
  payload: {},
});
const workflowRun = (name: string, action = 'completed', headBranch = 'main'): TriggerEvent => ({
  name: 'workflow_run',
  action,
  ref: 'refs/heads/main',
  changedPaths: [],
  payload: { workflow_run: { name, head_branch: headBranch } },
});

// Sources: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#on and
// https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
const CASES: [on: string, event: TriggerEvent, starts: boolean, why: string][] = [
  ['push', push('refs/heads/main'), true, 'the event is listened to'],
  ['push', push('refs/tags/v1'), true, 'without filters tags count too'],
  ['[pull_request]', push('refs/heads/main'), false, 'another event'],
  [
    'workflow_dispatch',
    { name: 'workflow_dispatch', ref: 'refs/heads/main', changedPaths: [], payload: {} },
    true,
    'started by hand',
  ],
  [
    "{schedule: [{cron: '0 0 * * *'}]}",
    { name: 'schedule', ref: 'refs/heads/main', changedPaths: [], payload: {} },
    true,
    'the clock',
  ],
  ['{push: {branches: [main]}}', push('refs/heads/main'), true, 'the branch is wanted'],
  ['{push: {branches: [main]}}', push('refs/heads/dev'), false, 'the branch is not wanted'],
  ['{push: {branches: [main]}}', push('refs/tags/main'), false, 'a filter of branches only does not run for tags'],
  ['{push: {branches-ignore: [dev]}}', push('refs/tags/v1'), false, 'nor does one that leaves branches out'],
  ['{push: {tags: [v*]}}', push('refs/heads/v1'), false, 'a filter of tags only does not run for branches'],
  ['{push: {tags: [v*]}}', push('refs/tags/v1'), true, 'the tag is wanted'],
  ['{push: {tags-ignore: [v*]}}', push('refs/tags/v1'), false, 'the tag is left out'],
  ['{push: {branches: [main], tags: [v*]}}', push('refs/tags/v1'), true, 'either is enough'],
  ['{push: {branches: [main], tags: [v*]}}', push('refs/heads/main'), true, 'either is enough'],
  ['{push: {branches-ignore: [dev]}}', push('refs/heads/main'), true, 'another branch is left out'],
  ['{push: {branches-ignore: [dev]}}', push('refs/heads/dev'), false, 'the branch is left out'],
  ["{push: {branches: ['releases/**', '!releases/**-alpha']}}", push('refs/heads/releases/10'), true, 'selected'],
  ["{push: {branches: ['releases/**', '!releases/**-alpha']}}", push('refs/heads/releases/10-alpha'), false, 'taken away again'],
  ["{push: {paths: ['**.js']}}", push('refs/heads/main', 'a.md', 'src/a.js'), true, 'one path is enough'],
  ["{push: {paths: ['**.js']}}", push('refs/heads/main', 'a.md'), false, 'no path is wanted'],
  ["{push: {paths: ['**.js']}}", push('refs/tags/v1'), true, 'path filters are not evaluated for tags'],
  ["{push: {paths-ignore: ['docs/**']}}", push('refs/heads/main', 'docs/a.md'), false, 'all paths are left out'],
  ["{push: {paths-ignore: ['docs/**']}}", push('refs/heads/main', 'docs/a.md', 'a.js'), true, 'one path is not left out'],
  ["{push: {branches: [main], paths: ['**.js']}}", push('refs/heads/dev', 'a.js'), false, 'both must match'],
  ["{push: {branches: [main], paths: ['**.js']}}", push('refs/heads/main', 'a.md'), false, 'both must match'],
  [
    "{push: {paths: ['**.js']}}",
    push('refs/heads/main', ...Array(300).fill('a.md'), 'a.js'),
    false,
    'only the first 300 files are looked at',
  ],
  ['pull_request', pull('main', 'opened'), true, 'a default type'],
  ['pull_request', pull('main', 'synchronize'), true, 'a default type'],
  ['pull_request', pull('main', 'reopened'), true, 'a default type'],
  ['pull_request', pull('main', 'closed'), false, 'no default type'],
  ['pull_request', pull('main', 'labeled'), false, 'no default type'],
  ['{pull_request: {types: [labeled]}}', pull('main', 'labeled'), true, 'asked for'],
  ['{pull_request: {types: [labeled]}}', pull('main', 'opened'), false, 'the defaults are gone'],
  ['{pull_request: {branches: [main]}}', pull('main', 'opened'), true, 'the base is wanted'],
  ['{pull_request: {branches: [main]}}', pull('dev', 'opened'), false, 'the base is not wanted'],
  ["{pull_request: {branches-ignore: ['dev*']}}", pull('dev', 'opened'), false, 'the base is left out'],
  ["{pull_request: {paths: ['src/**']}}", pull('main', 'opened', 'src/a'), true, 'a path is wanted'],
  ["{pull_request: {paths: ['src/**']}}", pull('main', 'opened', 'a'), false, 'no path is wanted'],
  ['{workflow_run: {workflows: [CI]}}', workflowRun('CI'), true, 'that workflow'],
  ['{workflow_run: {workflows: [CI]}}', workflowRun('Deploy'), false, 'another workflow'],
  ['{workflow_run: {workflows: [CI], types: [requested]}}', workflowRun('CI'), false, 'another type'],
  ['{workflow_run: {workflows: [CI], branches: [main]}}', workflowRun('CI', 'completed', 'dev'), false, 'another branch'],
];

describe('whether an event starts a workflow', () => {
  it.each(CASES)('on %s, %o: %s (%s)', (on, event, starts) => {
    expect(runner.isTriggeredBy(workflowOn(on), event)).toBe(starts);
  });
});
