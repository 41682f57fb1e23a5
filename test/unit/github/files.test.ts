import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFile, readFiles, readTree, rememberCommit } from '../../../src/github/files.ts';
import { type ClientUnderTest, createClient, endNock } from './client-under-test.ts';

const SHA = 'a'.repeat(40);
const REPOSITORY = '/repos/octo/shop';

let client: ClientUnderTest;

beforeEach(async () => {
  client = await createClient();
});
afterEach(endNock);

interface Query {
  query: string;
  variables: Record<string, string>;
}

function entries(count: number, more: { mode?: string; size?: number } = {}) {
  return Array.from({ length: count }, (_, index) => ({ path: `src/${index}.ts`, mode: '100644', size: 4, ...more }));
}

function blob(text: string, more: object = {}) {
  const oid = createHash('sha1')
    .update(`blob ${Buffer.byteLength(text)}\0${text}`)
    .digest('hex');
  return { __typename: 'Blob', oid, isBinary: false, isTruncated: false, text, ...more };
}

/** The paths that a query asks for, by their aliases. */
function askedFor({ variables }: Query): [string, string][] {
  return Object.entries(variables).flatMap(([alias, value]) =>
    alias.startsWith('file') ? [[alias, value.slice(SHA.length + 1)] as [string, string]] : [],
  );
}

/** GitHub, with these blobs by path; what is asked for is kept. */
function answerBlobs(blobs: (path: string) => object | null, more: object = {}): Query[] {
  const asked: Query[] = [];
  let query: Query = { query: '', variables: {} };
  const answer = () => {
    asked.push(query);
    return { data: { repository: Object.fromEntries(askedFor(query).map(([alias, path]) => [alias, blobs(path)])) }, ...more };
  };
  const hear = (body: Query) => {
    query = body;
    return true;
  };
  // nock names the type of what it is handed, not of what it is answered.
  client.scope.post('/graphql', hear).times(9).optionally().reply(200, answer, { 'content-type': 'application/json' });
  return asked;
}

function answerSingle(path: string, content: Buffer | string, more: object = {}) {
  const bytes = Buffer.from(content);
  const file = { type: 'file', size: bytes.length, content: bytes.toString('base64'), ...more };
  client.scope
    .get(`${REPOSITORY}/contents/${encodeURIComponent(path)}`)
    .query({ ref: SHA })
    .reply(200, file);
}

