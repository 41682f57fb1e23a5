/**
 * What a push to main means for releases, as outputs of a step: `next=release` with the version where its tag is missing,
 * `next=propose` where changesets wait for a version, `next=none` otherwise. Needs nothing but Node and git.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sectionOf } from './changelog.ts';

export interface ReleaseState {
  /** Of package.json. */
  version: string;
  tags: readonly string[];
  /** Names of the files in `.changeset/`. */
  changesets: readonly string[];
  changelog: string;
}

export type ReleasePlan = 'release' | 'propose' | 'none';

/** A version is released when nobody has released it, and its chapter of the changelog is written to its end. Pure. */
export function planRelease({ version, tags, changesets, changelog }: ReleaseState): ReleasePlan {
  if (!tags.includes(`v${version}`) && sectionOf(changelog, version) !== null) return 'release';
  return changesets.some((name) => name.endsWith('.md') && name !== 'README.md') ? 'propose' : 'none';
}

/** @param root a checkout with its tags */
export function readReleaseState(root: string): ReleaseState {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const folder = join(root, '.changeset');
  return {
    version,
    tags: execFileSync('git', ['tag', '--list', 'v*'], { cwd: root, encoding: 'utf8' }).split('\n'),
    changesets: existsSync(folder) ? readdirSync(folder) : [],
    changelog: readFileSync(join(root, 'CHANGELOG.md'), 'utf8'),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const state = readReleaseState(fileURLToPath(new URL('../..', import.meta.url)));
  process.stdout.write(`next=${planRelease(state)}\nversion=${state.version}\n`);
}
