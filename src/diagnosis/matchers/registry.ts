import { C, GENERIC } from './c/index.ts';
import { DART } from './dart/index.ts';
import { DOTNET } from './dotnet/index.ts';
import { ELIXIR } from './elixir/index.ts';
import { GO } from './go/index.ts';
import { HASKELL } from './haskell/index.ts';
import { INFRASTRUCTURE } from './infrastructure/index.ts';
import { JAVASCRIPT } from './javascript/index.ts';
import { JVM } from './jvm/index.ts';
import { LANGUAGES, PROSE } from './languages/index.ts';
import type { Matcher } from './matcher.ts';
import { PERL } from './perl/index.ts';
import { PHP } from './php/index.ts';
import { PLATFORM } from './platform/index.ts';
import { PYTHON } from './python/index.ts';
import { R } from './r/index.ts';
import { RUBY } from './ruby/index.ts';
import { RUST } from './rust/index.ts';
import { SWIFT } from './swift/index.ts';

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
