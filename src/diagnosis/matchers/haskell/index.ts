import type { Matcher } from '../matcher.ts';
import { cabal } from './cabal.ts';
import { ghc } from './ghc.ts';
import { hlint } from './hlint.ts';
import { hspec } from './hspec.ts';

/** Tools of Haskell. */
export const HASKELL: readonly Matcher[] = [hlint, ghc, hspec, cabal];
