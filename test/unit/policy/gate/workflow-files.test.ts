import { describe, expect, it } from 'vitest';
import { passGate } from '../../../../src/policy/gate.ts';

const PATH = '.github/workflows/ci.yml';
const BEFORE = `name: CI
on: # both
  push:
  pull_request:
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-20.04
    steps:
      - uses: actions/checkout@v4
      - run: echo "::set-output name=a::1"
      - if: always()
        uses: actions/upload-artifact@v3
        with: { name: logs, path: logs }
`;

function reasonsFor(after: string, approved = true): string[] {
  const result = passGate({
    edits: [{ path: PATH, before: BEFORE, after }],
    namedPaths: [PATH],
    protectedPaths: [],
    approved,
  });
  return result.pass ? [] : result.reasons;
}

describe('a workflow file', () => {
  it('is protected unless a person approves the patch', () => {
    expect(reasonsFor(BEFORE.replace('ubuntu-20.04', 'ubuntu-24.04'), false)).toEqual([
      `The patch changes ${PATH}, which is protected.`,
    ]);
  });

  it.each([
    ['a newer image', 'ubuntu-20.04', 'ubuntu-24.04'],
    ['a newer action', 'upload-artifact@v3', 'upload-artifact@v4'],
    ['another way to set an output', 'echo "::set-output name=a::1"', 'echo "a=1" >> "$GITHUB_OUTPUT"'],
    ['a right that a job lacks', 'contents: read', 'contents: read\n  pull-requests: write'],
    ['a comment', '# both', '# both of them'],
  ])('may get %s', (_name, from, to) => {
    expect(reasonsFor(BEFORE.replace(from, to))).toEqual([]);
  });

  it.each([
    ['another trigger', '  push:\n', ''],
    ['a step less', '      - run: echo "::set-output name=a::1"\n', ''],
    ['another action', 'actions/upload-artifact@v3', 'someone/else@v3'],
    ['another condition', 'if: always()', 'if: success()'],
    ['a step that may fail', 'uses: actions/checkout@v4', 'uses: actions/checkout@v4\n        continue-on-error: true'],
    ['a job that never runs', 'runs-on: ubuntu-20.04', 'if: false\n    runs-on: ubuntu-20.04'],
    ['every right', 'permissions:\n  contents: read', 'permissions: write-all'],
    ['a right that is none', 'contents: read', 'contents: everything'],
    ['a command that swallows', '- run: echo', '- run: npm test || true; echo'],
    ['a file that cannot be read', 'name: CI', 'name: [CI'],
  ])('may not get %s', (_name, from, to) => {
    expect(BEFORE).toContain(from);
    expect(reasonsFor(BEFORE.replace(from, to))).not.toEqual([]);
  });
});
