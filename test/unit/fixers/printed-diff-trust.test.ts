import { describe, expect, it } from 'vitest';
import { printedDiff } from '../../../src/fixers/printed-diff/fixer.ts';
import { readGitDiffs } from '../../../src/fixers/printed-diff/git-command.ts';
import { failedStepLog, fixWith, sourceOf } from './fixtures.ts';

const BEFORE = 'one\ntwo\nthree\n';
const AFTER = 'one\n2\nthree\n';
const BODY = '@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n';
const GIT = `diff --git a/src/a.js b/src/a.js\nindex 4cb29ea..f04eb26 100644\n--- a/src/a.js\n+++ b/src/a.js\n${BODY}`;
const GOFMT = `diff cmd/a.go.orig cmd/a.go\n--- cmd/a.go.orig\n+++ cmd/a.go\n${BODY}`;

function fixOf(command: string, output: string, files: Record<string, string>) {
  return fixWith(printedDiff, sourceOf(failedStepLog(command, output)), files);
}

describe('what a step’s git diffs compare', () => {
  it.each([
    ['git diff --exit-code', true],
    ['git --no-pager diff --exit-code HEAD', true],
    ['git -C . -c core.pager=cat diff --quiet || exit 1', true],
    ['make gen && git diff --exit-code -- src ":!vendor"', true],
    ['git diff --exit-code src/', true],
    ['git diff --exit-code src/a.js', true],
    ['git diff --cached --stat --exit-code', true],
    ['/usr/bin/git diff', false],
    ['if [ -n "$(git diff --name-only)" ]; then git diff; exit 1; fi', false],
    ['git-clang-format --version\ngit clang-format --diff HEAD~1', true],
  ])('%s: what is checked out, with what the step made of it', (command, isDemand) => {
    expect(readGitDiffs(command, ['src/a.js'])).toEqual({ isDemand });
  });

  it.each([
    'git diff HEAD~1 --exit-code',
    'git diff origin/main...HEAD --exit-code',
    'git diff main --exit-code',
    'git diff $BASE_SHA',
    'git diff --exit-code "$BASE" "$HEAD"',
    'git diff -R --exit-code',
    'git diff -w --exit-code',
    'git diff --ignore-all-space --exit-code',
    'git diff --word-diff --exit-code',
    'git diff --no-index expected actual',
    'git diff --exit-code && git diff HEAD^',
    'npm test',
  ])('%s: something else', (command) => {
    expect(readGitDiffs(command, ['src/a.js'])).toBeNull();
  });
});

