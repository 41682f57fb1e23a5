import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP_FILES } from '../../../src/demo/shop.ts';
import { decideByKey } from '../../../src/healing/approvals/decide-by-key.ts';
import type { Repository } from '../../../src/sandbox/state/model.ts';
import { exampleOf, overlay } from '../../support/examples.ts';
import { repositoryFields, sendRaw } from '../../support/send-payload.ts';
import { createWorld, fixPulls, regreenCheck, type World } from '../../support/world.ts';

const WORKFLOW = '.github/workflows/ci.yml';

/** A workflow that names a version of an action which GitHub has retired. */
const RETIRED = `${(SHOP_FILES[WORKFLOW] ?? '').replace('pull_request:\n', 'pull_request:\n  # Kept for people.\n')}
      - uses: actions/cache@v2
        with:
          path: .cache
          key: shop
`.replace(/\n\n {6}- uses: actions\/cache/, '\n      - uses: actions/cache');

function pressPayload(
  world: World,
  repository: Repository,
  { head, identifier, login }: { head: string; identifier: string; login: string },
) {
  return overlay(exampleOf('check_run', 'requested_action'), {
    repository: repositoryFields(repository),
    installation: { id: world.sandbox.state.installationOf(repository)?.id },
    sender: { login },
    check_run: { head_sha: head, app: { id: world.sandbox.app.id } },
    requested_action: { identifier },
  });
}

/** Protects that a workflow file is changed only when a person who may write has seen that very change and said yes. */
describe('a fix of a workflow file', () => {
  let world: World;
  let repository: Repository;
  let head: string;

  beforeAll(async () => {
    world = await createWorld();
    repository = await world.createRepository({ ...SHOP_FILES, [WORKFLOW]: RETIRED }, 'retired');
    await world.settled();
    head = repository.git.branch('main') ?? '';
  });

  afterAll(() => world.close());

  async function approvals(): Promise<unknown[]> {
    const { rows } = await world.database.pool.query(
      'select head_sha = $1 as of_head, state, decided_by from approvals order by asked_at',
      [head],
    );
    return rows;
  }

  it('is shown on the commit with a button, and nothing is pushed', async () => {
    const check = regreenCheck(repository, head);
    expect(check?.summary).toContain('Regreen can fix this when a person agrees');
    expect(check?.summary).toContain('+      - uses: actions/cache@v4');
    expect(check?.actions).toMatchObject([{ label: 'Apply fix' }, { label: 'Dismiss' }]);
    expect(fixPulls(repository)).toEqual([]);
    expect(await approvals()).toEqual([{ of_head: true, state: 'pending', decided_by: null }]);
  });

  it('is not made for a person who may not write', async () => {
    const check = regreenCheck(repository, head);
    const identifier = check?.actions[0]?.identifier ?? '';
    // GitHub shows strangers no button; an event that says so all the same changes nothing.
    await sendRaw(world, 'check_run', pressPayload(world, repository, { head, identifier, login: 'stranger' }));
    await world.settled();
    expect(regreenCheck(repository, head)?.summary).toContain(
      '`stranger` wanted to decide this and could not: that needs write permission',
    );
    expect(fixPulls(repository)).toEqual([]);
    // Somebody who has signed in to Regreen may no more than at GitHub, whatever their session says.
    const { rows } = await world.database.pool.query<{ id: string }>("select id from approvals where state = 'pending'");
    const word = { to: 'approved' as const, requestedBy: 'stranger', isPerson: true, reason: null };
    const answer = await decideByKey(world.regreen.services, { id: rows[0]?.id ?? '', ...word });
    expect(answer).toMatchObject({ kind: 'refused', why: 'not-permitted' });
    expect(await approvals()).toEqual([{ of_head: true, state: 'pending', decided_by: null }]);
  });

  it('is asked for again on a newer commit, and the old button does nothing', async () => {
    const old = regreenCheck(repository, head);
    if (!old) throw new Error('no check run');
    head = await world.sandbox.people.push({
      repository,
      branch: 'main',
      actor: world.mona,
      files: { 'README.md': '# newer\n' },
    });
    await world.settled();
    await world.sandbox.people.pressButton(repository, old, old.actions[0]?.identifier ?? '', world.mona);
    await world.settled();
    expect(fixPulls(repository)).toEqual([]);
    expect(await approvals()).toEqual([
      { of_head: false, state: 'expired', decided_by: null },
      { of_head: true, state: 'pending', decided_by: null },
    ]);
  });

  it('is made as it was shown when a person who may write agrees, and verified by CI', async () => {
    const check = regreenCheck(repository, head);
    if (!check) throw new Error('no check run');
    await world.sandbox.people.pressButton(repository, check, check.actions[0]?.identifier ?? '', world.mona);
    await world.settled();
    const [fix, ...others] = fixPulls(repository);
    expect(others).toEqual([]);
    expect(fix?.issue.body).toContain('✅ **Verified**');
    const content = await repository.git.fileAt(fix?.head.sha ?? '', WORKFLOW);
    expect(content?.toString('utf8')).toBe(RETIRED.replace('cache@v2', 'cache@v4'));
    expect(await approvals()).toEqual([
      { of_head: false, state: 'expired', decided_by: null },
      { of_head: true, state: 'used', decided_by: 'mona' },
    ]);
    expect(regreenCheck(repository, head)?.actions).toEqual([]);
  });

  it('logged no problem', () => {
    expect(world.problems).toEqual([]);
  });
});
