import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { gitText } from '../../../../src/sandbox/git/command.ts';
import { changedPaths, fileChanges, mergeTree } from '../../../../src/sandbox/git/history.ts';
import { isSafePath, isValidRefName } from '../../../../src/sandbox/git/paths.ts';
import { GitRepository } from '../../../../src/sandbox/git/repository.ts';
import { writeTree } from '../../../../src/sandbox/operations/trees.ts';

const author = { name: 'Ada', email: 'ada@example.com', date: new Date('2026-11-20T10:00:00Z') };

async function emptyRepository(): Promise<GitRepository> {
  const directory = await mkdtemp(join(tmpdir(), 'sandbox-git-'));
  const repository = await GitRepository.create(directory, 'main');
  onTestFinished(async () => {
    repository.close();
    await rm(directory, { recursive: true, force: true });
  });
  return repository;
}

function commit(repository: GitRepository, parents: string[], files: Record<string, string | null>, ref = 'refs/heads/main') {
  const contents = Object.fromEntries(
    Object.entries(files).map(([path, content]) => [path, content === null ? null : { content: Buffer.from(content) }]),
  );
  return repository.commitFiles({ ref, parents, message: 'Change', author, committer: author, files: contents });
}

/** A file's name with whatever people and attackers put into one. */
const pathPart = fc
  .string({ minLength: 1, maxLength: 8, unit: 'grapheme' })
  .filter((part) => isSafePath(part) && !part.includes('/'));

describe('commits', () => {
  it('hold every path that is safe, byte for byte', async () => {
    const repository = await emptyRepository();
    await fc.assert(
      fc.asyncProperty(pathPart, pathPart, fc.uint8Array({ maxLength: 64 }), async (folder, name, bytes) => {
        const path = `${folder}/${name}`;
        const content = Buffer.from(bytes);
        const files = { [path]: { content } };
        const sha = await repository.commitFiles({
          ref: 'refs/heads/any',
          parents: [],
          message: 'm',
          author,
          committer: author,
          files,
        });
        expect(await repository.fileAt(sha, path)).toEqual(content);
      }),
      { numRuns: 15 },
    );
  });

  it('refuse paths that leave the repository', async () => {
    const repository = await emptyRepository();
    for (const path of ['../x', '/x', 'a//b', 'a/./b', '.git/hooks/x', 'a\nb', 'a\0b', '']) {
      await expect(commit(repository, [], { [path]: 'x' })).rejects.toThrow('not a path');
    }
  });

  it('show what they change, renames too', async () => {
    const repository = await emptyRepository();
    const text = Array.from({ length: 20 }, (_, index) => `line ${index}`).join('\n');
    const first = await commit(repository, [], { 'a.txt': text, 'b.txt': 'b\n', bin: 'x\0y' });
    const second = await commit(repository, [first], {
      'a.txt': null,
      'c.txt': `${text}\nmore`,
      'b.txt': null,
      'd.txt': 'diff --git a b\n',
    });
    expect((await changedPaths(repository, first, second)).sort()).toEqual(['a.txt', 'b.txt', 'c.txt', 'd.txt']);
    const changes = await fileChanges(repository, first, second);
    expect(changes.map(({ path, status, previousPath, additions }) => ({ path, status, previousPath, additions }))).toEqual([
      { path: 'b.txt', status: 'removed', previousPath: null, additions: 0 },
      { path: 'c.txt', status: 'renamed', previousPath: 'a.txt', additions: 2 },
      { path: 'd.txt', status: 'added', previousPath: null, additions: 1 },
    ]);
    expect(changes[2]?.patch).toBe('@@ -0,0 +1 @@\n+diff --git a b');
  });

  it('merge when they can', async () => {
    const repository = await emptyRepository();
    const base = await commit(repository, [], { a: 'a\n' });
    const one = await commit(repository, [base], { b: 'b\n' }, 'refs/heads/one');
    const two = await commit(repository, [base], { c: 'c\n' }, 'refs/heads/two');
    const three = await commit(repository, [base], { b: 'other\n' }, 'refs/heads/three');
    expect(await mergeTree(repository, one, two)).toMatch(/^[0-9a-f]{40}$/);
    expect(await mergeTree(repository, one, three)).toBeNull();
  });
});

describe('trees', () => {
  it('written by hand are those that git writes', async () => {
    const repository = await emptyRepository();
    const sha = await commit(repository, [], { 'a.b/c': '1', 'a/d': '2', a0: '3', 'deep/er/file': '4' });
    const known = await repository.commit(sha);
    const entry = (path: string, content: string) => ({ path, mode: '100644', content });
    const changes = [entry('a0', '3'), entry('a/d', '2'), entry('deep/er/file', '4'), entry('a.b/c', '1')];
    expect(await writeTree(repository, changes, null)).toBe(known?.tree);
    const without = await writeTree(repository, [{ path: 'a/d', mode: '100644', sha: null }], known?.tree ?? null);
    expect(await gitText(repository.directory, ['ls-tree', '-r', '--name-only', without])).toBe('a.b/c\na0\ndeep/er/file');
  });
});

describe('names of refs', () => {
  it.each(['refs/heads/main', 'refs/heads/regreen/fix-1', 'refs/tags/v1.0', 'refs/heads/ü'])('%s is one', (ref) => {
    expect(isValidRefName(ref)).toBe(true);
  });

  it('agree with git about what is none', async () => {
    const repository = await emptyRepository();
    const candidates = fc.string({
      maxLength: 12,
      unit: fc.constantFrom('a', '/', '.', '@', '{', '~', '^', ':', ' ', '-', '\\', '.lock', '*'),
    });
    await fc.assert(
      fc.asyncProperty(candidates, async (name) => {
        const ref = `refs/heads/${name}`;
        if (!isValidRefName(ref)) return;
        await gitText(repository.directory, ['check-ref-format', ref]);
      }),
      { numRuns: 40 },
    );
  });
});
