import type { Matcher } from './matcher.ts';
import { C, GENERIC } from './matchers/c/index.ts';
import { DART } from './matchers/dart/index.ts';
import { DOTNET } from './matchers/dotnet/index.ts';
import { ELIXIR } from './matchers/elixir/index.ts';
import { GO } from './matchers/go/index.ts';
import { HASKELL } from './matchers/haskell/index.ts';
import { INFRASTRUCTURE } from './matchers/infrastructure/index.ts';
import { JAVASCRIPT } from './matchers/javascript/index.ts';
import { JVM } from './matchers/jvm/index.ts';
import { LANGUAGES, PROSE } from './matchers/languages/index.ts';
import { PERL } from './matchers/perl/index.ts';
import { PHP } from './matchers/php/index.ts';
import { PLATFORM } from './matchers/platform/index.ts';
import { PYTHON } from './matchers/python/index.ts';
import { R } from './matchers/r/index.ts';
import { RUBY } from './matchers/ruby/index.ts';
import { RUST } from './matchers/rust/index.ts';
import { SWIFT } from './matchers/swift/index.ts';

/**
 * Every matcher, a folder for each family of tools. A line goes to those whose hints it holds, in this order; the
 * platform's own come last, since they take only what no tool's matcher has taken. To add one: a file, a line in its
 * family's index, and fixtures under `test/fixtures/diagnosis/<id>/`, without which the registry's test fails.
 */
export const MATCHERS: readonly Matcher[] = [
  ...JAVASCRIPT,
  ...PYTHON,
  ...GO,
  ...RUST,
  ...RUBY,
  ...PHP,
  ...SWIFT,
  ...HASKELL,
  ...ELIXIR,
  ...PERL,
  ...DART,
  ...R,
  ...LANGUAGES,
  ...C,
  ...JVM,
  ...DOTNET,
  ...INFRASTRUCTURE,
  ...GENERIC,
  ...PROSE,
  ...PLATFORM,
];
