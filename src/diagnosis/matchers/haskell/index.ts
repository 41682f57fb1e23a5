import type { Matcher } from '../../matcher.ts';
import { ghc } from './ghc.ts';
import { hspec } from './hspec.ts';

/** Tools of Haskell. */
export const HASKELL: readonly Matcher[] = [ghc, hspec];
