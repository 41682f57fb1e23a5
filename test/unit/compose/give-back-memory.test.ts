import { getHeapSpaceStatistics } from 'node:v8';
import { expect, it } from 'vitest';
import { giveBackMemory } from '../../../src/compose/give-back-memory.ts';

const MEGABYTE = 1024 * 1024;

/** Protects the memory at rest: without it the young generation stays as large as the start has made it. */
it('gives back the young generation that much work has made large', async () => {
  const large = growYoungGeneration();
  await giveBackMemory();
  const small = youngGeneration();
  expect(large).toBeGreaterThan(8 * MEGABYTE);
  expect(small).toBeLessThan(large / 2);
});

/** Only what survives a while makes it grow. @returns its size in bytes */
function growYoungGeneration(): number {
  const kept: { index: number; text: string }[][] = [];
  for (let index = 0; index < 2_000_000; index++) {
    if (index % 100_000 === 0) kept[(index / 100_000) % 4] = [];
    kept.at(-1)?.push({ index, text: `${index}` });
  }
  return youngGeneration();
}

function youngGeneration(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.physical_space_size ?? 0;
}
