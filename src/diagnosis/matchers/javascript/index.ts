import type { Matcher } from '../matcher.ts';
import { ava } from './ava.ts';
import { biome } from './biome.ts';
import { bun, bunTest } from './bun.ts';
import { commitlint, htmlhint, jsonlint, spectral } from './documents.ts';
import { esbuild } from './esbuild.ts';
import { eslintCompact, eslintStylish, eslintUnix } from './eslint.ts';
import { jasmine } from './jasmine.ts';
import { jest } from './jest.ts';
import { karma } from './karma.ts';
import { coffeelint, eslintVisualStudio, jshint, standard, tslint, vfile, xo } from './linters.ts';
import { markdownlint } from './markdownlint.ts';
import { cypress, mocha } from './mocha.ts';
import { next } from './next.ts';
import { nodeCrash } from './node-crash.ts';
import { nodeTest } from './node-test.ts';
import { npm } from './npm.ts';
import { oxlint } from './oxlint.ts';
import { playwright } from './playwright.ts';
import { pnpm } from './pnpm.ts';
import { prettier } from './prettier.ts';
import { rollup, vite } from './rollup.ts';
import { sass } from './sass.ts';
import { stylelint, stylelintUnix } from './stylelint.ts';
import { svelteCheck } from './svelte-check.ts';
import { tap } from './tap.ts';
import { tapSpec } from './tap-spec.ts';
import { tsc } from './tsc.ts';
import { uvu } from './uvu.ts';
import { vitest } from './vitest.ts';
import { webpack } from './webpack.ts';
import { yarn, yarnBerry } from './yarn.ts';

/** Tools of JavaScript and TypeScript. Compilers come before the bundlers that repeat what they say. */
export const JAVASCRIPT: readonly Matcher[] = [
  prettier,
  vfile,
  spectral,
  stylelintUnix,
  eslintStylish,
  eslintUnix,
  eslintCompact,
  stylelint,
  eslintVisualStudio,
  standard,
  xo,
  oxlint,
  tslint,
  jshint,
  coffeelint,
  htmlhint,
  commitlint,
  jsonlint,
  markdownlint,
  biome,
  tsc,
  svelteCheck,
  sass,
  webpack,
  esbuild,
  rollup,
  vite,
  next,
  jest,
  jasmine,
  vitest,
  uvu,
  mocha,
  cypress,
  karma,
  tap,
  tapSpec,
  nodeTest,
  ava,
  bunTest,
  playwright,
  npm,
  yarn,
  yarnBerry,
  pnpm,
  bun,
  nodeCrash,
];
