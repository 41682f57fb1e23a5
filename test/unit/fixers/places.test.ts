import { describe, expect, it } from 'vitest';
import { formatFiles, NOTHING_TO_CHANGE } from '../../../src/fixers/formatting/format-files.ts';
import { filesMeant, isAmbiguous, placed } from '../../../src/fixers/places/places.ts';
import { stepFoldersIn } from '../../../src/fixers/places/step-folders.ts';
import type { FixSource } from '../../../src/fixers/types.ts';
import { aDiagnosis } from '../github/texts/models.ts';

function sourceIn(jobName: string, folders: string[], stepFolders: string[] = []): FixSource {
  return {
    diagnosis: aDiagnosis({}),
    printedDiffs: [],
    workflow: { path: '.github/workflows/ci.yml', jobName, folders, stepFolders },
  };
}

const TREE = new Set(['src/a.js', 'apps/shop/src/a.js', 'apps/admin/src/a.js', 'apps/shop/web/src/a.js', 'README.md']);

describe('the files that a printed path may mean', () => {
  it.each<[string, FixSource, string, string[]]>([
    ['the one at the root', sourceIn('lint', []), 'src/a.js', ['src/a.js']],
    ['the one below the folder of the step', sourceIn('lint', ['apps/shop']), './src/a.js', ['apps/shop/src/a.js']],
    ['the one where the command goes to', sourceIn('lint', [''], ['apps/shop/web']), 'src/a.js', ['apps/shop/web/src/a.js']],
    [
      'those of a matrix',
      sourceIn('lint', ['apps/*']),
      'src/a.js',
      ['apps/shop/src/a.js', 'apps/admin/src/a.js', 'apps/shop/web/src/a.js'],
    ],
    ['the one of the leg', sourceIn('lint (shop, 20)', ['apps/*']), 'src/a.js', ['apps/shop/src/a.js']],
    ['the one of a named leg', sourceIn('Lint admin', ['apps/*']), 'src/a.js', ['apps/admin/src/a.js']],
    ['the one at the root, where the folder has none', sourceIn('lint', ['docs']), 'src/a.js', ['src/a.js']],
    [
      'all that end so',
      sourceIn('lint', []),
      'a.js',
      ['src/a.js', 'apps/shop/src/a.js', 'apps/admin/src/a.js', 'apps/shop/web/src/a.js'],
    ],
    ['none for a path that leaves the repository', sourceIn('lint', []), '../src/a.js', []],
    ['with the backslashes of Windows', sourceIn('lint', []), '.\\src\\a.js', ['src/a.js']],
  ])('%s', (_, source, printed, wanted) => {
    expect(filesMeant(printed.replace(/^\.\\/, ''), source, TREE)).toEqual(wanted);
  });

  it('are worth a look at the workflow when there are several', () => {
    expect(isAmbiguous(['src/a.js'], TREE)).toBe(true);
    expect(isAmbiguous(['README.md', 'gone.js'], TREE)).toBe(false);
  });
});

const JOBS = `
defaults:
  run:
    working-directory: app
jobs:
  lint:
    name: Lint \${{ matrix.os }}
    steps:
      - uses: actions/checkout@v4
      - run: npm run lint
      - name: Docs
        working-directory: ./docs/
        run: |
          cd site && yarn lint
          make -C ../api check
  format:
    defaults:
      run:
        working-directory: packages/\${{ matrix.package }}
    steps:
      - run: prettier --check \${{ matrix.files }}
      - run: npm --prefix web run lint
        working-directory: \${{ github.workspace }}
`;

describe('where the failed steps of a job work', () => {
  it.each<[string, string, string[], string[], string[]]>([
    ['the workflow says it for all', 'Lint ubuntu', ['npm run lint'], ['app'], []],
    ['the step says it, and its commands go on', 'Lint ubuntu', ['cd site && yarn lint'], ['docs'], ['docs/site', 'api']],
    ['an expression may be any folder', 'format (web)', ['prettier --check src'], ['packages/*'], []],
    ['the workspace is the root', 'format (web)', ['npm --prefix web run lint'], [''], ['web']],
    ['a command that is not there leaves all steps of the job', 'format', ['other'], ['packages/*', ''], ['web']],
    ['a job that is not there leaves nothing', 'gone', ['npm run lint'], [], []],
  ])('%s', (_, jobName, commands, folders, stepFolders) => {
    expect(stepFoldersIn(JOBS, jobName, commands)).toEqual({ folders, stepFolders });
  });

  it('is not known of a file that is no workflow', () => {
    expect(stepFoldersIn('a: [', 'lint', [])).toEqual({ folders: [], stepFolders: [] });
  });
});

describe('what the contents of files of one ending decide', () => {
  const FILES = { 'a/x.js': 'bad', 'b/x.js': 'good', 'b/y.js': 'bad', 'a/y.js': 'good' };
  const formatted = (files: Record<string, string>, printed: string[]) =>
    formatFiles(files, {
      name: 'tool',
      places: placed(printed, sourceIn('lint', []), new Set(Object.keys(files))),
      format: (_, text) => text.replace('bad', 'good'),
      keeps: () => true,
    });

  it('takes the file that is not as the tool wants it', async () => {
    expect(await formatted(FILES, ['x.js', 'y.js'])).toMatchObject({ edits: [{ path: 'a/x.js' }, { path: 'b/y.js' }] });
  });

  it('takes all of them when the log names the path as often', async () => {
    const files = { 'a/x.js': 'bad', 'b/x.js': 'bad' };
    expect(await formatted(files, ['x.js', 'x.js'])).toMatchObject({ edits: [{ path: 'a/x.js' }, { path: 'b/x.js' }] });
    expect(await formatted(files, ['x.js'])).toEqual({ declined: 'x.js may be a/x.js or b/x.js.' });
  });

  it('takes the folder that has all, where others are open too', async () => {
    const files = { 'a/x.js': 'bad', 'b/x.js': 'bad', 'b/y.js': 'bad' };
    expect(await formatted(files, ['x.js', 'y.js'])).toMatchObject({ edits: [{ path: 'b/x.js' }, { path: 'b/y.js' }] });
  });

  it('takes none where all are as they should be', async () => {
    expect(await formatted({ 'a/x.js': 'good', 'b/x.js': 'good' }, ['x.js'])).toEqual({
      declined: expect.stringContaining(NOTHING_TO_CHANGE),
    });
  });
});
