import { describe, expect, it } from 'vitest';
import { type FixResult, type FixSource, isDeclined } from '../../../src/fixers/types.ts';
import { workflowFiles } from '../../../src/fixers/workflow-files/fixer.ts';
import { passGate } from '../../../src/policy/gate.ts';
import { aDiagnosis, aDiagnostic } from '../github/texts/models.ts';

const PATH = '.github/workflows/ci.yml';
const never = 'The file needs no change that is certain.';

function workflow(steps: string, job = ''): string {
  return `name: CI # ours\non: [push]\n\njobs:\n  test:\n${job}    runs-on: ubuntu-latest   # the image\n    steps:\n${steps}`;
}

function source(message: string, step = 'Set up job', category: 'workflow-config' | 'permission' = 'workflow-config'): FixSource {
  return {
    diagnosis: aDiagnosis({
      diagnostics: [aDiagnostic({ tool: 'runner', path: null, message })],
      failedSteps: [{ name: step, startLine: 1, endLine: 9, exitCode: null }],
      cause: { category, confidence: 0.9, evidence: [] },
    }),
    printedDiffs: [],
    workflow: { path: PATH, jobName: 'test' },
  };
}

async function fixed(from: FixSource, before: string, context: Record<string, string> = {}): Promise<string> {
  const result = await workflowFiles.fix({ source: from, targets: { [PATH]: before }, context, folder: '/nowhere' });
  if (isDeclined(result)) return result.declined;
  const { edits } = result as FixResult;
  expect(passGate({ edits, namedPaths: [PATH], protectedPaths: [], approved: true })).toEqual({ pass: true });
  return edits[0]?.after ?? never;
}

const retired = (action: string): FixSource =>
  source(
    `This request has been automatically failed because it uses a deprecated version of \`${action}\`. Learn more: https://github.blog/`,
  );
const disabled = (command: string): FixSource =>
  source(
    `The \`${command}\` command is disabled. Please upgrade to using Environment Files or opt into unsecure command execution`,
  );
const unresolved = (uses: string): FixSource =>
  source(`Unable to resolve action \`${uses}\`, unable to find version \`${uses.split('@')[1]}\``);
const forbidden = (step: string): FixSource => source('Resource not accessible by integration', step, 'permission');

/** Protects what may be done to the file that decides what CI does: the one thing that GitHub refuses, and nothing beside it. */
describe('a workflow file is mended', () => {
  it.each<[string, FixSource, string, string]>([
    [
      'artifacts of a retired major, uploaded and downloaded',
      retired('actions/upload-artifact: v3'),
      workflow(
        '      - uses: actions/upload-artifact@v3 # keep\n        with: { name: a, path: out }\n      - uses: actions/download-artifact@v2\n',
      ),
      workflow(
        '      - uses: actions/upload-artifact@v4 # keep\n        with: { name: a, path: out }\n      - uses: actions/download-artifact@v4\n',
      ),
    ],
    [
      'hidden files, which the new major leaves out unless asked',
      retired('actions/upload-artifact: v3'),
      workflow('      - uses: "actions/upload-artifact@v3.1.0"\n        with:\n          path: web/.next\n'),
      workflow(
        '      - uses: "actions/upload-artifact@v4"\n        with:\n          include-hidden-files: true\n          path: web/.next\n',
      ),
    ],
    [
      'a cache of a retired major',
      retired('actions/cache: v2'),
      workflow('      - uses: actions/cache@v2\n        with: { path: x, key: y }\n'),
      workflow('      - uses: actions/cache@v4\n        with: { path: x, key: y }\n'),
    ],
    [
      'a disabled command in a script',
      disabled('set-env'),
      workflow('      - run: |\n          # name it\n          echo "::set-env name=NAME::$(cat name)"\n          make\n'),
      workflow('      - run: |\n          # name it\n          echo "NAME=$(cat name)" >> "$GITHUB_ENV"\n          make\n'),
    ],
    [
      'a disabled command as a whole step',
      disabled('add-path'),
      workflow('      - run: echo ::add-path::$HOME/bin\n'),
      workflow('      - run: echo "$HOME/bin" >> "$GITHUB_PATH"\n'),
    ],
    [
      'a retired image',
      source('This is a scheduled Ubuntu 20.04 brownout. Ubuntu 20.04 LTS runner will be removed on 2025-04-15.'),
      'on: push\njobs:\n  a:\n    runs-on: "ubuntu-20.04" # old\n    steps: [{ run: make }]\n',
      'on: push\njobs:\n  a:\n    runs-on: "ubuntu-22.04" # old\n    steps: [{ run: make }]\n',
    ],
    [
      'a slip of the finger',
      unresolved('actions/checkout@v44'),
      workflow('      - uses: actions/checkout@v44\n'),
      workflow('      - uses: actions/checkout@v4\n'),
    ],
    [
      'a version without its v',
      unresolved('actions/setup-node@4'),
      workflow('      - uses: actions/setup-node@4\n'),
      workflow('      - uses: actions/setup-node@v4\n'),
    ],
    [
      'a right for the job that lacks it',
      forbidden('actions/labeler@v5'),
      workflow('      - uses: actions/labeler@v5\n'),
      workflow('      - uses: actions/labeler@v5\n', '    permissions:\n      contents: read\n      pull-requests: write\n'),
    ],
    [
      'a right beside those that a job has',
      forbidden('gh pr comment 1 --body hi'),
      workflow('      - run: gh pr comment 1 --body hi\n', '    permissions:\n      contents: read # no more\n'),
      workflow(
        '      - run: gh pr comment 1 --body hi\n',
        '    permissions:\n      pull-requests: write\n      contents: read # no more\n',
      ),
    ],
    [
      'a right that is too small',
      forbidden('gh release create v1'),
      workflow('      - run: gh release create v1\n', '    permissions:\n      contents: read\n'),
      workflow('      - run: gh release create v1\n', '    permissions:\n      contents: write\n'),
    ],
  ])('%s', async (_name, from, before, after) => {
    expect(await fixed(from, before)).toBe(after);
  });

  it('an action that the repository uses elsewhere in one version', async () => {
    const other = { '.github/workflows/b.yml': workflow('      - uses: acme/deploy@v7\n') };
    const before = workflow('      - uses: acme/deploy@v77x\n');
    expect(await fixed(unresolved('acme/deploy@v77x'), before, other)).toBe(before.replace('v77x', 'v7'));
  });
});

