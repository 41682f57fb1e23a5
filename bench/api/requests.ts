import type { Books } from './books.ts';
import type { ApiServer } from './server.ts';

/** One kind of question; its paths differ in what they ask about, so that no cache of a single answer is measured. */
export interface Question {
  name: string;
  /** The most that its p95 may be, in milliseconds; null where nothing is promised. */
  goalMs: number | null;
  paths: readonly string[];
}

const ANALYTICS_GOAL_MS = 200;
const LIST_GOAL_MS = 50;
const DAYS = 90;
const DAY_MS = 24 * 3_600_000;
const HOURLY_DAYS = 30;
const CI = '.github/workflows/ci.yml';

/** What is asked of these books: every endpoint of the analytics over 90 days and every list, with each filter. */
export async function questionsOf(books: Books, api: ApiServer): Promise<Question[]> {
  return [...analytics(books), ...pipeline(books), ...(await lists(books, api))];
}

function analytics(books: Books): Question[] {
  const ask = (name: string, path: string, more: readonly Record<string, string>[] = [{}]): Question => ({
    name: `analytics/${name}`,
    goalMs: ANALYTICS_GOAL_MS,
    paths: more.map((parameters, index) => pathOf(`analytics/${path}`, { ...window(books, DAYS, index), ...parameters })),
  });
  // The two largest, which are the slowest, and some others.
  const repositories = someShops(books).map((repository) => ({ repository }));
  const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Asia/Tokyo'].map((timeZone) => ({ timeZone }));
  const kinds = ['default', 'pull-request', 'branch'].map((branchKind) => ({ branchKind }));
  const every = [...Array(4).keys()].map(() => ({}));
  const inOne = (parameters: Record<string, string>) => repositories.map((one) => ({ ...one, ...parameters }));
  return [
    ask('overview', 'overview', every),
    ask('overview?repository', 'overview', repositories),
    ...['day', 'week', 'month'].map((bucket) =>
      ask(
        `trends?bucket=${bucket}`,
        'trends',
        every.map(() => ({ bucket })),
      ),
    ),
    ask('trends?timeZone', 'trends', zones),
    ask(
      'trends?workflow',
      'trends',
      every.map(() => ({ workflow: CI })),
    ),
    ask('trends?branchKind', 'trends', kinds),
    ask('trends?repository', 'trends', repositories),
    ask('trends?repository&timeZone', 'trends', inOne({ timeZone: 'Europe/Berlin' })),
    ask('trends?repository&workflow&timeZone', 'trends', inOne({ workflow: CI, timeZone: 'Europe/Berlin' })),
    ask('trends?repository&branch', 'trends', inOne({ branch: 'main' })),
    {
      ...ask(`trends?bucket=hour, ${HOURLY_DAYS} days`, 'trends'),
      paths: every.map((_, index) => pathOf('analytics/trends', { ...window(books, HOURLY_DAYS, index), bucket: 'hour' })),
    },
    ask('mttr', 'mttr', every),
    ask('mttr?repository', 'mttr', repositories),
    ask(
      'mttr?workflow',
      'mttr',
      every.map(() => ({ workflow: CI })),
    ),
    ask('performance', 'performance', every),
    ask('performance?repository', 'performance', repositories),
    ask(
      'performance?workflow',
      'performance',
      every.map(() => ({ workflow: CI })),
    ),
    ask('failures', 'failures', every),
    ask('failures?repository', 'failures', repositories),
    ask('failures?repository&branch', 'failures', inOne({ branch: 'main' })),
    ask(
      'failures?workflow',
      'failures',
      every.map(() => ({ workflow: CI })),
    ),
    ask('failures?branchKind', 'failures', kinds),
    ask('flaky', 'flaky', every),
    ask('flaky?repository', 'flaky', repositories),
    ask(
      'flaky?workflow',
      'flaky',
      every.map(() => ({ workflow: CI })),
    ),
    ask('workflows/comparison', 'workflows/comparison', every),
    ask('workflows/comparison?repository', 'workflows/comparison', repositories),
    ask('workflows/comparison?branchKind', 'workflows/comparison', kinds),
  ];
}

