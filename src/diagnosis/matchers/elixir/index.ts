import type { Matcher } from '../matcher.ts';
import { credo } from './credo.ts';
import { exUnit } from './ex-unit.ts';
import { mix } from './mix.ts';

/** Tools of Elixir. */
export const ELIXIR: readonly Matcher[] = [mix, exUnit, credo];