describe('who printed it, and why', () => {
  const files = { 'src/a.js': BEFORE };
  const fixed = { 'src/a.js': AFTER };

  it('takes what git showed where the step demands that there is no difference', async () => {
    expect(await fixOf('npm run generate\ngit diff --exit-code', `${GIT}done\n`.repeat(1), files)).toEqual(fixed);
  });

  it('takes what git showed right before the step failed, and the command that npm or make shows', async () => {
    expect(await fixOf('npm run generate\ngit diff\nexit 1', GIT, files)).toEqual(fixed);
    expect(await fixOf('npm run check', `> shop@1.0.0 check\n> node gen.js && git diff --exit-code\n\n${GIT}`, files)).toEqual(
      fixed,
    );
    expect(
      await fixOf('make check', `go generate ./...\ngit diff --exit-code\n${GIT}make: *** [check] Error 1\n`, files),
    ).toEqual(fixed);
    expect(await fixOf('./check.sh', `+ git diff --exit-code\n${GIT}`, files)).toEqual(fixed);
  });

  const STALE = 'Generated files are out of date, run make generate';
  const dated = (old: string, wanted: string, body = BODY) =>
    `--- ${old}\t2026-11-20 08:15:00.1 +0000\n+++ ${wanted}\t2026-11-20 08:15:00.1 +0000\n${body}`;

  it.each([
    ['a script has asked git', 'make verify', `${GIT}${STALE}\nmake: *** [verify] Error 1\n`],
    ['it is said above', 'make verify', `Please run 'make generate' and commit:\n${GIT}`],
    [
      'the generator writes into a pipe',
      'diff -u src/a.js <(node gen.js) || exit 1',
      `${dated('src/a.js', '/dev/fd/63')}${STALE}\n`,
    ],
    ['the generator writes elsewhere', './verify.sh', `${dated('src/a.js', '/tmp/tmp.x1/src/a.js')}${STALE}\n`],
    [
      'what is committed was put aside',
      './verify.sh',
      `${dated('src/a.js', '/tmp/tmp.x1/src/a.js', '@@ -1,3 +1,3 @@\n one\n-2\n+two\n three\n')}src/a.js is out of date. Please run hack/update.sh\n`,
    ],
  ])('takes a difference that people call stale: %s', async (_, command, output) => {
    expect(await fixOf(command, output, files)).toEqual(fixed);
  });

  it.each<[string, string, string, Record<string, string>]>([
    ['what a test expects', './verify.sh', `${dated('test/a.js', '/dev/fd/63')}${STALE}\n`, { 'test/a.js': BEFORE }],
    [
      'what is expected by its name',
      './verify.sh',
      `${dated('src/a.expected.txt', '-')}${STALE}\n`,
      { 'src/a.expected.txt': BEFORE },
    ],
    ['two files of which neither is temporary', './verify.sh', `${dated('src/a.js', 'src/b.js')}${STALE}\n`, files],
    ['a comparison of commits', 'git diff origin/main', `${GIT}${STALE}\n`, files],
    [
      'what a test prints',
      'npm test',
      `${GIT}${STALE}\n\n  1) adds\nTests: 1 failed, 1 total\nFAIL src/a.test.js\n  ● adds\n`,
      files,
    ],
    ['the advice of git', 'npm run check', `Please run \`git diff\` to see\n${GIT}`, files],
  ])('leaves alone %s, whatever is said of it', async (_, command, output, contents) => {
    expect(await fixOf(command, output, contents)).toBeTypeOf('string');
  });

  it('takes names from the folder in which git ran, where it was asked for them', async () => {
    const relative = GIT.replaceAll('src/a.js', 'a.js');
    expect(await fixOf('git diff --exit-code --relative .', relative, files)).toEqual(fixed);
    expect(await fixOf('git diff --exit-code', relative, files)).toBeTypeOf('string');
  });

  it('leaves alone what git showed long before something else failed', async () => {
    const later = Array.from({ length: 40 }, (_, index) => `test ${index}`).join('\n');
    expect(await fixOf('npm version patch\ngit diff\nnpm test', `${GIT}${later}\n`, files)).toBeTypeOf('string');
  });

  it.each([
    ['the step updates what tests expect', 'npx jest -u\ngit diff --exit-code', GIT],
    ['the step updates golden files', 'go test ./... -update\ngit diff --exit-code', GIT],
    ['an environment variable makes tests write', 'UPDATE_SNAPSHOTS=1 cargo test\ngit diff --exit-code', GIT],
    ['nothing says that git was asked for it', 'npm run check', GIT],
    ['a test compares with git', 'npm test', `git diff --no-index a b\n${GIT}`],
    ['the words around are no command', 'npm test', `Please run \`git diff\` to see\n${GIT}`],
    ['a test frame prints expected and actual', 'npm test', `--- expected\n+++ actual\n${BODY}`],
    ['a tool says whose side is which', 'go test ./...', `--- Expected\n+++ Actual\n${BODY}`],
    ['the names are the same but nobody is known', 'npm test', `--- src/a.js\n+++ src/a.js\n${BODY}`],
    ['prefixes alone are no tool', 'npm test', `--- a/src/a.js\n+++ b/src/a.js\n${BODY}`],
    [
      'two files were compared',
      'diff -u src/a.js src/b.js',
      `--- src/a.js\t2026-11-20 08:15:00\n+++ src/b.js\t2026-11-20 08:15:00\n${BODY}`,
    ],
    [
      'dune wants a test’s expectation',
      'dune test',
      GIT.replaceAll('a/src', 'a/_build/default/src').replaceAll('b/src/a.js', 'b/_build/default/src/a.output'),
    ],
  ])('leaves it alone where %s', async (_, command, output) => {
    expect(await fixOf(command, output, files)).toBeTypeOf('string');
  });

  it('leaves alone what was printed in a step that went well', async () => {
    const log = failedStepLog('npm test', 'boom\n').replace(
      '##[group]Run npm test',
      `##[group]Run gofmt -d .\n2026-11-20T08:15:00.1234567Z shell: bash\n2026-11-20T08:15:00.1234567Z ##[endgroup]\n${GOFMT.split(
        '\n',
      )
        .map((line) => `2026-11-20T08:15:00.1234567Z ${line}`)
        .join('\n')}\n2026-11-20T08:15:00.1234567Z ##[group]Run npm test`,
    );
    const source = sourceOf(log);
    expect(source.printedDiffs).toHaveLength(1);
    expect(await fixWith(printedDiff, source, { 'cmd/a.go': BEFORE })).toBe('does not apply');
  });
});

