import type { Matcher } from '../matcher.ts';
import { bundler } from './bundler.ts';
import { fasterer } from './fasterer.ts';
import { hamlLint } from './haml-lint.ts';
import { brakeman, erbLint, foodcritic, railsBestPractices, reek } from './linters.ts';
import { minitest } from './minitest.ts';
import { rspec } from './rspec.ts';
import { rubocop } from './rubocop.ts';
import { ruby } from './ruby.ts';
import { testUnit } from './test-unit.ts';

/** Tools of Ruby. */
export const RUBY: readonly Matcher[] = [
  rspec,
  minitest,
  testUnit,
  rubocop,
  ruby,
  hamlLint,
  fasterer,
  brakeman,
  reek,
  erbLint,
  railsBestPractices,
  foodcritic,
  bundler,
];
