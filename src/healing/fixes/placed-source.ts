import { isAmbiguous, pathsNamed } from '../../fixers/places/places.ts';
import { stepFoldersIn } from '../../fixers/places/step-folders.ts';
import type { FixSource } from '../../fixers/types.ts';
import type { StoredDiagnosis } from '../../store/incidents/diagnoses.ts';
import { type Bench, contentOf } from './bench.ts';

/** A process of its own gets only what it needs. */
export function sourceOf({ diagnosis, printedDiffs, workflowPath, jobName }: StoredDiagnosis): FixSource {
  return { diagnosis, printedDiffs, workflow: { path: workflowPath, jobName } };
}

/** With the folders in which the failed steps work, where a path of the log may mean several files. */
export async function placedSource(bench: Bench, diagnosis: StoredDiagnosis): Promise<FixSource> {
  const source = sourceOf(diagnosis);
  const { workflowPath, jobName } = diagnosis;
  if (!bench.paths.has(workflowPath) || !isAmbiguous(pathsNamed(source), bench.paths)) return source;
  const text = await contentOf(bench, workflowPath);
  const commands = diagnosis.diagnosis.failedSteps.map(({ name }) => name);
  return { ...source, workflow: { path: workflowPath, jobName, ...stepFoldersIn(text ?? '', jobName, commands) } };
}
