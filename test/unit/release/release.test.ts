import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chapterBelowIntroduction, introductionOf, sectionOf } from '../../../scripts/release/changelog.ts';
import { planRelease } from '../../../scripts/release/plan.ts';
import { VERSIONED_FILES } from '../../../scripts/release/versioned-files.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const { version } = JSON.parse(read('package.json')) as { version: string };

const CHANGELOG = '# Changelog\n\nWhat changes.\n\n## 1.1.0\n\n### Minor Changes\n\n- More.\n\n## 1.0.0 (unreleased)\n\n- All.\n';

describe('what a push to main means', () => {
  const state = { version: '1.1.0', tags: ['v1.0.0'], changesets: ['README.md', 'config.json'], changelog: CHANGELOG };
  it.each([
    ['a version that nobody has released', state, 'release'],
    ['one that is released', { ...state, tags: ['v1.1.0'] }, 'none'],
    ['one that is released, and changes wait', { ...state, tags: ['v1.1.0'], changesets: ['brave-cats.md'] }, 'propose'],
    ['one whose chapter is not closed', { ...state, version: '1.0.0', tags: [] }, 'none'],
    ['one without a chapter', { ...state, version: '1.2.0', changesets: ['brave-cats.md'] }, 'propose'],
    ['a release comes before what waits', { ...state, changesets: ['brave-cats.md'] }, 'release'],
  ] as const)('%s', (_what, given, wanted) => {
    expect(planRelease(given)).toBe(wanted);
  });
});

describe('the changelog', () => {
  it('is cut into chapters', () => {
    expect(sectionOf(CHANGELOG, '1.1.0')).toBe('### Minor Changes\n\n- More.');
    expect(sectionOf(CHANGELOG, '1.0.0')).toBeNull();
    expect(sectionOf(`${CHANGELOG}\n## 0.9.0 - 2026-01-31\n- Old.\n`, '0.9.0')).toBe('- Old.');
  });

  it('keeps its introduction on top, where Changesets writes below the first line', () => {
    const written = CHANGELOG.replace('\n', '\n\n## 1.2.0\n\n### Patch Changes\n\n- Mended.\n');
    const mended = chapterBelowIntroduction(written, introductionOf(CHANGELOG));
    expect(mended.startsWith('# Changelog\n\nWhat changes.\n\n## 1.2.0\n')).toBe(true);
    expect(sectionOf(mended, '1.2.0')).toBe('### Patch Changes\n\n- Mended.');
    expect(sectionOf(mended, '1.1.0')).toBe('### Minor Changes\n\n- More.');
  });
});

describe('files that name the version', () => {
  it.each(VERSIONED_FILES)('$path names the one of package.json, and takes another', ({ path, withVersion }) => {
    expect(withVersion(read(path), version)).toBe(read(path));
    const next = withVersion(read(path), '12.3.4');
    expect(next).not.toBe(read(path));
    expect(next).toMatch(/12.3.4/);
    expect(() => withVersion('{"packages":{}}', '12.3.4')).toThrow();
  });
});

/** Protects whoever writes `uses: owner/regreen@v1`: the tags hold the bundle, main does not, and a version's tag never moves. */
describe('publishing', () => {
  let folder: string;
  const git = (at: string, ...args: string[]) => execFileSync('git', args, { cwd: join(folder, at), encoding: 'utf8' }).trim();

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'regreen-release-'));
    mkdirSync(join(folder, 'work/scripts/release'), { recursive: true });
    for (const file of ['publish.sh', 'changelog.ts'])
      cpSync(join(ROOT, 'scripts/release', file), join(folder, 'work/scripts/release', file));
    writeFileSync(join(folder, 'work/CHANGELOG.md'), CHANGELOG);
    writeFileSync(join(folder, 'work/.gitignore'), 'dist/\n');
    execFileSync('git', ['init', '--quiet', '--bare', join(folder, 'origin.git')]);
    git('work', 'init', '--quiet', '--initial-branch', 'main');
    git('work', 'config', 'user.name', 'mona');
    git('work', 'config', 'user.email', 'mona@example.com');
    git('work', 'remote', 'add', 'origin', join(folder, 'origin.git'));
    git('work', 'add', '.');
    git('work', 'commit', '--quiet', '--message', 'All');
    git('work', 'push', '--quiet', 'origin', 'main');
    mkdirSync(join(folder, 'bin'));
    // GitHub's own program, of which only its arguments matter here.
    writeFileSync(join(folder, 'bin/gh'), `#!/bin/sh\necho "$@" >>"${folder}/gh.log"\n`);
    chmodSync(join(folder, 'bin/gh'), 0o755);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Made in the same second, the same release would be the same commit, and nothing would be moved. @param at ISO 8601 */
  function publish(of: string, at = '2026-11-02T10:00:00Z'): void {
    mkdirSync(join(folder, 'work/dist/action'), { recursive: true });
    writeFileSync(join(folder, 'work/dist/action/build.json'), '{\n  "version": "1.1.0"\n}\n');
    const env = {
      PATH: `${join(folder, 'bin')}:${process.execPath.replace(/\/node$/, '')}:/usr/bin:/bin`,
      HOME: folder,
      VERSION: of,
      IMAGE: 'ghcr.io/octo/regreen@sha256:0',
      GITHUB_REPOSITORY: 'octo/regreen',
      GH_TOKEN: 'unused',
      GIT_AUTHOR_DATE: at,
      GIT_COMMITTER_DATE: at,
    };
    execFileSync('sh', [join(folder, 'work/scripts/release/publish.sh')], { env, stdio: 'pipe' });
  }

  it('puts the bundle on a commit of its own, which the tags name', () => {
    publish('1.1.0');
    const files = (ref: string) => git('origin.git', 'ls-tree', '-r', '--name-only', ref).split('\n');
    expect(files('v1.1.0^{}')).toContain('dist/action/build.json');
    expect(files('main')).not.toContain('dist/action/build.json');
    expect(git('origin.git', 'rev-parse', 'v1^{}')).toBe(git('origin.git', 'rev-parse', 'v1.1.0^{}'));
    expect(git('origin.git', 'rev-parse', 'v1.1.0^{}~1')).toBe(git('origin.git', 'rev-parse', 'main'));
    expect(readFileSync(join(folder, 'gh.log'), 'utf8')).toMatch(/release create v1\.1\.0 --verify-tag/);
  });

  it('never moves a tag of a version, and refuses a bundle of another', () => {
    const before = git('origin.git', 'rev-parse', 'v1.1.0', 'v1');
    // The workflow once more, from main.
    git('work', 'tag', '--delete', 'v1.1.0');
    git('work', 'reset', '--quiet', '--hard', 'origin/main');
    expect(() => publish('1.1.0', '2026-11-02T11:00:00Z')).toThrow(/already exists|rejected/);
    expect(() => publish('1.2.0')).toThrow(/dist\/action is not of 1\.2\.0/);
    expect(git('origin.git', 'rev-parse', 'v1.1.0', 'v1')).toBe(before);
  });
});