function pipeline(books: Books): Question[] {
  const repositories = someShops(books).map((repository) => ({ repository }));
  return ['overview', 'metrics', 'status', 'recent'].flatMap((name) => {
    const goalMs = name === 'overview' || name === 'metrics' ? ANALYTICS_GOAL_MS : LIST_GOAL_MS;
    return [
      { name: `pipeline/${name}`, goalMs, paths: [`pipeline/${name}`] },
      { name: `pipeline/${name}?repository`, goalMs, paths: repositories.map((one) => pathOf(`pipeline/${name}`, one)) },
    ];
  });
}

async function lists(books: Books, api: ApiServer): Promise<Question[]> {
  const shops = someShops(books);
  const ask = (list: string, filter: string, all: readonly Record<string, string>[]): Question => ({
    name: `${list}?${filter}`,
    goalMs: LIST_GOAL_MS,
    paths: all.map((parameters) => pathOf(list, parameters)),
  });
  const build = (filter: string, ...all: Record<string, string>[]) => ask('builds', filter, all);
  const incident = (filter: string, ...all: Record<string, string>[]) => ask('incidents', filter, all);
  const repositories = shops.map((repository) => ({ repository }));
  const middle = new Date(books.plan.end.getTime() - (books.plan.days / 2) * DAY_MS);
  return [
    { name: 'builds', goalMs: LIST_GOAL_MS, paths: ['builds', 'builds?limit=100'] },
    await deep(api, 'builds', { from: undefined, to: middle.toISOString() }),
    build('repository', ...repositories),
    await deep(api, 'builds', { repository: shops[0], to: middle.toISOString() }),
    build('workflow', { workflow: CI }, { workflow: '.github/workflows/nightly.yml' }, { workflow: 'none.yml' }),
    build('branch', { branch: 'main' }, { branch: 'release/3' }, { branch: 'change-7' }, { branch: 'none' }),
    build(
      'status',
      ...['success', 'failure', 'cancelled', 'skipped', 'in_progress', 'completed', 'queued', 'stale'].map((status) => ({
        status,
      })),
    ),
    build('actor', ...['person-1', 'person-77', 'nobody'].map((actor) => ({ actor }))),
    build('event', ...['push', 'pull_request', 'schedule', 'workflow_dispatch', 'merge_group'].map((event) => ({ event }))),
    build('from&to', { from: middle.toISOString(), to: new Date(middle.getTime() + DAY_MS).toISOString() }),
    build(
      'repository&status',
      ...repositories.flatMap((one) => ['failure', 'skipped', 'stale'].map((status) => ({ ...one, status }))),
    ),
    build('repository&workflow', ...repositories.map((one) => ({ ...one, workflow: '.github/workflows/nightly.yml' }))),
    build(
      'repository&branch',
      ...repositories.flatMap((one) => [
        { ...one, branch: 'main' },
        { ...one, branch: 'none' },
      ]),
    ),
    build(
      'repository&actor',
      ...repositories.flatMap((one) => [
        { ...one, actor: 'person-1' },
        { ...one, actor: 'nobody' },
      ]),
    ),
    build(
      'repository&event',
      ...repositories.flatMap((one) => [
        { ...one, event: 'schedule' },
        { ...one, event: 'merge_group' },
      ]),
    ),
    build(
      'workflow&status&event',
      { workflow: CI, status: 'failure', event: 'schedule' },
      { workflow: CI, status: 'stale', event: 'push' },
    ),
    build('actor&event', { actor: 'person-1', event: 'schedule' }, { actor: 'person-2', event: 'merge_group' }),
    build('sort=completedAt', { sort: 'completedAt' }, { sort: 'completedAt', order: 'asc' }),
    build('sort=duration', { sort: 'duration' }, { sort: 'duration', order: 'asc' }),
    build('repository&sort=duration', ...repositories.map((one) => ({ ...one, sort: 'duration' }))),
    ask('builds/rollbacks', 'from', [{ from: middle.toISOString() }]),
    ask('builds/rollbacks', 'repository', repositories),
    { name: 'deployments', goalMs: LIST_GOAL_MS, paths: ['deployments', 'deployments?limit=100'] },
    await deep(api, 'deployments', {}),
    ask('deployments', 'repository', repositories),
    ask('deployments', 'environment', [{ environment: 'production' }, { environment: 'nowhere' }]),
    ask('deployments', 'state', [{ state: 'failure' }, { state: 'success' }, { state: 'queued' }]),
    { name: 'incidents', goalMs: LIST_GOAL_MS, paths: ['incidents', 'incidents?limit=100'] },
    await deep(api, 'incidents', {}),
    incident('repository', ...repositories),
    incident('status', { status: 'open' }, { status: 'closed' }),
    incident('cause', { cause: 'lockfile' }, { cause: 'test-failure' }, { cause: 'disk-full' }),
    incident('branch', { branch: 'main' }, { branch: 'release/3' }, { branch: 'none' }),
    incident('repository&status', ...repositories.map((one) => ({ ...one, status: 'open' }))),
    incident('repository&cause', ...repositories.map((one) => ({ ...one, cause: 'disk-full' }))),
    incident('sort=lastFailureAt', { sort: 'lastFailureAt' }, { sort: 'lastFailureAt', order: 'asc' }),
    incident('sort=failures', { sort: 'failures' }, { sort: 'failures', order: 'asc' }),
    { name: 'approvals', goalMs: LIST_GOAL_MS, paths: ['approvals', 'approvals?limit=100'] },
    await deep(api, 'approvals', {}),
    ask('approvals', 'state', [{ state: 'pending' }, { state: 'used' }, { state: 'rejected' }]),
    ask('approvals', 'repository', repositories),
    { name: 'builds/{id}', goalMs: LIST_GOAL_MS, paths: await singles(api, 'builds') },
    { name: 'incidents/{id}', goalMs: LIST_GOAL_MS, paths: await singles(api, 'incidents') },
  ];
}

