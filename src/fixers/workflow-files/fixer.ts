import type { Declined, Fixer, FixInput, FixPlan, FixResult, FixSource } from '../types.ts';
import { actionVersions } from './action-versions.ts';
import { disabledCommands } from './commands.ts';
import { retiredImages } from './images.ts';
import type { Mend } from './mend.ts';
import { missingRights } from './permissions.ts';
import { readWorkflow, replaced } from './workflow-text.ts';

const MENDS: readonly Mend[] = [actionVersions, disabledCommands, retiredImages, missingRights];

const WORKFLOW_FILE = /^\.github\/workflows\/[^/]+\.ya?ml$/;

/** Mends workflow files that ask for what GitHub no longer has, or for less than they need. A person approves each patch. */
export const workflowFiles: Fixer = {
  id: 'workflow-files',
  tool: 'workflow-files',
  version: '1',
  needsApproval: true,
  applies: (source) => source.workflow !== undefined && MENDS.some((mend) => mend.applies(source)),
  plan,
  fix,
};

function plan({ workflow }: FixSource, paths: ReadonlySet<string>): FixPlan | Declined {
  const path = workflow?.path ?? '';
  if (!WORKFLOW_FILE.test(path) || !paths.has(path)) return { declined: 'The workflow file is not in the repository.' };
  return { targets: [path], context: [...paths].filter((one) => WORKFLOW_FILE.test(one) && one !== path).slice(0, 50) };
}

async function fix({ source, targets, context }: FixInput): Promise<FixResult | Declined> {
  const [path, before] = Object.entries(targets)[0] ?? [];
  const workflow = before === undefined ? null : readWorkflow(before);
  if (path === undefined || before === undefined || workflow === null) return { declined: 'The workflow file can not be read.' };
  const others = Object.values(context).flatMap((text) => readWorkflow(text) ?? []);
  const reasons: string[] = [];
  for (const mend of MENDS) {
    if (!mend.applies(source)) continue;
    const result = mend.mend({ source, workflow, others });
    if ('declined' in result) {
      reasons.push(result.declined);
      continue;
    }
    const after = replaced(before, result);
    if (after !== before && readWorkflow(after) !== null) return { edits: [{ path, before, after }], skipped: [] };
  }
  return { declined: reasons.join(' ') || 'The file needs no change that is certain.' };
}
