import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { assignment, readVariables, withVariables, writeEnvFile } from '../../../src/setup/env-file.ts';

const PEM = '-----BEGIN RSA PRIVATE KEY-----\nMIIE+a/b=\n-----END RSA PRIVATE KEY-----\n';

/** Protects what a person has in .env: setup changes its own lines and no other. */
describe('withVariables', () => {
  it.each([
    ['an empty file', '', 'A=1\n'],
    ['a line that is there', '# one\nA=old # two\nB=2\n', '# one\nA=1\nB=2\n'],
    ['a line that is empty', 'A=\n\n# last', 'A=1\n\n# last\n'],
    ['a line with export', 'export A="x y"\n', 'A=1\n'],
    ['a value over several lines', 'A="first\nA=no\nlast"\nB=2\n', 'A=1\nB=2\n'],
    ['a quote that is never closed', 'A="open\nB=2\n', 'A=1\nB=2\n'],
    ['the same twice', 'A=1\nB=2\nA=3\n', 'A=1\nB=2\n'],
    ['a comment with its name', '# A=example\n', '# A=example\nA=1\n'],
    ['line ends of Windows', 'B=2\r\nA=0\r\n', 'B=2\nA=1\n'],
    ['what must not stay beside it', 'A_FILE=x\nB=2\n', 'B=2\nA=1\n'],
  ])('%s', (_what, before, after) => {
    expect(withVariables(before, { A: '1' }, ['A_FILE'])).toBe(after);
  });

  it('writes values so that Node reads them as they were', () => {
    const values = { KEY: PEM.trim(), SECRET: 'a b#c', URL: 'https://x.example/y?z=1', PLAIN: 'abc' };
    const read = parseEnv(withVariables('', values));
    expect({ ...read }).toEqual(values);
  });

  it('reads what Node reads', () => {
    const text = `# c\nA=1 # no\nB="two words"\nC='x#y'\nexport D=4\nE=\n${assignment('F', PEM)}\n`;
    const read = readVariables(text);
    const { E: _empty, ...others } = { ...parseEnv(text) };
    expect(Object.fromEntries(read)).toEqual({ ...others, F: PEM.trim().replaceAll('\n', '\\n') });
  });
});

describe('writeEnvFile', () => {
  async function folder(): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), 'regreen-env-'));
    onTestFinished(() => rm(path, { recursive: true, force: true }));
    return path;
  }

  it('narrows the mode of a file that others could read, and leaves no draft', async () => {
    const path = join(await folder(), '.env');
    await writeFile(path, 'OLD=1\n');
    await chmod(path, 0o666);
    await writeEnvFile(path, 'NEW=1\n');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, 'utf8')).toBe('NEW=1\n');
    expect(await readdir(join(path, '..'))).toEqual(['.env']);
  });

  it('writes the file behind a link', async () => {
    const at = await folder();
    await writeFile(join(at, 'real'), 'OLD=1\n');
    await symlink(join(at, 'real'), join(at, '.env'));
    await writeEnvFile(join(at, '.env'), 'NEW=1\n');
    expect(await readFile(join(at, 'real'), 'utf8')).toBe('NEW=1\n');
  });

  it('leaves the file as it was when it can not be replaced', async () => {
    const at = await folder();
    await expect(writeEnvFile(join(at, 'missing', '.env'), 'NEW=1\n')).rejects.toThrow('ENOENT');
    expect(await readdir(at)).toEqual([]);
  });
});
