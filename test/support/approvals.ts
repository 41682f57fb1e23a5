import { SHOP_FILES } from '../../src/demo/shop.ts';
import type { Account, Delivery, PullRequest, Repository } from '../../src/sandbox/state/model.ts';
import { propose } from './shops.ts';
import { regreenCheck, type World } from './world.ts';

/** A row of the approvals, as far as tests look at it. */
export interface ApprovalRow {
  id: string;
  state: string;
  remedy: string;
  decided_by: string | null;
  decided_from: string | null;
}

/** A shop whose every fix needs a person's yes. */
export function askingShop(config = ''): Record<string, string> {
  return { ...SHOP_FILES, '.github/regreen.yml': `mode: fix\nremedies:\n  fix: ask\n${config}` };
}

export interface Asked {
  repository: Repository;
  pull: PullRequest;
}

/** A pull request whose fix waits for a yes. */
export async function askedPull(world: World, name: string, config = ''): Promise<Asked> {
  const repository = await world.createRepository(askingShop(config), name);
  const pull = await propose(world, repository);
  await world.settled();
  return { repository, pull };
}

/** Accounts that may push to the repository. */
export function writers(world: World, repository: Repository, count: number): Account[] {
  return Array.from({ length: count }, (_, index) => {
    const account = world.sandbox.people.createAccount(`${repository.name}-writer-${index}`);
    repository.collaborators.set(account.login, 'write');
    return account;
  });
}

/** Presses the button of that label on the commit's check run. */
export async function press(world: World, { repository, pull }: Asked, label: string, by: Account): Promise<void> {
  const check = regreenCheck(repository, pull.head.sha);
  const action = check?.actions.find((one) => one.label === label);
  if (!check || !action) throw new Error(`there is no button ${label}`);
  await world.sandbox.people.pressButton(repository, check, action.identifier, by);
}

export async function approvalRows(world: World, repository: Repository): Promise<ApprovalRow[]> {
  const { rows } = await world.database.pool.query<ApprovalRow>(
    'select id, state, remedy, decided_by, decided_from from approvals where repository_id = $1 order by asked_at, id',
    [repository.id],
  );
  return rows;
}

/** What the audit log says of people's words in a repository, as `action`, or `action: why`. */
export async function auditOf(world: World, repository: Repository): Promise<string[]> {
  const { rows } = await world.database.pool.query<{ action: string; why: string | null }>(
    `select action, details->>'why' as why from audit where repository_id = $1 and action in ('approval.approved', 'approval.rejected', 'approval.refused') order by id`,
    [repository.id],
  );
  return rows.map(({ action, why }) => (why === null ? action : `${action}: ${why}`));
}

/**
 * Does something while GitHub reaches nobody, so that what it tells can be told later, after the world has changed.
 * @returns what GitHub wanted to tell
 */
export async function whileDeaf(world: World, act: () => Promise<unknown>): Promise<Delivery[]> {
  const { sandbox } = world;
  const before = sandbox.state.deliveries.length;
  sandbox.deliverTo('http://127.0.0.1:1/nobody');
  await act();
  await sandbox.idle();
  const missed = sandbox.state.deliveries.slice(before);
  sandbox.deliverTo(`${world.regreen.url}/api/github/webhooks`);
  return missed;
}

/** Tells what was missed, of one event, and waits until all that follows has happened. */
export async function tellLate(world: World, missed: readonly Delivery[], event: string, action: string): Promise<void> {
  for (const one of missed.filter((delivery) => delivery.event === event && delivery.action === action)) {
    world.sandbox.redeliver(one.guid);
  }
  await world.settled();
}
