import type { Workflow, WorkflowRunner } from '../runner/contract.ts';
import type { Repository } from '../state/model.ts';

const FOLDER = '.github/workflows';

export interface ReadWorkflow {
  path: string;
  /** `null` when GitHub could not read the file. */
  workflow: Workflow | null;
}

/** The workflow files of a commit, read as GitHub reads them. */
export async function readWorkflows(runner: WorkflowRunner, repository: Repository, sha: string): Promise<ReadWorkflow[]> {
  const folder = await repository.git.entryAt(sha, FOLDER);
  const entries = folder ? ((await repository.git.tree(folder.sha)) ?? []) : [];
  const files: ReadWorkflow[] = [];
  for (const entry of entries.filter((one) => /\.ya?ml$/.test(one.name))) {
    const blob = await repository.git.read(entry.sha);
    if (blob?.type !== 'blob') continue;
    const path = `${FOLDER}/${entry.name}`;
    const read = runner.readWorkflow(path, blob.content.toString('utf8'));
    files.push({ path, workflow: isWorkflow(read) ? read : null });
  }
  return files;
}

function isWorkflow(read: ReturnType<WorkflowRunner['readWorkflow']>): read is Workflow {
  return 'jobs' in read;
}
