import { describe, expect, it } from 'vitest';
import { refusal, scene } from './support.ts';

const FILE = `query ($what: String!) {
  repository(owner: "acme", name: "widgets") {
    object(expression: $what) { __typename id oid ... on Blob { byteSize isBinary isTruncated text } }
  }
}`;

type Answer = { repository: { object: { __typename: string; oid: string; text?: string | null } | null } };

/** Protects what Regreen reads in bulk: the sandbox gives no more of a file than GitHub does, and to nobody else. */
describe('objects by an expression', () => {
  it('are the text of a file, its folder and its commit', async () => {
    const { octokit, repository } = await scene({ files: { 'src/a:b.ts': 'ä\r\n' } });
    const head = repository.git.branch('main') ?? '';
    const read = async (what: string) => (await octokit.graphql<Answer>(FILE, { what })).repository.object;
    expect(await read(`${head}:src/a:b.ts`)).toMatchObject({
      __typename: 'Blob',
      byteSize: 4,
      isBinary: false,
      isTruncated: false,
      text: 'ä\r\n',
    });
    expect(await read('HEAD:src')).toMatchObject({ __typename: 'Tree' });
    expect(await read('main')).toMatchObject({ __typename: 'Commit', oid: head });
  });

  it.each(['main:no/such/file', 'nowhere:README.md', 'main:README.md/below', '', `${'0'.repeat(40)}:README.md`])(
    'are null where there is nothing: %j',
    async (what) => {
      const { octokit } = await scene();
      expect((await octokit.graphql<Answer>(FILE, { what })).repository.object).toBeNull();
    },
  );

  it('are cut off at 512,000 bytes, and have no text when binary', async () => {
    const { octokit } = await scene({ files: { big: 'x'.repeat(512_001), fits: 'x'.repeat(512_000), binary: 'a\u0000b' } });
    const read = async (what: string) => (await octokit.graphql<Answer>(FILE, { what })).repository.object;
    const big = await read('main:big');
    expect(big).toMatchObject({ byteSize: 512_001, isTruncated: true });
    expect(big?.text).toHaveLength(512_000);
    expect(await read('main:fits')).toMatchObject({ isTruncated: false });
    expect(await read('main:binary')).toMatchObject({ isBinary: true, isTruncated: false, text: null });
  });

  it('are refused to an installation that may not read contents', async () => {
    const { octokit } = await scene({ private: true, permissions: { metadata: 'read', checks: 'write' } });
    const refused = await refusal(octokit.graphql(FILE, { what: 'main:README.md' }));
    expect(refused.message).toContain('Resource not accessible by integration');
  });
});