describe('a workflow file is left alone', () => {
  it.each<[string, FixSource, string, RegExp]>([
    [
      'when jobs of a matrix upload to one name',
      retired('actions/upload-artifact: v3'),
      workflow(
        '      - uses: actions/upload-artifact@v3\n        with: { name: logs, path: x }\n',
        '    strategy: { matrix: { node: [1, 2] } }\n',
      ),
      /matrix test all upload to "logs"/,
    ],
    [
      'when one name is uploaded to twice',
      retired('actions/upload-artifact: v3'),
      workflow(
        '      - uses: actions/upload-artifact@v3\n        with: { path: x }\n      - uses: actions/upload-artifact@v3\n        with: { path: y }\n',
      ),
      /uploaded to twice/,
    ],
    [
      'when the action is pinned to a commit',
      retired(`actions/cache: ${'0'.repeat(40)}`),
      workflow(`      - uses: actions/cache@${'0'.repeat(40)}\n`),
      /pinned to the commit/,
    ],
    ['when the successor is not known', retired('acme/thing: v1'), workflow('      - uses: acme/thing@v1\n'), /not known/],
    [
      'when the command is in a form that may mean something else',
      disabled('set-env'),
      workflow('      - run: printf "::set-env name=A::1"\n'),
      /not certain/,
    ],
    [
      'when the command is in a string of its own',
      disabled('set-env'),
      workflow(`      - run: node -e "console.log('::set-env name=A::1')"\n`),
      /not certain/,
    ],
    [
      'when the shell is another one',
      disabled('set-env'),
      workflow('      - run: echo "::set-env name=A::1"\n        shell: pwsh\n'),
      /shell is pwsh/,
    ],
    [
      'when two versions are as near',
      unresolved('actions/checkout@v9'),
      workflow('      - uses: actions/checkout@v9\n'),
      /can not be told/,
    ],
    [
      'when the job has every right of a kind',
      forbidden('gh pr comment 1'),
      workflow('      - run: gh pr comment 1\n', '    permissions: read-all\n'),
      /all rights of one kind/,
    ],
    [
      'when the job has the right already',
      forbidden('gh pr comment 1'),
      workflow('      - run: gh pr comment 1\n', '    permissions:\n      pull-requests: write\n'),
      /takes them away/,
    ],
    ['when it can not be read', retired('actions/cache: v2'), 'jobs: [', /can not be read/],
  ])('%s', async (_name, from, before, reason) => {
    expect(await fixed(from, before)).toMatch(reason);
  });

  it('when the log tells of nothing that it knows, or comes from nowhere', () => {
    expect(workflowFiles.applies(source('Process completed with exit code 1.'))).toBe(false);
    expect(workflowFiles.applies(forbidden('make release'))).toBe(false);
    expect(workflowFiles.applies({ ...retired('actions/cache: v2'), workflow: undefined })).toBe(false);
    expect(workflowFiles.plan(retired('actions/cache: v2'), new Set(['README.md']))).toHaveProperty('declined');
  });
});
