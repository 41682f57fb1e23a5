/** CHANGELOG.md as text: its chapters, and what Changesets leaves to mend. `node scripts/release/changelog.ts VERSION` prints a chapter. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * What a version's chapter says.
 * @returns `null` where there is none, or its heading says more than the version and a date, such as "(unreleased)"
 */
export function sectionOf(changelog: string, version: string): string | null {
  const lines = changelog.split('\n');
  const start = lines.findIndex((line) => headingVersion(line) === version);
  if (start < 0) return null;
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith('## '));
  return lines
    .slice(start + 1, length < 0 ? undefined : start + 1 + length)
    .join('\n')
    .trim();
}

function headingVersion(line: string): string | null {
  return /^## (\d+\.\d+\.\d+(?:-[\w.]+)?)(?: - \d{4}-\d\d-\d\d)?$/.exec(line)?.[1] ?? null;
}

/** Changesets writes a new chapter below the first line; ours belongs below what the file says of itself. Pure. */
export function chapterBelowIntroduction(changelog: string, introduction: string): string {
  const at = changelog.indexOf(introduction);
  const title = changelog.indexOf('\n');
  if (at < 0 || title < 0) throw new Error('The changelog has lost its introduction.');
  const between = changelog.slice(title, at).trim();
  const rest = changelog.slice(at + introduction.length).trim();
  return `${[changelog.slice(0, title), introduction.trim(), between, rest].filter(Boolean).join('\n\n')}\n`;
}

/** What the file says of itself: from below its title to its first chapter. */
export function introductionOf(changelog: string): string {
  const title = changelog.indexOf('\n');
  const chapter = changelog.indexOf('\n## ');
  return changelog.slice(title, chapter).trim();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [version = ''] = process.argv.slice(2);
  const section = sectionOf(readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8'), version);
  if (section === null) {
    process.stderr.write(`CHANGELOG.md has no finished chapter on ${version}.\n`);
    process.exitCode = 1;
  } else process.stdout.write(`${section}\n`);
}