describe('which files', () => {
  it.each([
    ['decides about CI', '.github/workflows/ci.yml', 'make generate\ngit diff --exit-code'],
    ['records what tests expect', 'test/__snapshots__/a.snap', 'make generate\ngit diff --exit-code'],
    ['is a lock file that no tool of its own made', 'package-lock.json', 'make generate\ngit diff --exit-code'],
  ])('leaves a file alone that %s', async (_, path, command) => {
    expect(await fixOf(command, GIT.replaceAll('src/a.js', path), { [path]: BEFORE })).toBeTypeOf('string');
  });

  it('takes a lock file that its own tool made', async () => {
    const output = GIT.replaceAll('src/a.js', 'go.sum');
    expect(await fixOf('go mod tidy\ngit diff --exit-code', output, { 'go.sum': BEFORE })).toEqual({ 'go.sum': AFTER });
  });

  it('finds the folder in which the tool ran by the only file that has these lines', async () => {
    const files = { 'services/a/cmd/a.go': BEFORE, 'services/b/cmd/a.go': 'other\n', 'x/cmd/b.go': BEFORE };
    expect(await fixOf('gofmt -d .', GOFMT, files)).toEqual({ 'services/a/cmd/a.go': AFTER });
    const twice = { ...files, 'services/b/cmd/a.go': BEFORE };
    expect(await fixOf('gofmt -d .', GOFMT, twice)).toMatch(/fits services\/a\/cmd\/a\.go and services\/b\/cmd\/a\.go/);
  });

  it('finds a file by its absolute name where the workspace is none of the runner’s', async () => {
    const output = `--- /srv/ci/shop/src/a.py:before\t2026-11-20 08:15:00.1\n+++ /srv/ci/shop/src/a.py:after\t2026-11-20 08:15:00.2\n${BODY}`;
    expect(await fixOf('isort --diff .', output, { 'src/a.py': BEFORE })).toEqual({ 'src/a.py': AFTER });
  });

  it('takes the same change once, and none where two differ', async () => {
    expect(await fixOf('gofmt -d .', GOFMT + GOFMT, { 'cmd/a.go': BEFORE })).toEqual({ 'cmd/a.go': AFTER });
    expect(await fixOf('gofmt -d .', GOFMT + GOFMT.replace('+2', '+3'), { 'cmd/a.go': BEFORE })).toMatch(/different changes/);
  });

  it('takes the first of two tools’ wishes for a file: the other prints its own anew once that one is content', async () => {
    const isort = `--- /w/src/a.py:before\t2026-11-20 08:15:00.1\n+++ /w/src/a.py:after\t2026-11-20 08:15:00.2\n${BODY}`;
    const stamp = '2026-11-20 08:15:00.123456 +0000';
    const black = `--- src/a.py\t${stamp}\n+++ src/a.py\t${stamp}\n${BODY.replace('+2', '+22')}`;
    expect(await fixOf('isort --diff . || black --diff .', isort + black, { 'src/a.py': BEFORE })).toEqual({ 'src/a.py': AFTER });
  });

  it.each(['../../etc/passwd', '/etc/passwd', 'C:\\Windows\\a.go'])('does not leave the repository for %s', async (path) => {
    expect(await fixOf('gofmt -d .', GOFMT.replaceAll('cmd/a.go', path), { 'cmd/b.go': BEFORE })).toBeTypeOf('string');
  });
});

describe('what git says about the contents', () => {
  it('refuses a result that is not the file that git named', async () => {
    const output = GIT.replace('f04eb26', 'f04eb27');
    expect(await fixOf('git diff --exit-code', output, { 'src/a.js': BEFORE })).toMatch(/not the file that git named/);
  });

  it('follows lines that have moved when there is only one place for them', async () => {
    const moved = `zero\nnull\n${BEFORE}`;
    expect(await fixOf('git diff --exit-code', GIT, { 'src/a.js': moved })).toEqual({ 'src/a.js': `zero\nnull\n${AFTER}` });
    expect(await fixOf('git diff --exit-code', GIT, { 'src/a.js': `zero\n${BEFORE}${BEFORE}` })).toBeTypeOf('string');
  });
});

describe('what the log leaves out', () => {
  it.each([
    ['lines are missing', GOFMT.replace(' three\n', '')],
    ['the tool says that there is more', `${GOFMT}... 12 more lines\n`],
    ['the tool says so after an empty line', `${GOFMT}\n(output truncated)\n`],
    ['another line has come between', GOFMT.replace('-two\n', '-two\nsomething else\n')],
    ['a line is longer than the analyser keeps', GOFMT.replace('+2', `+${'2'.repeat(9_000)}`)],
  ])('refuses a change where %s', async (_, output) => {
    expect(await fixOf('gofmt -d .', output, { 'cmd/a.go': BEFORE })).toMatch(/cuts off/);
  });

  it('reads on over what a formatter says on its other stream', async () => {
    const black = `--- a.py\t2026-11-20 08:15:00.123456 +0000\n+++ a.py\t2026-11-20 08:15:00.123456 +0000\n${BODY.replace('-two\n', '-two\nwould reformat a.py\n')}`;
    expect(await fixOf('black --diff .', black, { 'a.py': BEFORE })).toEqual({ 'a.py': AFTER });
  });

  it('keeps at most half a million characters, and says that the rest is cut off', () => {
    const big = Array.from({ length: 3_000 }, (_, index) =>
      GOFMT.replaceAll('cmd/a', `cmd/a${index}`).replace(' one', ` ${'o'.repeat(2_000)}`),
    );
    const { printedDiffs } = sourceOf(failedStepLog('gofmt -d .', big.join('')));
    expect(printedDiffs.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(512 * 1024);
    expect(printedDiffs.at(-1)?.isComplete).toBe(false);
  });
});
