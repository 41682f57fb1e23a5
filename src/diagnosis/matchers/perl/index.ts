import type { Matcher } from '../matcher.ts';
import { perl } from './perl.ts';
import { perlcritic } from './perlcritic.ts';
import { prove } from './prove.ts';

/** Tools of Perl. */
export const PERL: readonly Matcher[] = [perl, perlcritic, prove];
