import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../src/diagnosis/types.ts';
import { leftRed } from '../../../src/fixers/left-red.ts';
import type { FixSource } from '../../../src/fixers/types.ts';
import { aDiagnosis, aDiagnostic } from '../github/texts/models.ts';
import { failedStepLog, sourceOf } from './fixtures.ts';

const prettierSays = aDiagnostic({ tool: 'prettier', path: 'a.ts', line: null, code: null, logLine: 10 });
const steps = [
  { name: 'prettier', startLine: 1, endLine: 20, exitCode: 1 },
  { name: 'other', startLine: 21, endLine: 40, exitCode: 1 },
];

function sourceWith(diagnostics: Partial<Diagnostic>[], more: Partial<FixSource['diagnosis']> = {}): FixSource {
  const others = diagnostics.map((one) => aDiagnostic({ path: 'a.ts', line: 3, code: null, logLine: 30, ...one }));
  return {
    diagnosis: aDiagnosis({ diagnostics: [prettierSays, ...others], failedSteps: steps, tests: null, ...more }),
    printedDiffs: [],
  };
}

const aFailedTest = { name: 'adds', suite: null, file: null, line: null, message: null, frame: null, logLine: 31 };
const tests = { framework: 'tap', total: 1, failedCount: 1, skippedCount: 0, failed: [aFailedTest] };

describe('a job that a fix would leave red', () => {
  it.each<[string, Partial<Diagnostic>]>([
    ['a compiler', { tool: 'tsc', code: 'TS2322' }],
    ['another formatter', { tool: 'shfmt', path: 'b.sh', line: null }],
    ['a linter', { tool: 'eslint', code: 'no-undef' }],
    ['a linter that a hook has run', { tool: 'flake8', code: 'F821' }],
  ])('is told by %s', (_, other) => {
    expect(leftRed(sourceWith([other]), ['prettier'])).toMatch(/^The job stays red: /);
  });

  it('is told by a hook that fails and changes nothing, whatever another hook has changed', () => {
    const hook = { tool: 'pre-commit', path: null, line: null, code: 'check-yaml' };
    expect(leftRed(sourceWith([{ ...hook, message: 'check yaml: failed' }]), ['prettier'])).toMatch(
      /hook check-yaml of pre-commit/,
    );
    expect(leftRed(sourceWith([{ ...hook, message: 'trim: files were modified by this hook' }]), ['prettier'])).toBeNull();
  });

  it('is told by a test that fails, however the files are laid out', () => {
    expect(leftRed(sourceWith([], { tests }), ['prettier'])).toBe('The job stays red: the test adds fails too.');
  });

  it('is told by a linter whose fix was declined, where only its formatter had its way', () => {
    const source = sourceWith([
      { tool: 'ruff', path: 'b.py', line: null, message: 'would be reformatted' },
      { tool: 'ruff', path: 'b.py', code: 'F821', message: 'Undefined name `x`' },
    ]);
    expect(leftRed(source, ['prettier', 'ruff-format'])).toMatch(/ruff also names b\.py \(Undefined name/);
  });
});

describe('a job that a fix makes green', () => {
  it.each<[string, Partial<Diagnostic>[], string[]]>([
    ['nothing else is wrong', [], ['prettier']],
    [
      'another fixer has its way with the rest',
      [{ tool: 'tsc', code: 'TS6133', message: "'x' is declared but its value is never read." }],
      ['prettier', 'unused-imports'],
    ],
    ['the rest is layout that a formatter mends', [{ tool: 'flake8', code: 'E501' }], ['prettier']],
    ['the rest is a warning', [{ tool: 'eslint', severity: 'warning' }], ['prettier']],
    ['the rest stands in a step that did not fail', [{ tool: 'eslint', logLine: 60 }], ['prettier']],
    ['nobody but make and the runner speaks', [{ tool: 'make', path: 'Makefile' }, { tool: 'runner' }], ['prettier']],
    ['the workflow file was what failed', [{ tool: 'tsc' }], ['workflow-files']],
  ])('since %s', (_, diagnostics, takers) => {
    expect(leftRed(sourceWith(diagnostics), takers)).toBeNull();
  });

  it('since a compiler that is content may make its tests pass', () => {
    const source: FixSource = {
      printedDiffs: [],
      diagnosis: aDiagnosis({
        tests,
        failedSteps: steps,
        diagnostics: [
          aDiagnostic({ tool: 'go build', path: 'a_test.go', line: 3, message: '"os" imported and not used', logLine: 30 }),
        ],
      }),
    };
    expect(leftRed(source, ['unused-imports'])).toBeNull();
  });

  it('since what git shows at the end of the job is the very change that is made', () => {
    const shown = ['diff --git a/doc.md b/doc.md', '--- a/doc.md', '+++ b/doc.md', '@@ -1 +1 @@', '-old', '+new'].join('\n');
    const source = sourceOf(failedStepLog('git diff --exit-code', shown));
    expect(source.diagnosis.diagnostics).toMatchObject([{ tool: 'git diff', path: 'doc.md' }]);
    expect(leftRed(source, ['printed-diff'])).toBeNull();
    expect(leftRed(source, ['prettier'])).toContain('git diff also names doc.md');
  });

  it('since dune shows by git what ocamlformat would write', () => {
    const shown = [
      'File "bin/tide.ml", line 1, characters 0-0:',
      'diff --git a/_build/default/bin/tide.ml b/_build/default/bin/.formatted/tide.ml',
      'index 1111111..2222222 100644',
      '--- a/_build/default/bin/tide.ml',
      '+++ b/_build/default/bin/.formatted/tide.ml',
      '@@ -1 +1 @@',
      '-let x=1',
      '+let x = 1',
    ].join('\n');
    expect(leftRed(sourceOf(failedStepLog('dune build @fmt', shown)), ['printed-diff'])).toBeNull();
  });

  it('since terraform prints what it names', () => {
    const shown = ['net.tf', '--- old/net.tf', '+++ new/net.tf', '@@ -1 +1 @@', '-a=1', '+a = 1'].join('\n');
    const source = sourceOf(failedStepLog('terraform fmt -check -diff', shown));
    expect(source.diagnosis.cause.category).toBe('formatting');
    expect(leftRed(source, ['printed-diff'])).toBeNull();
  });

  it('since nothing was changed at all, which is no half of a fix', () => {
    expect(leftRed(sourceWith([{ tool: 'tsc' }]), [])).toBeNull();
  });
});

describe('a file that a formatter can not even read', () => {
  it('leaves the job red, whatever it printed of others', () => {
    const output = [
      '--- c.sh.orig',
      '+++ c.sh',
      '@@ -1,2 +1,2 @@',
      ' #!/bin/sh',
      '-if true;then echo a;fi',
      '+if true; then echo a; fi',
      '',
      'b.sh:2:1: if statement must end with "fi"',
    ].join('\n');
    const source = sourceOf(failedStepLog('shfmt -d .', output));
    expect(source.printedDiffs).toHaveLength(1);
    expect(leftRed(source, ['printed-diff', 'shfmt'])).toMatch(/shfmt also names b\.sh \(if statement must end/);
  });
});
