import type { Diagnosis } from '../diagnosis/types.ts';
import { prettier } from './prettier/fixer.ts';
import type { Fixer } from './types.ts';

/** In the order of trust: the first that applies is tried first. */
export const FIXERS: readonly Fixer[] = [prettier];

/** The fixers that may fix what the log says. */
export function fixersFor(diagnosis: Diagnosis): Fixer[] {
  return FIXERS.filter((fixer) => fixer.applies(diagnosis));
}

export function fixerById(id: string): Fixer | undefined {
  return FIXERS.find((fixer) => fixer.id === id);
}
