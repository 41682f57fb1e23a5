import { addedOf, type Check, type Forbidden } from './edit.ts';

const TYPESCRIPT = /\.(?:[cm]?tsx?|vue|svelte|astro)$/;
const PYTHON = /\.pyi?$/;
const GO = /\.go$/;

/** Comments and attributes by which a file tells a tool to look away. */
const COMMENTS: readonly Forbidden[] = [
  {
    what: 'switches a linter off',
    expression:
      /\b(?:eslint|oxlint|tslint|stylelint|standard|rubocop|swiftlint|credo|ktlint|detekt|htmlhint|dart_code_metrics|scalastyle|sqlfluff|solhint|puppet-lint|ansible-lint|alex|vale|textlint|cspell|phpcs|phpstan|yamllint|markdownlint|pylint|pydocstyle|shellcheck|spellcheck|erblint|luacheck)[-: ]{1,2}(?:disable|off|ignore)|\bbiome-ignore\b|\bdeno-lint-ignore\b|\bjs(?:hint|lint|cs)[: ]+(?:ignore|disable|off)|\bprettier-ignore\b|\bdprint-ignore\b/gi,
  },
  {
    what: 'switches a linter off',
    expression:
      /#\s{0,80}(?:noqa|nosec|nosemgrep|fmt:\s{0,80}(?:off|skip)|yapf:\s{0,80}disable|isort:\s{0,80}(?:skip\w*|off)|(?:ruff|flake8):\s{0,80}noqa|pragma:\s{0,80}no\s{0,80}(?:cover|branch)|hadolint ignore|checkov:skip|tfsec:ignore|trivy:ignore|kics-scan ignore)\b|\/[/*]\s{0,80}(?:nolint|#nosec|nosemgrep|NOSONAR|NOPMD|NOLINT\w*|clang-format off|lint:ignore|lint:file-ignore|noinspection|CHECKSTYLE[: ]OFF|noqa|ignore(?:_for_file)?:|cppcheck-suppress|codespell:ignore|ReSharper disable)\b/gi,
  },
  {
    what: 'hides code from the coverage',
    expression:
      /\b(?:istanbul|c8|v8|node:coverage)\s{1,80}(?:ignore|disable)\b|\bpragma:?\s{0,80}no[ -]?cover\b|\bLCOV_EXCL_\w+|:nocov:|@codeCoverageIgnore\w*|\bExcludeFromCodeCoverage\b|\bcoverage:ignore\b|#\[coverage\(off\)\]/gi,
  },
  {
    what: 'silences a compiler',
    expression:
      /@ts-(?:ignore|expect-error|nocheck)\b|\$FlowFixMe|#!?\[(?:cfg_attr\([^\]\n]{0,200},\s{0,80})?(?:allow|expect)\(|#\[rustfmt::skip\]|@Suppress(?:Warnings|Lint)?\b|@SuppressFBWarnings\b|#pragma\s{1,80}(?:warning\s{0,80}\(?\s{0,80}disable|(?:GCC|clang)\s{1,80}diagnostic\s{1,80}ignored)|\[(?:assembly:\s{0,80})?(?:\w+\.)*SuppressMessage\b|#nullable disable|\b(?:@phpstan-ignore|@psalm-suppress)|@nowarn\b|OPTIONS_GHC\s{1,80}-(?:fno-warn|Wno)|@dialyzer\b|\b-Wno-\w+|@unchecked\b|#\s{0,80}(?:type|pyright|mypy|pyre)(?:-fixme|-ignore)?:\s{0,80}(?:ignore|basic|disable)/g,
  },
];

/** Types that accept everything. */
const LOOSE_TYPES: readonly Forbidden[] = [
  {
    what: 'loosens a type to any',
    expression:
      /(?:[:<|,&=(]\s{0,80}|\bas\s{1,80}|\bextends\s{1,80})any\b(?!\s{0,80}[:(.?])|\bas\s{1,80}unknown\s{1,80}as\b|\bas\s{1,80}never\b|:\s{0,80}(?:Function|Object)\b/g,
    paths: TYPESCRIPT,
  },
  { what: 'loosens a type to Any', expression: /\bAny\b|\bcast\(|:\s*object\b/g, paths: PYTHON },
  { what: 'loosens a type to an empty interface', expression: /\binterface\{\s*\}|\bany\b/g, paths: GO },
  { what: 'loosens a type to dynamic', expression: /\bdynamic\b/g, paths: /\.(?:cs|dart)$/ },
  { what: 'loosens a type to mixed', expression: /(?<!\w)mixed\b/g, paths: /\.php$/ },
];

/** No linter, compiler or coverage is told to look away, and no type is loosened. */
export const keepChecks: Check = (edit) => [...new Set(addedOf(edit, [...COMMENTS, ...LOOSE_TYPES]))];
