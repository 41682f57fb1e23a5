/** Folders that hold what judges the code: tests, what they compare with, and what they share. */
const FOLDERS =
  /(?:^|\/)(?:tests?|__tests__|spec|specs|e2e|cypress|testdata|test[-_]data|fixtures|__fixtures__|__mocks__|androidTest|testthat|tinytest|step_definitions|features\/(?:steps|support)|test[-_]?(?:utils?|helpers?|support|lib|suites?|cases?|files|resources|kit|fixtures)|[\w.-]{0,60}(?:[-_.]tests?|[-_.]specs?|Tests?|Specs?|_SUITE_data))\//;

/** Files that say by their name that they are tests, by the habits of the frameworks. */
const FILES: readonly RegExp[] = [
  // pytest, unittest, testthat, Minitest, Catch2, gtest, doctest, Busted, Dart, Go, ExUnit, RSpec, Jest, Vitest, Cypress
  /(?:^|\/)(?:test[-_][^/]+\.(?:py|[rR]|rb|exs|c|cc|cpp|cxx|f90|F90|lua|jl|js|ts|php|nim|ml|pas|hs|el|lisp|sql|d|go|pl)|conftest\.py|(?:spec|rails|test)_helper\.\w+)$/,
  /[._-](?:tests?|specs?|cy|e2e)\.[^/]+$/,
  // A module of tests: Django, Rust, and small packages.
  /(?:^|\/)(?:tests?|specs?)\.(?:py|rs|[cm]?[jt]sx?|rb|php|c|cc|cpp|exs|lua|jl|[rR]|pl|el|lisp|cljc?s?|hs|ml|nim|zig|d|f90|sql)$/,
  // JUnit, TestNG, Spock, ScalaTest, munit, xUnit, NUnit, XCTest, PHPUnit, Hspec, CppUnit
  /(?:Tests?|TestCases?|Specs?|IT)\.(?:java|kts?|groovy|scala|cs|fs|vb|swift|php|m|mm|hs|purs|cpp|cc|dart|pm)$|Suite\.scala$/,
  // Common Test, EUnit
  /_(?:SUITE|tests)\.[eh]rl$/,
  // Cucumber, Robot Framework, Bats, TAP, cram, sqllogictest, Tcl
  /\.(?:feature|robot|resource|bats|t|cram|slt|test|tst)$/,
];

/** What a test compares with, or plays back: recorded once, and the same to the byte since. */
const RECORDINGS =
  /(?:^|\/)(?:testdata|test[-_]data|__snapshots__|__\w{0,20}snapshots?__|_?snapshots?|goldens?|golden[-_]?files|expected|expectations|expects?|baselines?|recordings|cassettes|approvals|references?)\/|\.(?:snap|snapshot|ambr|storyshot|golden|gold|expected|expect|approved|verified|baseline|stderr|stdout|(?:approved|verified|golden|expected)\.[^/.]+)$/;

/** Folders of recordings that are ones wherever they stand; `references/`, say, is one only below a test. */
const RECORDINGS_ANYWHERE =
  /(?:^|\/)(?:testdata|test[-_]data|__snapshots__|__\w{0,20}snapshots?__|snapshots|goldens?|golden[-_]?files|expected|expectations|baselines?|recordings|cassettes|approvals)\/|\.(?:snap|ambr|storyshot|golden|approved|verified|expected|(?:approved|verified|golden|expected)\.[^/.]+)$/;

/** Whether a file's path says that it belongs to the tests. */
export function isTestPath(path: string): boolean {
  return FOLDERS.test(path) || FILES.some((names) => names.test(path)) || RECORDINGS_ANYWHERE.test(path);
}

/** Whether a test compares with the file, or plays it back. */
export function isRecording(path: string): boolean {
  return RECORDINGS_ANYWHERE.test(path) || (isTestPath(path) && RECORDINGS.test(path));
}
