import { biome } from './biome/fixer.ts';
import { black } from './black/fixer.ts';
import { clangFormat } from './clang-format/fixer.ts';
import { gofmt } from './gofmt/fixer.ts';
import { prettier } from './prettier/fixer.ts';
import { ruffFormat } from './ruff/format-fixer.ts';
import { shfmt } from './shfmt/fixer.ts';
import { taplo } from './taplo/fixer.ts';
import type { Fixer } from './types.ts';

/** Those that lay files out as a formatter wants them. */
export const FORMATTERS: readonly Fixer[] = [prettier, biome, ruffFormat, black, gofmt, clangFormat, shfmt, taplo];
