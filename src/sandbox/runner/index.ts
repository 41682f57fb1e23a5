import type { Workflow, WorkflowFault, WorkflowRunner } from './contract.ts';
import { run } from './run/run.ts';
import { readWorkflow } from './workflow/read.ts';
import { isTriggeredBy } from './workflow/triggers.ts';

/** The sandbox's runner of GitHub Actions workflows: real commands on this machine, logs in the form of GitHub's runner. */
export function createWorkflowRunner(): WorkflowRunner {
  return { readWorkflow, isTriggeredBy, run };
}

/** Tells what `readWorkflow` gave apart. */
export function isWorkflowFault(read: Workflow | WorkflowFault): read is WorkflowFault {
  return !('jobs' in read);
}
