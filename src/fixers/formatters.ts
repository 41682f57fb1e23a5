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

/** Packages whose code they run, for the process that lets in no other. */
export const ENGINES: readonly string[] = [
  'prettier',
  'prettier-3-3',
  '@astral-sh/ruff-wasm-nodejs',
  'ruff-2025',
  'ruff-2024',
  '@wasm-fmt/gofmt',
  'clang-format-18',
  'clang-format-19',
  'clang-format-20',
  'clang-format-21',
  'clang-format-22',
  'clang-format-23',
  '@biomejs/wasm-nodejs',
  'jsonc-parser',
  'sh-syntax',
  'editorconfig',
  'smol-toml',
  '@wasm-fmt/taplo_fmt',
  'yaml',
];