/** Protects GitHub's limits, and files: many are read by one request, and none is taken for what it is not. */
describe('many files of a commit', () => {
  it('are asked for together, and kept for who reads one of them later', async () => {
    const asked = answerBlobs((path) => blob(`// ${path} ä\r\n`));
    const texts = await readFiles(client.at, SHA, entries(60));
    expect(asked).toHaveLength(1);
    expect(asked[0]?.variables).toMatchObject({ owner: 'octo', repo: 'shop', file7: `${SHA}:src/7.ts` });
    expect(texts.size).toBe(60);
    expect(texts.get('src/7.ts')).toBe('// src/7.ts ä\r\n');
    expect(await readFile(client.at, 'src/7.ts', SHA)).toBe('// src/7.ts ä\r\n');
    await readFiles(client.at, SHA, entries(60));
    expect(asked).toHaveLength(1);
  });

  it('are asked for one by one while they are few, for that is sooner', async () => {
    for (const { path } of entries(4)) answerSingle(path, 'one\n');
    const texts = await readFiles(client.at, SHA, entries(4));
    expect([...texts.values()]).toEqual(['one\n', 'one\n', 'one\n', 'one\n']);
  });

  it('are asked for by several requests when they are more than 100, or larger than 4 MB', async () => {
    const asked = answerBlobs((path) => blob(path));
    await readFiles(client.at, SHA, entries(101));
    expect(asked.map((one) => askedFor(one).length)).toEqual([100, 1]);
    const large = entries(9, { size: 500_000 }).map((one) => ({ ...one, path: `large/${one.path}` }));
    await readFiles(client.at, SHA, large);
    expect(asked.map((one) => askedFor(one).length)).toEqual([100, 1, 8, 1]);
  });

  it('are no text when they are binary or too large', async () => {
    const asked = answerBlobs((path) =>
      path === 'src/0.ts' ? { ...blob(''), isBinary: true, text: null } : path === 'src/1.ts' ? blob('a\u0000b') : blob('x'),
    );
    const [first, second, ...others] = entries(7);
    const texts = await readFiles(
      client.at,
      SHA,
      [first, second, ...others]
        .flatMap((one) => one ?? [])
        .concat({
          path: 'huge.json',
          mode: '100644',
          size: 1024 * 1024 + 1,
        }),
    );
    expect(asked).toHaveLength(1);
    expect([texts.get('src/0.ts'), texts.get('src/1.ts'), texts.get('huge.json')]).toEqual([null, null, null]);
    expect(texts.get('src/2.ts')).toBe('x');
  });

  it.each([
    ['was cut off', { isTruncated: true }],
    ['is not what git holds under that name, as with text of another encoding', { oid: 'f'.repeat(40) }],
    ['has no text, and nobody knows whether it is binary', { text: null, isBinary: null }],
    ['is another kind of object', { __typename: 'Tree', oid: undefined, text: undefined }],
  ])('one that %s is read by itself', async (_, wrong) => {
    answerBlobs((path) => (path === 'src/3.ts' ? { ...blob('whole\n'), ...wrong } : blob('x')));
    answerSingle('src/3.ts', 'whole\n');
    const texts = await readFiles(client.at, SHA, entries(6));
    expect(texts.get('src/3.ts')).toBe('whole\n');
    expect(texts.get('src/2.ts')).toBe('x');
  });

  it('one that GitHub says is not there is asked for by itself, and null when it is not', async () => {
    answerBlobs((path) => (path === 'src/3.ts' ? null : blob('x')));
    client.scope.get(`${REPOSITORY}/contents/src%2F3.ts`).query({ ref: SHA }).reply(404, {});
    expect((await readFiles(client.at, SHA, entries(6))).get('src/3.ts')).toBeNull();
  });

  it('a symlink is followed as REST does, and a file above 512,000 bytes is read whole', async () => {
    const asked = answerBlobs(() => blob('x'));
    answerSingle('link', 'of the target\n');
    answerSingle('large.ts', 'large\n');
    const more = [
      { path: 'link', mode: '120000', size: 9 },
      { path: 'large.ts', mode: '100644', size: 512_001 },
    ];
    const texts = await readFiles(client.at, SHA, [...entries(6), ...more]);
    expect(askedFor(asked[0] as Query)).toHaveLength(6);
    expect([texts.get('link'), texts.get('large.ts')]).toEqual(['of the target\n', 'large\n']);
  });

  it('of an answer with errors, what is there counts; the rest is read by itself', async () => {
    const errors = [
      { type: 'RESOURCE_LIMITS_EXCEEDED', message: 'The query exceeds what may be used.', path: ['repository', 'file5'] },
    ];
    answerBlobs((path) => (path === 'src/5.ts' ? null : blob('x')), { errors });
    answerSingle('src/5.ts', 'five\n');
    const texts = await readFiles(client.at, SHA, entries(6));
    expect([texts.get('src/4.ts'), texts.get('src/5.ts')]).toEqual(['x', 'five\n']);
  });

  it.each([
    ['takes too long', 502, { message: 'Server Error' }],
    ['gives no data', 200, { data: null, errors: [{ type: 'INTERNAL', message: 'boom' }] }],
    ['fails inside', 200, { data: {}, errors: [{ message: 'Something went wrong while executing your query.' }] }],
  ])('are read one by one when GitHub %s', async (_, status, body) => {
    client.scope.post('/graphql').reply(status, body);
    for (const { path } of entries(5)) answerSingle(path, 'one\n');
    expect([...(await readFiles(client.at, SHA, entries(5))).values()]).toEqual(Array.from({ length: 5 }, () => 'one\n'));
  });

  it('wait for the limit of GraphQL, and are asked for again', async () => {
    const limited = { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] };
    const soon = String(Math.ceil(Date.now() / 1_000));
    client.scope.post('/graphql').reply(200, limited, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': soon });
    answerBlobs(() => blob('x'));
    expect((await readFiles(client.at, SHA, entries(5))).get('src/4.ts')).toBe('x');
  });

  it('are an error when the app may not read them', async () => {
    client.scope.post('/graphql').reply(403, { message: 'Resource not accessible by integration' });
    await expect(readFiles(client.at, SHA, entries(5))).rejects.toMatchObject({ status: 403 });
  });
});

/** Protects GitHub's limits: what was written just now is not asked for. */
describe('a commit of ours', () => {
  const made = {
    sha: 'c'.repeat(40),
    parent: SHA,
    files: [
      { path: 'a.ts', content: 'ä\n' },
      { path: 'run.sh', content: '', executable: true },
    ],
  };

  it('has the files that it was made of, in the tree of its parent', async () => {
    const tree = [
      { path: 'a.ts', mode: '100644', type: 'blob', size: 9 },
      { path: 'b.ts', mode: '100644', type: 'blob', size: 7 },
    ];
    client.scope.get(`${REPOSITORY}/git/trees/${SHA}`).query({ recursive: '1' }).reply(200, { truncated: false, tree });
    await readTree(client.at, SHA);
    rememberCommit(client.at, made);
    expect([...((await readTree(client.at, made.sha)) ?? [])]).toEqual([
      ['a.ts', { path: 'a.ts', mode: '100644', size: 3 }],
      ['b.ts', { path: 'b.ts', mode: '100644', size: 7 }],
      ['run.sh', { path: 'run.sh', mode: '100755', size: 0 }],
    ]);
    expect(await readFile(client.at, 'a.ts', made.sha)).toBe('ä\n');
  });

  it('has a tree that is read where its parent’s is not known', async () => {
    rememberCommit(client.at, made);
    client.scope.get(`${REPOSITORY}/git/trees/${made.sha}`).query({ recursive: '1' }).reply(200, { truncated: false, tree: [] });
    expect(await readTree(client.at, made.sha)).toEqual(new Map());
  });
});
