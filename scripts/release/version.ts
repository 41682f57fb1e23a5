/**
 * `npm run release:version`: makes the next version of the waiting changesets. Changesets writes package.json and CHANGELOG.md; here
 * follow the other files that name the version. Commit what it changes.
 */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chapterBelowIntroduction, introductionOf } from './changelog.ts';
import { VERSIONED_FILES } from './versioned-files.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TOOLS = fileURLToPath(new URL('.', import.meta.url));

const read = (path: string) => readFile(join(ROOT, path), 'utf8');
const versionOf = async () => (JSON.parse(await read('package.json')) as { version: string }).version;

// 1 Changesets, which are installed from a lock file of their own
const introduction = introductionOf(await read('CHANGELOG.md'));
const before = await versionOf();
execFileSync('npm', ['ci', '--prefix', TOOLS, '--no-audit', '--no-fund', '--ignore-scripts'], { stdio: 'inherit' });
execFileSync(process.execPath, [join(TOOLS, 'node_modules/@changesets/cli/bin.js'), 'version'], { cwd: ROOT, stdio: 'inherit' });
const version = await versionOf();
if (version === before) {
  process.stdout.write(`${version} stays: no changeset waits.\n`);
} else {
  // 2 The changelog
  await writeFile(join(ROOT, 'CHANGELOG.md'), chapterBelowIntroduction(await read('CHANGELOG.md'), introduction));
  // 3 Whatever else names the version
  for (const { path, withVersion } of VERSIONED_FILES) await writeFile(join(ROOT, path), withVersion(await read(path), version));
  execFileSync('npm', ['run', '--silent', 'generate'], { cwd: ROOT, stdio: 'inherit' });
  process.stdout.write(`${before} -> ${version}\n`);
}
