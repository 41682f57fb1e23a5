import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OutsideReport, reportOutside } from '../../../src/store/incidents/outside-incidents.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { insertRepository } from './rows.ts';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
  await insertRepository(test.database, 1, 'octo/shop');
});
afterAll(() => test.drop());

const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 9, minute));

function report(key: string, state: 'red' | 'green', startedAt: Date, changes: Partial<OutsideReport> = {}): OutsideReport {
  return {
    source: 'jenkins',
    key,
    state,
    repositoryId: 1,
    startedAt,
    endedAt: state === 'green' ? startedAt : null,
    title: 'nightly is red',
    severity: null,
    branch: null,
    sha: null,
    url: null,
    labels: {},
    diagnosis: null,
    reportedBy: 'api-key:test',
    ...changes,
  };
}

const tell = async (one: OutsideReport) => (await reportOutside(test.database, one, at(59))).effect;

async function rowsOf(key: string): Promise<Record<string, unknown>[]> {
  const { rows } = await test.pool.query(
    'select status, started_at, closed_at from outside_incidents where key = $1 order by started_at',
    [key],
  );
  return rows;
}

/** Protects that one trouble of another system is one incident, in whatever order and however often it is told of. */
describe('what other systems tell of', () => {
  it('opens, is fed, closes; the next time it is another incident', async () => {
    const effects = [
      await tell(report('a', 'red', at(1))),
      await tell(report('a', 'red', at(1))),
      await tell(report('a', 'red', at(3))),
      await tell(report('a', 'green', at(5))),
      await tell(report('a', 'green', at(5))),
      await tell(report('a', 'red', at(7))),
    ];

    expect(effects).toEqual(['opened', 'fed', 'fed', 'closed', 'unchanged', 'opened']);
    expect(await rowsOf('a')).toEqual([
      { status: 'closed', started_at: at(1), closed_at: at(5) },
      { status: 'open', started_at: at(7), closed_at: null },
    ]);
  });

  it('is not opened again by a word that comes late, nor closed by one', async () => {
    expect(await tell(report('b', 'green', at(5)))).toBe('closed');
    expect(await tell(report('b', 'red', at(3)))).toBe('unchanged');
    expect(await tell(report('b', 'red', at(9)))).toBe('opened');
    expect(await tell(report('b', 'green', at(5)))).toBe('unchanged');
    expect((await rowsOf('b')).map(({ status }) => status)).toEqual(['closed', 'open']);
  });

  it('of an alert closes by the beginning that both words name', async () => {
    const started = at(10);
    expect(await tell(report('c', 'red', started))).toBe('opened');
    expect(await tell(report('c', 'green', started, { endedAt: at(20) }))).toBe('closed');
    expect(await tell(report('c', 'red', started))).toBe('unchanged');
    expect(await rowsOf('c')).toEqual([{ status: 'closed', started_at: started, closed_at: at(20) }]);
  });

  it('is one incident when it is told of many times at once', async () => {
    const effects = await Promise.all(Array.from({ length: 12 }, (_, index) => tell(report('d', 'red', at(index % 3)))));

    expect(effects.filter((one) => one === 'opened')).toHaveLength(1);
    expect(await rowsOf('d')).toHaveLength(1);
  });
});
