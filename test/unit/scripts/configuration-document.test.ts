import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { configurationDocument } from '../../../scripts/configuration-document.ts';
import { readRepositoryConfig } from '../../../src/config/effective-config.ts';

const EXAMPLE = /```yaml\n(.*?)```/gs;

function examplesIn(document: string): string[] {
  return [...document.matchAll(EXAMPLE)].map(([, text = '']) => text);
}

/** Protects people who copy an example. */
it('every example of docs/configuration.md is valid, and says something', () => {
  const examples = examplesIn(configurationDocument());
  expect(examples.length).toBeGreaterThanOrEqual(4);
  for (const text of examples) {
    const { faults, config, places } = readRepositoryConfig(text);
    expect(faults).toEqual([]);
    expect(config.mode).toBe('fix');
    expect(places.size).toBeGreaterThan(1);
  }
});

it('the README’s file is valid', async () => {
  const [text] = examplesIn(await readFile(new URL('../../../README.md', import.meta.url), 'utf8'));
  expect(readRepositoryConfig(text ?? 'none').faults).toEqual([]);
});
