import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { failedStepLog, printedDiffFix, sourceOf } from './printed-diff-support.ts';

interface Fixture {
  name: string;
  isCertain: boolean;
  command: string;
  output: string;
  files: Record<string, { before: string; after: string }>;
}

const FOLDER = new URL('../../fixtures/fixers/printed-diff/', import.meta.url);
const FIXTURES = readdirSync(FOLDER).map((file): Fixture => {
  const content = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Omit<Fixture, 'name'>;
  return { ...content, name: file.replace('.json', '') };
});

function unfixed(fixture: Fixture) {
  return Object.fromEntries(Object.entries(fixture.files).map(([path, file]) => [path, file.before]));
}

function fixed(fixture: Fixture) {
  return Object.fromEntries(Object.entries(fixture.files).map(([path, file]) => [path, file.after]));
}

describe('what real tools printed', () => {
  it.each(FIXTURES.filter(({ isCertain }) => isCertain))('$name: is applied as the tool itself writes it', async (fixture) => {
    const source = sourceOf(failedStepLog(fixture.command, fixture.output));
    expect(await printedDiffFix(source, unfixed(fixture))).toEqual(fixed(fixture));
  });

  it.each(FIXTURES.filter(({ isCertain }) => !isCertain))('$name: is left alone', async (fixture) => {
    const source = sourceOf(failedStepLog(fixture.command, fixture.output));
    expect(await printedDiffFix(source, unfixed(fixture))).toBeTypeOf('string');
  });
});
