import { describe, expect, it } from 'vitest';
import { failedStepLog, sourceOf } from '../fixers/fixtures.ts';

function diffOf(old: string, made: string): string {
  const time = '2026-11-02 10:00:00.000000';
  return [`--- ${old}\t${time}`, `+++ ${made}\t${time}`, '@@ -1,2 +1,2 @@', '-import sys', ' import os', '+import sys'].join(
    '\n',
  );
}

const tellsOfGoldenFiles = (command: string, output: string) =>
  sourceOf(failedStepLog(command, output)).diagnosis.diagnostics.some((one) => one.tool === 'diff');

/** Protects formatters, whose differences ask for a layout, from being taken for tests that compare files. */
describe('a difference at the end of a step', () => {
  it('is a failed comparison when it is of two files', () => {
    expect(tellsOfGoldenFiles('diff -u expected/list.txt out/list.txt', diffOf('expected/list.txt', 'out/list.txt'))).toBe(true);
  });

  it.each([
    ['isort', '/w/app/main.py:before', '/w/app/main.py:after'],
    ['autopep8', 'original/app/main.py', 'fixed/app/main.py'],
    ['docformatter', 'before/app/main.py', 'after/app/main.py'],
    ['gofmt', 'app/main.go.orig', 'app/main.go'],
  ])('is none when %s shows one file before and after', (tool, before, after) => {
    expect(tellsOfGoldenFiles(`${tool} --diff app`, diffOf(before, after))).toBe(false);
  });
});
