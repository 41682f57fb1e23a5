import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFile, readTree } from '../../../src/github/files.ts';
import { readCommit } from '../../../src/github/reads.ts';
import { createRememberedReads } from '../../../src/github/remembered-reads.ts';
import { type ClientUnderTest, createClient, endNock } from './client-under-test.ts';

const SHA = 'a'.repeat(40);
const FILE = { type: 'file', size: 3, content: Buffer.from('one').toString('base64') };

let client: ClientUnderTest;

beforeEach(async () => {
  client = await createClient();
});
afterEach(endNock);

/** Protects GitHub's limits: what can't change is asked for once. And tenants: nobody is answered from another one's reads. */
describe('reads by the sha of a commit', () => {
  it('a file, a tree and a commit are each asked for once, also by two at once', async () => {
    client.scope.get(`/repos/octo/shop/contents/a.txt?ref=${SHA}`).reply(200, FILE);
    client.scope.get(`/repos/octo/shop/git/trees/${SHA}?recursive=1`).reply(200, { truncated: false, tree: [] });
    client.scope
      .get(`/repos/octo/shop/git/commits/${SHA}`)
      .reply(200, { sha: SHA, tree: { sha: SHA }, message: 'm', parents: [{ sha: SHA }] });
    const [first, second] = await Promise.all([readFile(client.at, 'a.txt', SHA), readFile(client.at, 'a.txt', SHA)]);
    expect([first, second, await readFile(client.at, 'a.txt', SHA)]).toEqual(['one', 'one', 'one']);
    for (let time = 0; time < 2; time++) expect(await readTree(client.at, SHA)).toEqual(new Map());
    for (let time = 0; time < 2; time++) expect((await readCommit(client.at, SHA)).parents).toEqual([SHA]);
  });

  it('a later job on the same repository, whatever its case, is answered from the same reads', async () => {
    client.scope.get(`/repos/octo/shop/contents/a.txt?ref=${SHA}`).reply(200, FILE);
    await readFile(client.at, 'a.txt', SHA);
    const again = await client.github.at(client.installationId, { owner: 'Octo', name: 'SHOP' });
    expect(await readFile(again, 'a.txt', SHA)).toBe('one');
  });

  it('a branch moves, so it is read each time', async () => {
    client.scope.get('/repos/octo/shop/contents/a.txt?ref=main').reply(200, FILE);
    client.scope
      .get('/repos/octo/shop/contents/a.txt?ref=main')
      .reply(200, { ...FILE, content: Buffer.from('two').toString('base64') });
    expect(await readFile(client.at, 'a.txt', 'main')).toBe('one');
    expect(await readFile(client.at, 'a.txt', 'main')).toBe('two');
  });

  it('what is missing or fails is asked for again', async () => {
    const path = `/repos/octo/shop/contents/a.txt?ref=${SHA}`;
    client.scope.get(path).reply(404, {});
    client.scope.get(path).reply(403, { message: 'Resource not accessible by integration' });
    client.scope.get(path).reply(200, FILE);
    expect(await readFile(client.at, 'a.txt', SHA)).toBeNull();
    await expect(readFile(client.at, 'a.txt', SHA)).rejects.toMatchObject({ status: 403 });
    expect(await readFile(client.at, 'a.txt', SHA)).toBe('one');
  });
});

describe('the memory of immutable reads', () => {
  const reader = (value: string, bytes: number | null = 10) => {
    const reads = { count: 0 };
    const read = async () => {
      reads.count += 1;
      return { value, bytes };
    };
    return { reads, read };
  };

  it.each([
    ['another repository', 1, { owner: 'octo', name: 'other' }],
    ['a repository of that name of another owner', 1, { owner: 'evil', name: 'shop' }],
    ['the same repository through another installation', 2, { owner: 'octo', name: 'shop' }],
  ])('never answers %s', async (_, installation, repository) => {
    const reads = createRememberedReads();
    await reads(1, { owner: 'octo', name: 'shop' }).once('file', reader('ours').read);
    expect(await reads(installation, repository).once('file', reader('theirs').read)).toBe('theirs');
  });

  it('keeps for a while what may change, and no longer', async () => {
    const at = [1, { owner: 'octo', name: 'shop' }] as const;
    const { reads: made, read } = reader('policy');
    const long = createRememberedReads({ keptMs: 3_600_000 })(...at);
    for (let time = 0; time < 2; time++) await long.lately('policy', 3_600_000, read);
    expect(made.count).toBe(1);
    const short = createRememberedReads({ keptMs: 1 })(...at);
    await short.lately('policy', 3_600_000, read);
    await expect.poll(() => short.known('policy'), { timeout: 120_000 }).toBeUndefined();
    await short.lately('policy', 3_600_000, read);
    expect(made.count).toBe(3);
  });

  it('forgets what was not used for longest when it is full, and keeps nothing that is larger than itself', async () => {
    const reads = createRememberedReads({ bytes: 1_000 })(1, { owner: 'octo', name: 'shop' });
    const [old, young, huge] = [reader('old', 400), reader('young', 400), reader('huge', 5_000)];
    for (const [key, { read }] of [
      ['old', old],
      ['young', young],
      ['huge', huge],
    ] as const)
      await reads.once(key, read);
    await reads.once('more', reader('more', 400).read);
    await reads.once('young', young.read);
    await reads.once('old', old.read);
    await reads.once('huge', huge.read);
    expect([old.reads.count, young.reads.count, huge.reads.count]).toEqual([2, 1, 2]);
  });
});
