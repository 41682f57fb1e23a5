import { present, refused, type Stage } from './stage.ts';

const ANNOTATION = {
  path: 'src/a.ts',
  start_line: 1,
  end_line: 1,
  start_column: 1,
  end_column: 5,
  annotation_level: 'failure' as const,
  message: 'is wrong',
  title: 'Wrong',
  raw_details: 'all of it',
};
const ACTION = { label: 'Fix', description: 'Open a fix', identifier: 'fix' };

/** Check runs and suites of the app, and commit statuses of other systems. */
export async function playChecks(stage: Stage): Promise<void> {
  const head = present(stage.repository.git.branch('main'), 'main branch');
  const id = await playCheckRuns(stage, head);
  await playSuites(stage, head, id);
  await playStatuses(stage, head);
}

async function playCheckRuns({ sandbox, octokit, at, repository, maintainer }: Stage, head_sha: string): Promise<number> {
  const { checks } = octokit.rest;
  const { data } = await checks.create({ ...at, name: 'Regreen', head_sha, status: 'in_progress', external_id: '7' });
  const run = { ...at, check_run_id: data.id };
  const output = { title: 'Red', summary: 'Why', text: 'More', annotations: [ANNOTATION] };
  const details_url = 'https://regreen.example/incidents/7';
  await checks.update({ ...run, status: 'completed', conclusion: 'neutral', output, actions: [ACTION], details_url });
  await checks.get(run);
  await checks.listAnnotations(run);
  await checks.rerequestRun(run);
  await refused(404, checks.get({ ...at, check_run_id: 1 }));
  await refused(422, checks.create({ ...at, name: 'Regreen', head_sha: 'f'.repeat(40) }));
  const pressed = present(repository.checkRuns.get(data.id), 'check run');
  await sandbox.people.pressButton(repository, pressed, 'fix', maintainer);
  return data.id;
}

async function playSuites({ octokit, at, repository }: Stage, ref: string, checkRunId: number): Promise<void> {
  const { checks } = octokit.rest;
  await checks.listForRef({ ...at, ref, check_name: 'Regreen', filter: 'latest', status: 'completed' });
  await checks.listForRef({ ...at, ref: 'main' });
  await checks.listSuitesForRef({ ...at, ref });
  const suite = present(repository.checkRuns.get(checkRunId), 'check run').suite;
  const target = { ...at, check_suite_id: suite.id };
  await checks.getSuite(target);
  await checks.listForSuite(target);
  await checks.rerequestSuite(target);
}

async function playStatuses({ sandbox, octokit, person, at, repository, maintainer }: Stage, sha: string): Promise<void> {
  const { repos } = octokit.rest;
  const facts = { description: 'It failed', target_url: 'https://ci.example/1' };
  await person.rest.repos.createCommitStatus({ ...at, sha, state: 'failure', context: 'other-ci', ...facts });
  await sandbox.people.reportStatus(repository, maintainer, { sha, state: 'pending' });
  await repos.listCommitStatusesForRef({ ...at, ref: sha });
  await repos.getCombinedStatusForRef({ ...at, ref: 'main' });
  await refused(403, repos.createCommitStatus({ ...at, sha, state: 'success' }));
}