interface Page {
  items: { id: number | string }[];
  nextCursor: string | null;
}

const PAGES_DEEP = 20;

/** A page that is many pages from the first; filters that lead to it are left out where they only take one there. */
async function deep(api: ApiServer, list: string, filter: Record<string, string | undefined>): Promise<Question> {
  const { to, ...rest } = filter;
  const parameters = Object.fromEntries(
    Object.entries(rest).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  let cursor: string | null = null;
  for (let page = 0; page < PAGES_DEEP; page++) {
    const path = pathOf(list, {
      ...parameters,
      ...(to && page === 0 ? { to } : {}),
      ...(cursor ? { cursor } : {}),
      limit: '100',
    });
    const answer = (await api.get(path)) as Page;
    if (answer.nextCursor === null) break;
    cursor = answer.nextCursor;
  }
  const names = [...Object.keys(parameters), 'cursor'].join('&');
  // Small books may have one page only.
  const paths = [pathOf(list, { ...parameters, ...(cursor ? { cursor } : {}) })];
  return { name: `${list}?${names}, deep`, goalMs: LIST_GOAL_MS, paths };
}

async function singles(api: ApiServer, list: string): Promise<string[]> {
  const { items } = (await api.get(`${list}?limit=20`)) as Page;
  return items.map(({ id }) => `${list}/${id}`);
}

/** Days that end a few days before the last for each further one. */
function window({ plan }: Books, days: number, shift: number): { from: string; to: string } {
  const to = new Date(plan.end.getTime() - shift * 3 * DAY_MS);
  return { from: dayOf(new Date(to.getTime() - (days - 1) * DAY_MS)), to: dayOf(to) };
}

function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

function someShops({ shops }: Books): string[] {
  return [0, 1, 10, shops.length - 1].flatMap((index) => {
    const shop = shops[index];
    return shop ? [`${shop.owner}/${shop.name}`] : [];
  });
}

function pathOf(path: string, parameters: Record<string, string>): string {
  const query = new URLSearchParams(parameters).toString();
  return query === '' ? path : `${path}?${query}`;
}
