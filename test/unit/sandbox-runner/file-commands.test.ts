import { mkdtemp, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createFileCommands,
  FileCommandError,
  type FileCommands,
  parseKeyValues,
  readFileCommands,
} from '../../../src/sandbox/runner/job/file-commands.ts';

describe('names and values', () => {
  it.each([
    ['a=1\nb=x=y\n', { a: '1', b: 'x=y' }],
    ['a<<EOF\nline 1\n\nline=3\nEOF\nb=2', { a: 'line 1\n\nline=3', b: '2' }],
    ['a=1<<2\n', { a: '1<<2' }],
    ['a<<E\r\nx\r\nE\r\n', { a: 'x' }],
    ['a<<E\nE\n', { a: '' }],
    ['', {}],
  ])('%j', (text, expected) => {
    expect(Object.fromEntries(parseKeyValues('output', text))).toEqual(expected);
  });

  // The words are those of `FileCommandManager` in https://github.com/actions/runner
  it.each([
    ['no equals', "Invalid format 'no equals'"],
    ['=x', "Invalid format '=x'"],
    ['a<<EOF\nnever ends', "Matching delimiter not found 'EOF'"],
    ['<<EOF\nEOF', 'must not be empty'],
  ])('%j is refused', (text, message) => {
    expect(() => parseKeyValues('env', text)).toThrow(message);
  });
});

describe('the files of a step', () => {
  let folder: string;
  let commands: FileCommands;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'file-commands-'));
    commands = await createFileCommands(folder);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are read after it', async () => {
    await writeFile(commands.files.output, 'x=1\n');
    await writeFile(commands.files.path, '/a\n/b\n');
    await writeFile(commands.files.env, 'E=2\n');
    await writeFile(commands.files.summary, '# hi');
    expect(await readFileCommands(commands)).toEqual({
      outputs: new Map([['x', '1']]),
      env: new Map([['E', '2']]),
      paths: ['/a', '/b'],
      summary: '# hi',
    });
  });

  it('may be gone', async () => {
    await unlink(commands.files.output);
    expect((await readFileCommands(commands)).outputs.size).toBe(0);
  });

  it('are not followed when they are links', async () => {
    await writeFile(path.join(folder, 'other'), 'x=1');
    await unlink(commands.files.output);
    await symlink(path.join(folder, 'other'), commands.files.output);
    expect((await readFileCommands(commands)).outputs.size).toBe(0);
  });

  // Source: https://github.blog/changelog/2023-10-05-github-actions-node_options-is-now-restricted-from-github_env/
  it('may not set NODE_OPTIONS', async () => {
    await writeFile(commands.files.env, 'NODE_OPTIONS=--require=x\n');
    await expect(readFileCommands(commands)).rejects.toThrow("Can't store NODE_OPTIONS");
  });

  // "Job summaries are isolated between steps and each step is restricted to a maximum size of 1MiB."
  it('may not hold a summary above 1 MiB', async () => {
    await writeFile(commands.files.summary, 'x'.repeat(1024 * 1024 + 1));
    await expect(readFileCommands(commands)).rejects.toThrow('supports content up to a size of 1024k, got 1025k');
  });

  it('may not be huge', async () => {
    await truncate(commands.files.output, 8 * 1024 * 1024);
    await expect(readFileCommands(commands)).rejects.toBeInstanceOf(FileCommandError);
  });
});
