import { describe, expect, it } from 'vitest';
import { hookReceiver, refusal, scene, WORKFLOW } from './support.ts';

/** Protects the limits of check runs, which Regreen must keep to. */
const annotation = (line: number) => ({
  path: 'src/a.ts',
  start_line: line,
  end_line: line,
  annotation_level: 'failure' as const,
  message: 'wrong',
});

describe('check runs', () => {
  it('take 50 annotations a request, and updates add to them', async () => {
    const { octokit, repository, at } = await scene();
    const head_sha = repository.git.branch('main') ?? '';
    const annotations = Array.from({ length: 50 }, (_, index) => annotation(index + 1));
    const output = { title: 'Red', summary: 'Why', annotations };
    const made = await octokit.rest.checks.create({ ...at, name: 'Regreen', head_sha, output });
    const check = { ...at, check_run_id: made.data.id };
    const updated = await octokit.rest.checks.update({
      ...check,
      output: { title: 'Red', summary: 'Why', annotations: [annotation(51)] },
    });
    expect(updated.data.output.annotations_count).toBe(51);
    const listed = await octokit.paginate(octokit.rest.checks.listAnnotations, check);
    expect(listed).toHaveLength(51);
    const tooMany = { title: 'Red', summary: 'Why', annotations: [...annotations, annotation(51)] };
    expect((await refusal(octokit.rest.checks.update({ ...check, output: tooMany }))).status).toBe(422);
  });

  it.each([
    ['a summary of 65,536 characters', { output: { title: 'x', summary: 'x'.repeat(65_536) } }],
    ['a text of 65,536 characters', { output: { title: 'x', summary: 'x', text: 'x'.repeat(65_536) } }],
    ['four buttons', { actions: ['a', 'b', 'c', 'd'].map((one) => ({ label: one, description: one, identifier: one })) }],
    ['a label of 21 characters', { actions: [{ label: 'x'.repeat(21), description: 'x', identifier: 'x' }] }],
    ['a description of 41 characters', { actions: [{ label: 'x', description: 'x'.repeat(41), identifier: 'x' }] }],
    ['an identifier of 21 characters', { actions: [{ label: 'x', description: 'x', identifier: 'x'.repeat(21) }] }],
    ['an end without a conclusion', { status: 'completed' as const }],
    [
      'columns over several lines',
      { output: { title: 'x', summary: 'x', annotations: [{ ...annotation(1), end_line: 2, start_column: 1 }] } },
    ],
  ])('refuse %s', async (_name, extra) => {
    const { octokit, repository, at } = await scene();
    const head_sha = repository.git.branch('main') ?? '';
    expect((await refusal(octokit.rest.checks.create({ ...at, name: 'Regreen', head_sha, ...extra }))).status).toBe(422);
  });

  it('refuse a commit that is not there', async () => {
    const { octokit, at } = await scene();
    const refused = await refusal(octokit.rest.checks.create({ ...at, name: 'Regreen', head_sha: 'a'.repeat(40) }));
    expect(refused.status).toBe(422);
  });

  it('of GitHub Actions are not the app’s to change', async () => {
    const { sandbox, octokit, repository, owner, at } = await scene();
    const sha = await sandbox.people.push({
      repository,
      branch: 'main',
      actor: owner,
      files: { '.github/workflows/ci.yml': WORKFLOW },
    });
    await sandbox.idle();
    const checks = await octokit.rest.checks.listForRef({ ...at, ref: sha });
    expect(checks.data.check_runs.map((run) => [run.name, run.conclusion, run.app?.slug])).toEqual([
      ['build', 'success', 'github-actions'],
      ['test', 'failure', 'github-actions'],
    ]);
    const update = octokit.rest.checks.update({ ...at, check_run_id: checks.data.check_runs[0]?.id ?? 0, conclusion: 'success' });
    expect((await refusal(update)).status).toBe(403);
  });

  it('list the newest of a name, ask again, and press buttons', async () => {
    const { sandbox, octokit, repository, owner, at } = await scene();
    const receiver = await hookReceiver();
    sandbox.deliverTo(receiver.url);
    const head_sha = repository.git.branch('main') ?? '';
    const create = () =>
      octokit.rest.checks.create({
        ...at,
        name: 'Regreen',
        head_sha,
        conclusion: 'neutral',
        actions: [{ label: 'Fix', description: 'Fix it', identifier: 'fix' }],
      });
    await create();
    const second = await create();
    const listed = await octokit.rest.checks.listForRef({ ...at, ref: 'main', check_name: 'Regreen' });
    expect(listed.data.check_runs.map((run) => run.id)).toEqual([second.data.id]);
    expect((await octokit.rest.checks.listForRef({ ...at, ref: 'main', filter: 'all' })).data.total_count).toBe(2);
    const run = repository.checkRuns.get(Number(second.data.id));
    if (!run) throw new Error('no check run');
    await sandbox.people.pressButton(repository, run, 'fix', owner);
    await sandbox.idle();
    expect(receiver.hooks.at(-1)).toMatchObject({ event: 'check_run', action: 'requested_action' });
    expect(receiver.hooks.at(-1)?.body).toMatchObject({ requested_action: { identifier: 'fix' } });
  });
});
