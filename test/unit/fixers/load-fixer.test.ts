import { expect, it } from 'vitest';
import { loadFixer } from '../../../src/fixers/load-fixer.ts';
import { FIXERS } from '../../../src/fixers/registry.ts';
import { syntaxCheck } from '../../../src/fixers/syntax/check.ts';

/** Protects a fixer in the registry from being unknown to the process that it runs in. */
it.each([...FIXERS, syntaxCheck])('$id is loaded by its id', async (fixer) => {
  expect(await loadFixer(fixer.id)).toBe(fixer);
});

it.each(['', 'constructor', '__proto__', 'black ', '../prettier'])('there is no fixer %j', async (id) => {
  expect(await loadFixer(id)).toBeUndefined();
});
