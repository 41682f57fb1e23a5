import { describe, expect, it } from 'vitest';
import { GroupCommit, type GroupCommitLimits, RowRefused } from '../../../../src/store/deliveries/group-commit.ts';

interface Row {
  key: string;
  bad?: boolean;
}

const LIMITS: GroupCommitLimits = {
  rows: 4,
  bytes: 100,
  flights: 1,
  waitingRows: 100,
  waitingBytes: 10_000,
  waitMs: 1_000,
  flightMs: 1_000,
};

/** A store that writes when told to, and remembers the groups it was given. */
function createGroups(limits: Partial<GroupCommitLimits> = {}, bytesOf: (row: Row) => number = () => 1) {
  const groups: string[][] = [];
  const gates: PromiseWithResolvers<void>[] = [];
  let held = false;
  const commit = new GroupCommit<Row, string>({
    write: async (rows) => {
      groups.push(rows.map((row) => row.key));
      if (held) {
        const gate = Promise.withResolvers<void>();
        gates.push(gate);
        await gate.promise;
      }
      if (rows.some((row) => row.bad)) throw new RowRefused();
      return rows.map((row) => `wrote ${row.key}`);
    },
    keyOf: (row) => row.key,
    bytesOf,
    repeated: 'repeated',
    limits: { ...LIMITS, ...limits },
  });
  const hold = (value: boolean) => {
    held = value;
  };
  return { commit, groups, gates, hold };
}

const rows = (count: number, prefix = 'r'): Row[] => Array.from({ length: count }, (_, index) => ({ key: `${prefix}${index}` }));
const turn = () => new Promise((resolve) => setImmediate(resolve));
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}

describe('group commit', () => {
  it('writes what arrives at once together, up to the limit of rows', async () => {
    const { commit, groups } = createGroups();
    const results = await Promise.all(rows(10).map((row) => commit.add(row)));
    expect(results).toEqual(rows(10).map((row) => `wrote ${row.key}`));
    expect(groups.map((group) => group.length)).toEqual([4, 4, 2]);
  });

  it('splits groups by bytes; a row above the limit goes alone', async () => {
    const { commit, groups } = createGroups({}, (row) => (row.key === 'r1' ? 500 : 40));
    await Promise.all(rows(4).map((row) => commit.add(row)));
    expect(groups).toEqual([['r0'], ['r1'], ['r2', 'r3']]);
  });

  it('fails the one bad row and none of its neighbours', async () => {
    const { commit } = createGroups();
    const results = await Promise.allSettled(
      [{ key: 'a' }, { key: 'b', bad: true }, { key: 'c' }, { key: 'd' }].map((row) => commit.add(row)),
    );
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'ROW_REFUSED', status: 400 } });
  });

  it('writes equal rows once, and knows them again only while the first is on its way', async () => {
    const { commit, groups } = createGroups();
    const results = await Promise.all(Array.from({ length: 100 }, () => commit.add({ key: 'same' })));
    expect(results.filter((result) => result === 'wrote same')).toHaveLength(1);
    expect(results.filter((result) => result === 'repeated')).toHaveLength(99);
    expect(groups).toEqual([['same']]);
    await commit.add({ key: 'same' });
    expect(groups).toHaveLength(2);
  });

  it('has no more statements on the way than allowed', async () => {
    const { commit, groups, gates, hold } = createGroups({ flights: 2 });
    hold(true);
    const all = rows(16).map((row) => commit.add(row));
    await until(() => gates.length === 2);
    await turn();
    expect(groups).toHaveLength(2);
    hold(false);
    for (const gate of gates) gate.resolve();
    await Promise.all(all);
    expect(groups).toHaveLength(4);
  });

  it('refuses at once beyond the rows, and the bytes, that may wait', async () => {
    const few = createGroups({ waitingRows: 2 });
    few.hold(true);
    const first = few.commit.add({ key: 'first' });
    await until(() => few.gates.length === 1);
    const waiting = rows(2).map((row) => few.commit.add(row));
    await expect(few.commit.add({ key: 'over' })).rejects.toMatchObject({ code: 'STORE_BUSY', status: 503 });
    few.hold(false);
    few.gates[0]?.resolve();
    await Promise.all([first, ...waiting]);

    const small = createGroups({ waitingBytes: 100 }, () => 60);
    const one = small.commit.add({ key: 'one' });
    await expect(small.commit.add({ key: 'two' })).rejects.toMatchObject({ code: 'STORE_BUSY' });
    await one;
  });

  it('fails a statement that hangs, and what waits behind it, in bounded time', async () => {
    const { commit, gates, hold } = createGroups({ flightMs: 30, waitMs: 30 });
    hold(true);
    const flying = commit.add({ key: 'flying' });
    const settledFlying = expect(flying).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await until(() => gates.length === 1);
    await expect(commit.add({ key: 'waiting' })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await settledFlying;
    // When the store answers in the end, the next rows are written.
    hold(false);
    gates[0]?.resolve();
    await expect(commit.add({ key: 'next' })).resolves.toBe('wrote next');
  });

  it('tries again with the store itself after every failure', async () => {
    let away = true;
    const commit = new GroupCommit<Row, string>({
      write: async (group) => {
        if (away) throw new Error('connection refused');
        return group.map(() => 'wrote');
      },
      keyOf: (row) => row.key,
      bytesOf: () => 1,
      repeated: 'repeated',
      limits: LIMITS,
    });
    await expect(commit.add({ key: 'a' })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    away = false;
    await expect(commit.add({ key: 'a' })).resolves.toBe('wrote');
  });
});
