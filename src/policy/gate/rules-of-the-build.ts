import type { Check } from './edit.ts';
import { isLayoutOnly } from './layout.ts';

/**
 * Files that say how the build is judged: CI, compilers, linters, test frameworks, coverage, what is left out. A change of
 * more than their layout could turn a red build green without mending anything.
 */
const RULES_OF_THE_BUILD =
  /(?:^|\/)(?:\.?(?:eslintrc|prettierrc|stylelintrc|jshintrc|babelrc|swcrc|nycrc|c8rc|mocharc|jscsrc|markdownlint|markdownlintrc|yamllint|pylintrc|flake8|ruff|isort|coveragerc|bandit|pydocstyle|mypy|pyre_configuration|rubocop|rubocop_todo|reek|haml-lint|erb-lint|golangci|swiftlint|swiftformat|editorconfig|clang-format|clang-tidy|shellcheckrc|hadolint|tflint|sqlfluff|cspell|codespellrc|typos|lychee|scalafmt|scalafix|dprint|taplo|rustfmt|clippy|deny|nextest|tarpaulin|codecov|codeclimate|sonarcloud|pre-commit-config|pre-commit-hooks|commitlintrc|lintstagedrc|gitlab-ci|travis|appveyor|drone|cirrus|rspec|simplecov|spectral|solhint|luacheckrc|credo|formatter|phpcs|php-cs-fixer|psalm|phpstan|phpunit|infection|ansible-lint|bazelrc|mega-linter|npmrc|yarnrc|readthedocs|remarkrc|textlintrc|lefthook|buf|buf\.work|deno|bunfig|foundry|hatch|selene|ty|pyrightconfig|trunk|taskfile|rust-toolchain|jsbeautifyrc|lintrc|vale|oxlintrc|dprint|mise|moon|wercker|woodpecker|cloudbuild|buildspec|goreleaser|sourcery|semgrep|gitleaks|trivy|checkov|snyk|kics|regal|pnpmfile)(?:\.dist|\.config)?(?:\.(?:[cm]?[jt]s|jsonc?|json5|ya?ml|toml|xml|xml\.dist|neon|neon\.dist|ini|cfg|conf|exs|rb|php|dist))?|(?:eslint|prettier|stylelint|jest|vitest|vite|cypress|playwright|karma|babel|webpack|rollup|lint-staged|commitlint|tslint|biome|knip|oxlint|xo|ava|nyc|tsup|next|wdio|web-test-runner|nightwatch|protractor|testcafe|rsbuild|rspack|metro|astro|svelte|nuxt|remix|tap|mocha|jasmine|stryker|size-limit|depcheck|dependency-cruiser)(?:\.[\w-]{1,40})*\.(?:[cm]?[jt]s|jsonc?|ya?ml|toml)|[\w.-]{0,60}tsconfig[\w.-]{0,60}\.json|jsconfig\.json|package\.json|pyproject\.toml|setup\.(?:cfg|py)|tox\.ini|pytest\.ini|noxfile\.py|conftest\.py|mypy\.ini|Cargo\.toml|build\.rs|pom\.xml|build\.gradle(?:\.kts)?|settings\.gradle(?:\.kts)?|gradle\.properties|[\w.-]{0,60}\.(?:csproj|vbproj|fsproj|props|targets|runsettings|ruleset)|Directory\.[\w.]{1,40}|checkstyle[\w.-]{0,40}\.xml|pmd[\w.-]{0,40}\.xml|spotbugs[\w.-]{0,40}\.xml|analysis_options\.yaml|sonar-project\.properties|codecov\.ya?ml|azure-pipelines\.ya?ml|Jenkinsfile|(?:GNU)?makefile|[\w.-]{0,60}\.(?:mk|mak|cmake|bzl|gradle|gradle\.kts|sbt|ignore-warnings)|CMakeLists\.txt|justfile|Earthfile|(?:BUILD|WORKSPACE|MODULE)(?:\.bazel)?|BUCK|meson\.build|meson_options\.txt|SConstruct|SConscript|wscript|Snakefile|Vagrantfile|Brewfile|Fastfile|Dangerfile|Guardfile|Gemfile|project\.clj|build\.xml|build\.zig|build\.sc|dune-project|cabal\.project|stack\.yaml|shard\.yml|Package\.swift|magefile\.go|gulpfile\.[cm]?[jt]s|gruntfile\.[cm]?[jt]s|tasks\.py|dodo\.py|fabfile\.py|bitbucket-pipelines\.ya?ml|turbo\.json|nx\.json|lerna\.json|CMakePresets\.json|CTestConfig\.cmake|Rakefile|mix\.exs|\.\w{1,30}ignore)$|(?:^|\/)\.(?:circleci|buildkite|husky|gitlab|azure-pipelines|cargo|config)\//i;

/** Whether a file says how the build is judged. */
export function isRuleOfTheBuild(path: string): boolean {
  return RULES_OF_THE_BUILD.test(path);
}

/** The rules by which the build is judged stay as they are, but for their layout. */
export const keepRules: Check = (edit) =>
  isRuleOfTheBuild(edit.path) && !isLayoutOnly(edit)
    ? [`The patch changes ${edit.path}, which says how the build is judged: only its layout may change.`]
    : [];
