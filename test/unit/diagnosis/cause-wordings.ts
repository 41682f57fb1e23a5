import type { CauseCategory } from '../../../src/diagnosis/types.ts';

/** A line as it stands in a failed log, and the thread on GitHub in which somebody asked about it. */
export type Wording = readonly [line: string, source: string];

/** What people see in their logs, by its cause. Names, hosts and numbers that say nothing are shortened. */
export const WORDINGS: Partial<Record<CauseCategory, readonly Wording[]>> = {
  'disk-full': [
    ["System.IO.IOException: No space left on device : '/home/runner/runners/2.313.0/_diag'", 'KLayout/klayout#1627'],
    ['Unhandled exception. System.IO.IOException: No space left on device', 'rust-lang/rust#70738'],
    ['error creating layer with ID "447afa7f4e99": no space left on device', 'EmbarkStudios/wg-ui#52'],
    ['npm ERR! nospc ENOSPC: no space left on device, write', 'chiselstrike/chiselstrike#1973'],
    ['npm ERR! code ENOSPC', 'Rich-Harris/packd#149'],
    ['npm ERR! Error: ENOSPC, write', 'npm/npm#9104'],
    ['npm WARN tar ENOSPC: no space left on device, write', 'npm/cli#2982'],
    ['npm ERR! nospc There appears to be insufficient space on your system to finish.', 'Rich-Harris/packd#159'],
    ['npm ERR! nospc and is related to insufficient space on your system.', 'nodejs/build#895'],
    ['npm ERR! ENOSPC: no space left on device, write', 'NodeOS/NodeOS#416'],
  ],
  timeout: [
    [
      'The job running on runner GitHub Actions 3 has exceeded the maximum execution time of 360 minutes.',
      'lowlighter/metrics#731',
    ],
    [
      'The job running on runner Hosted Agent has exceeded the maximum execution time of 360 minutes.',
      'darobin/notion-backup#21',
    ],
    ['The job exceeded the maximum time limit for jobs, and has been terminated.', 'FX-Data/FX-Data-EURUSD-DS#1'],
    ['Job failed: execution took longer than 1h0m0s seconds', 'efi-rfauzan/task-management#39'],
    ['Error: exec: error: timed out waiting for the condition', 'balchua/microk8s-actions#20'],
    [
      'No output has been received in the last 10m0s, this potentially indicates a stalled build or something wrong with the build itself.',
      'travis-ci/travis-ci#6155',
    ],
    [
      'No output has been received in the last 10m0s, this potentially indicates a stalled build',
      'DataSF/open-data-explorer#346',
    ],
    ['No output has been received in the last 10 minutes, this potentially indicates a stalled build', 'pyston/pyston_v1#955'],
    [
      'No output has been received in the last 10 minutes, this potentially indicates a stalled build or something wrong',
      'travis-ci/travis-ci#2726',
    ],
    ['Build failed as no output has been received in the last 10m0s', 'travis-ci/travis-ci#9919'],
  ],
  'runner-lost': [
    ['The self-hosted runner: lost communication with the server. Verify the machine is running.', 'actions/runner#2040'],
    ['The self-hosted runner: build-7 lost communication with the server. Verify the machine is running.', 'actions/runner#2662'],
    ['The hosted runner: GitHub Actions 9 lost communication with the server.', 'fedimint/fedimint#6021'],
    ['The hosted runner: GitHub Actions 8 lost communication with the server.', 'actions/runner-images#9823'],
    [
      'The self-hosted runner: 04922ab0a5cd lost communication with the server.',
      'open-telemetry/opentelemetry-collector-contrib#34000',
    ],
    ['The runner has received a shutdown signal. This can happen when the runner service is stopped.', 'actions/runner#3724'],
    ['##[error]The runner has received a shutdown signal.', 'actions/runner#2427'],
    ['#[error]The runner has received a shutdown signal.', 'actions/runner#2468'],
    [
      '2023-08-15T18:59:06.1176097Z ##[error]The runner has received a shutdown signal.',
      'DeterminateSystems/magic-nix-cache-action#23',
    ],
  ],
  'out-of-memory': [
    [
      '/home/runner/work/_temp/3996971a.sh: line 1:  1619 Killed                  python gene_hints.py',
      'broadinstitute/gene-hints#25',
    ],
    ['2024-04-14T22:05:23.8605906Z Killed', 'vmactions/freebsd-vm#81'],
    ["##[error]The process '/usr/bin/bash' failed with exit code 137", 'vmactions/freebsd-vm#81'],
    ['The command "travis_wait 40 ci/run_test.sh" exited with 137', 'treasure-data/digdag#624'],
    ['c++: fatal error: Killed signal terminated program cc1plus', 'ElektraInitiative/libelektra#4503'],
    ['Killed signal terminated program cc1', 'microsoft/vcpkg#22566'],
    ['ld terminated with signal 9', 'microsoft/vcpkg#22566'],
    ['Gradle build daemon disappeared unexpectedly (it may have been killed or may have crashed)', 'gradle/gradle#9371'],
    ['java.lang.OutOfMemoryError: Metaspace', 'gradle/gradle#8354'],
    ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', 'Lamatic/AgentKit#311'],
  ],
  cancelled: [
    ["Canceling since a higher priority waiting request for 'pages' exists", 'geniusyield/atlas#92'],
    ["Canceling since a higher priority waiting request for 'branch' exists", 'mckinsey/vizro#211'],
    ["Canceling since a higher priority waiting request for 'PR Check-refs/heads/master' exists", 'ddev/ddev#6172'],
    ['The operation was canceled.', 'actions/runner#2468'],
  ],
  'workflow-config': [
    [
      "The workflow is not valid. In .github/workflows/a.yml (Line: 14, Col: 11): Error from called workflow a/b@main (Line: 43, Col: 9): Unrecognized named-value: 'jobs'.",
      'tree-sitter/workflows#5',
    ],
    ['Invalid workflow file', 'ScottBrenner/cfn-lint-action#15'],
    ['You have an error in your yaml syntax on line 17', 'ScottBrenner/cfn-lint-action#15'],
    [
      "##[error](Line: 25, Col: 18): Unrecognized named-value: 'github'. Located at position 1 within expression: github.actor",
      'newrelic/deployment-marker-action#6',
    ],
    ["##[error](Line: 35, Col: 3): Unexpected value 'post'", 'gradle/wrapper-validation-action#10'],
    ['Invalid workflow file : .github/workflows/github-actions.yml#L6', 'arneph/Katara#3'],
    [
      "Error: a/b/main/action.yml (Line: 14, Col: 16): Unrecognized named-value: 'github'.",
      'newrelic/deployment-marker-action#6',
    ],
    [
      "The workflow is not valid. .github/workflows/crux.yml (Line: 205, Col: 13): Unrecognized named-value: 'Windows'.",
      'GaloisInc/crucible#1300',
    ],
    [".github/workflows/push.yml (Line: 14, Col: 9): Unexpected value 'fetch-depth'", 'airbnb/visx#1108'],
    ['This run likely failed because of a workflow file issue', 'docToolchain/Bausteinsicht#522'],
    [
      'Error: This request has been automatically failed because it uses a deprecated version of `actions/upload-artifact: v2`.',
      'machsix/Super-preloader#1308',
    ],
    [
      'Error: This request has been automatically failed because it uses a deprecated version of `actions/upload-artifact: v3`.',
      'chanzuckerberg/cryoet-data-portal#1510',
    ],
  ],
  permission: [
    ['Error: Resource not accessible by integration', 'SamhammerAG/last-successful-build-action#8'],
    ['HttpError: Resource not accessible by integration', 'agrc/create-reminder-action#176'],
    ['Error: Error 403: Resource not accessible by integration', 'nikhilbadyal/docker-py-revanced#266'],
    [
      'POST https://api.github.com/repos/a/b/merges: 403 - Resource not accessible by integration // See: https://docs.github.com/rest',
      'devmasx/merge-branch#34',
    ],
    [
      'Error: Resource not accessible by integration - https://docs.github.com/rest/git/trees#create-a-tree',
      'IAreKyleW00t/verified-bot-commit#331',
    ],
    ['remote: Permission to a/b.git denied to github-actions[bot].', 'simonw/datasette-plugin-template-repository#1'],
    ["fatal: unable to access 'https://github.com/a/b/': The requested URL returned error: 403", 'microsoft/AL-Go#98'],
    [
      '! [remote rejected] v2 -> v2 (refusing to allow a GitHub App to create or update workflow `.github/workflows/release.yml` without `workflows` permission)',
      'cpp-linter/cpp-linter-action#318',
    ],
    [
      ' ! [remote rejected] main -> main (refusing to allow a GitHub App to create or update workflow `.github/workflows/a.yml` without `workflows` permission)',
      'devops-infra/action-commit-push#59',
    ],
    [
      'Refusing to allow a GitHub App to create or update workflow `.github/workflows/main.yml` without `workflows` permission',
      'stefanzweifel/git-auto-commit-action#322',
    ],
  ],
  'missing-secret': [
    [
      'result:{"message":"Bad credentials","documentation_url":"https://docs.github.com/rest"}',
      'Schneegans/dynamic-badges-action#4',
    ],
    ['Error: Bad credentials', 'codeforpdx/PASS#603'],
    ['remote: Invalid username or password.', 'jeffreytse/jekyll-deploy-action#32'],
    ['Error response from daemon: unauthorized: authentication required', 'cmliu/CF-Workers-docker.io#36'],
    ['unauthorized: incorrect username or password', 'docker/hub-feedback#935'],
    [
      'Error response from daemon: Get https://docker.example/v2/torflow/manifests/latest: no basic auth credentials.',
      'unchartedsoftware/torflow#12',
    ],
    ['npm ERR! code E401', 'postmanlabs/npm-cli-login#41'],
    ['npm ERR! 401 Unauthorized: my_npm_dependency@latest', 'postmanlabs/npm-cli-login#41'],
    ['This request requires auth credentials. Run `npm login` and repeat the request.', 'npm/npm#8757'],
  ],
  'rate-limit': [
    [
      'ERROR: failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/rust/manifests/sha256:de6e: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.',
      'ScribeMD/docker-cache#829',
    ],
    [
      "'Error fetching https://registry-1.docker.io/v2/library/redmine/manifests/sha256:991c (remote response: 429: Too Many Requests)'",
      'docker/hub-feedback#2040',
    ],
    ['Too Many Requests (HAP429)', 'docker/hub-feedback#1850'],
    [
      'Error: ERROR: Error response from daemon: toomanyrequests: You have reached your pull rate limit.',
      'docker/hub-feedback#2429',
    ],
    ['npm ERR! code E429', 'npm/registry-issue-archive#334'],
    ['npm ERR! 429 Too Many Requests: optipng-bin@3.1.4', 'npm/registry-issue-archive#334'],
    [
      '{"message":"API rate limit exceeded for 10.1.2.3. (But here\'s the good news: Authenticated requests get a higher rate limit.)"}',
      'rust-lang/rustlings#1208',
    ],
    [
      '  the remote server responded with an error (status 429 Too Many Requests): You have published too many crates in a short period of time.',
      'crate-ci/cargo-release#483',
    ],
    ['HTTPError: 429 Client Error: Too Many Requests', 'demisto/dockerfiles-info#22'],
    [
      ' WARN Your GitHub API token (if any) has reached its rate limit and cannot be used again until 16908021',
      'cargo-bins/cargo-binstall#1229',
    ],
  ],
  network: [
    ['npm ERR! network read ECONNRESET', 'gnocchixyz/gnocchi#73'],
    ['npm ERR! code ECONNRESET', 'npm/cli#8015'],
    [
      'npm ERR! network request to https://registry.npmjs.org/@gulp-sourcemaps%2fidentity-map failed, reason: socket hang up',
      'npm/registry-issue-archive#184',
    ],
    ['Error: connect ETIMEDOUT 20.207.85.57:443', 'OfficeDev/microsoft-365-agents-toolkit#9575'],
    ['curl: (35) Recv failure: Connection was reset', 'Ysurac/openmptcprouter#3546'],
    ['curl: (6) Could not resolve host: github.com', 'openSUSE/open-build-service#12569'],
    ['error: RPC failed; curl 56 GnuTLS recv error (-54): Error in the pull function.', 'kata-containers/tests#4307'],
    ['error: RPC failed; curl 56 OpenSSL SSL_read: Connection reset by peer, errno 104', 'kata-containers/tests#4307'],
    ['error: RPC failed; curl 18 transfer closed with outstanding read data remaining', 'actions/runner-images#2198'],
    [
      "requests.packages.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(host='pypi.org', port=443): Read timed out. (read timeout=10)",
      'pypa/pipenv#1710',
    ],
    [
      '  cURL error 28: Resolving timed out after 10001 milliseconds (see https://curl.haxx.se/libcurl/c/libcurl-errors.html)',
      'GrahamCampbell/Packagist-Stats#13',
    ],
  ],
  lockfile: [
    [
      'npm ERR! cipm can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync.',
      'Azure/platform-chaos#11',
    ],
    [
      'npm error `npm ci` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync.',
      'dotenvx/dotenvx#762',
    ],
    [
      ' ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile" because pnpm-lock.yaml is not up-to-date with package.json',
      'ourongxing/chatgpt-vercel#19',
    ],
    [
      ' ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile" because pnpm-lock.yaml is not up to date with test-app/package.json',
      'tracked-tools/tracked-built-ins#401',
    ],
    [
      'ERR_PNPM_FROZEN_LOCKFILE_WITH_OUTDATED_LOCKFILE  Cannot perform a frozen installation because the lockfile needs updates',
      'hyoban/rss-to-bot#2',
    ],
    [
      ' ERR_PNPM_FROZEN_LOCKFILE_WITH_OUTDATED_LOCKFILE  Cannot perform a frozen installation because the version of the lockfile is incompatible',
      'argentlabs/argent-x#2137',
    ],
    ['Error: ERR_PNPM_FROZEN_LOCKFILE_WITH_OUTDATED_LOCKFILE', 'pnpm/pnpm#14124'],
    [
      'error Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`.',
      'openfoodfacts/open-prices-frontend#1668',
    ],
    [
      '[WARNING]: error Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`.',
      'aws-amplify/amplify-backend#1930',
    ],
    ['#14 1.849 error Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`.', 'willson-wang/Blog#98'],
    [
      'error: the lock file /home/a/theseus/Cargo.lock needs to be updated but --locked was passed to prevent this',
      'modrinth/code#679',
    ],
  ],
  'dependency-conflict': [
    ['npm ERR! ERESOLVE could not resolve', 'npm/cli#5780'],
    ['npm ERR! ERESOLVE unable to resolve dependency tree', 'Baterka/CSGOHunt.com-Copy#2'],
    ['npm error code ERESOLVE', 'npm/cli#8059'],
    ['ERROR: Cannot install A and B because these package versions have conflicting dependencies.', 'pypa/pip#8377'],
    ['Due to conflicting dependencies pip cannot install packageA and packageB:', 'pypa/pip#8459'],
    ['ERROR: ResolutionImpossible', 'pypa/pip#8377'],
    ['error: failed to select a version for `bad`.', 'rust-lang/cargo#5187'],
    ['Bundler could not find compatible versions for gem "activemodel":', 'rubygems/bundler#6620'],
    ['  version solving has failed.', 'ruby/rubygems#7273'],
    ['  × No solution found when resolving dependencies:', 'astral-sh/uv#6933'],
    ["solve_versions': Could not find compatible versions (Bundler::SolveFailure)", 'ruby/rubygems#7273'],
  ],
  'dependency-unavailable': [
    ['(HTTP code 404) unexpected - manifest for cirit/jmeter:latest not found', 'docker-archive-public/docker.kitematic#5177'],
    [
      'Error: initializing source docker://ghcr.io/a/b: reading manifest 1 in ghcr.io/a/b: manifest unknown',
      'searxng/searxng#4905',
    ],
    [
      'Error response from daemon: manifest for a/openwrt:86_64 not found: manifest unknown: manifest unknown',
      'ciiiii/cloudflare-docker-proxy#90',
    ],
    ["npm ERR! 404  'artifactory' is not in the npm registry.", 'npm/npm#11834'],
    ["npm ERR! 404 'octopusdeploy/gulp-octo' is not in the npm registry.", 'npm/npm#13970'],
    ['npm ERR! code E404', 'npm/cli#1816'],
    ['error Couldn\'t find package "axios" on the "npm" registry.', 'npm/cli#1816'],
    [
      'npm ERR! 404 Not Found - GET http://registry.example/@tootallnate%2fonce - no such package available',
      'TooTallNate/node-http-proxy-agent#16',
    ],
    ["E: Version '2:8.1.2269-1ubuntu5.7' for 'vim' was not found", 'hadolint/hadolint#884'],
  ],
  'version-control': [
    ['fatal: remote error: upload-pack: not our ref 255b081de6757761592f8cdbb4f2804d88c7fb5a', 'GaloisInc/saw-script#1883'],
    [
      "Fetched in submodule path 'submodules/sfdc', but it did not contain ddebac90. Direct fetching of that commit failed.",
      'bebbo/amigaos-cross-toolchain#28',
    ],
    ['error: no such remote ref ddebac90d27bc3361142c7c20cfd8b619ee7ed8c', 'bebbo/amigaos-cross-toolchain#28'],
    ["Error: fatal: No url found for submodule path 'abc' in .gitmodules", 'actions/checkout#829'],
    ["Error: The process '/usr/bin/git' failed with exit code 1", 'actions/checkout#391'],
    ["  The process 'C:\\Program Files\\Git\\bin\\git.exe' failed with exit code 1", 'actions/checkout#2052'],
    ["error: pathspec 'badrefname!' did not match any file(s) known to git", 'actions/checkout#2052'],
    ['fatal: refusing to merge unrelated histories', 'actions/checkout#125'],
    ["error: failed to push some refs to 'https://github.com/a/maven.git'", 'rtyley/bfg-repo-cleaner#357'],
    ["fatal: Fetched in submodule path 'src/nscl', but it did not contain d0ded8e7.", 'hackademix/noscript#589'],
  ],
  toolchain: [
    [
      "/__e/node20/bin/node: /lib64/libm.so.6: version `GLIBC_2.27' not found (required by /__e/node20/bin/node)",
      'apache/gluten#8046',
    ],
    [
      "/__e/node20/bin/node: /lib64/libstdc++.so.6: version `GLIBCXX_3.4.20' not found (required by /__e/node20/bin/node)",
      'adoptium/temurin-build#4068',
    ],
    [
      "/__e/node20/bin/node: /lib64/libstdc++.so.6: version `CXXABI_1.3.9' not found (required by /__e/node20/bin/node)",
      'gussmith23/lakeroad#449',
    ],
    ['npm ERR! code EBADENGINE', 'taiga-family/maskito#1389'],
    ['npm ERR! engine Unsupported engine', 'taiga-family/maskito#1389'],
    [
      'error execa@7.1.1: The engine "node" is incompatible with this module. Expected version ">=18.0.0". Got "17.9.1"',
      'sindresorhus/execa#561',
    ],
    ['0.664 sh: 1: webpack: not found', 'prostgles/ui#54'],
    [
      'Caused by: java.io.IOException: Cannot run program "cmake" (in directory "xxx"): error=2, No such file or directory',
      'awrichar/gradle-external-build#5',
    ],
    ["node: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.28' not found (required by node)", 'jitpack/jitpack.io#7515'],
    [
      'failed to solve: process "/bin/sh -c npm run build" did not complete successfully: exit code: 127',
      'elm1nst3r/GHOST-osint-crm#7',
    ],
  ],
  'quality-gate': [
    ['Jest: "global" coverage threshold for statements (85%) not met: 75.08%', 'ArtiomTr/jest-coverage-report-action#233'],
    [
      'ERROR: Coverage for statements (73.84%) does not meet global threshold (80%)',
      'angular-fullstack/generator-angular-fullstack#1219',
    ],
    ['ERROR: Coverage for lines (72.43%) does not meet global threshold (80%)', 'Navino16/flixpatrol-top10-on-trakt#523'],
    ['FAIL Required test coverage of 80% not reached. Total coverage: 0.00%', 'pytest-dev/pytest-cov#348'],
    ['FAIL Required test coverage of 54.18% not reached. Total coverage: 54.18%', 'pytest-dev/pytest-cov#601'],
    [
      "One or more dependencies were identified with vulnerabilities that have a CVSS score greater than or equal to '10.0': ",
      'dependency-check/DependencyCheck#7528',
    ],
    ['6 high severity vulnerabilities', 'npm/cli#8059'],
    ['## Quality Gate failed', 'dieuhd/sonar-quality-gate#61'],
  ],
  'build-config': [
    ["A problem occurred configuring root project 'ballerina-idea-plugin'.", 'JetBrains/gradle-grammar-kit-plugin#7'],
    [
      "org.gradle.api.ProjectConfigurationException: A problem occurred configuring project ':app'.",
      'Menwitz/ravencoin-android#5',
    ],
    ["A problem occurred configuring project ':MCreator'.", 'MCreator/DemoJavaPlugin#4'],
    ["make: *** No rule to make target 'install'.  Stop.", 'freudi74/gradle-cmake-plugin#3'],
    ['npm ERR! missing script: build', 'npm/npm#15351'],
    ['4 verbose stack Error: missing script: build', 'npm/npm#13462'],
    [
      'ERROR: failed to solve: failed to read dockerfile: open Dockerfile: no such file or directory',
      'docker/build-push-action#1107',
    ],
    [
      'ERROR: failed to solve: dockerfile parse error on line 1: FROM requires either one or three arguments',
      'actions/runner#3335',
    ],
    ['[ERROR] templates/: parse error at (topolvm/templates/scheduler/pdb.yaml:1): unclosed action', 'topolvm/topolvm#790'],
    [
      'Error: YAML parse error on hpe-csi-driver/templates/nimble-csp.yaml: error converting YAML to JSON: yaml: line 20: x',
      'hpe-storage/co-deployments#190',
    ],
  ],
  crash: [
    [
      '/home/runner/work/_temp/940d.sh: line 1:  3452 Segmentation fault      (core dumped) ./Tests --verbosity high',
      'recastnavigation/recastnavigation#694',
    ],
    [
      '/Users/runner/work/_temp/ec59.sh: line 1:  2185 Abort trap: 6           deno -A _builder/main.ts ""',
      'DjDeveloperr/skia_canvas#72',
    ],
    ['Segmentation fault (core dumped)', 'TheTumultuousUnicornOfDarkness/CPU-X#190'],
    [
      'Oops, something was wrong! CPU-X has received signal 11 (Segmentation fault) and has crashed.',
      'TheTumultuousUnicornOfDarkness/CPU-X#190',
    ],
    ['# A fatal error has been detected by the Java Runtime Environment:', 'nvmecompliance/tnvme#23'],
    ['#  SIGSEGV (0xb) at pc=0x00007ff9d8d6f5ed, pid=1828, tid=1835', 'deephaven/deephaven-core#6005'],
    [' A fatal error has been detected by the Java Runtime Environment:', 'tensorflow/java#326'],
    ['Fatal signal 11 (SIGSEGV), code 1, fault addr 0x68 in tid 6683', 'everit-org/json-schema#187'],
    ['Segmentation fault: 11', 'IAHispano/Applio#700'],
  ],
  formatting: [
    ['> The following files had format violations:', 'android/nowinandroid#991'],
    [
      'Caused by: org.apache.maven.plugin.MojoExecutionException: The following files had format violations:',
      'diffplug/spotless#938',
    ],
    ['Diff in /home/travis/build/gnzlbg/ctest/src/lib.rs at line 721:', 'rust-lang/rustfmt#3136'],
    ['Diff in /home/travis/build/gnzlbg/ctest/testcrate/build.rs at line 24:', 'rust-lang/rustfmt#3136'],
    ['[warn] Code style issues found in the above file(s). Forgot to run Prettier?', 'OpenRefine/OpenRefine#3546'],
  ],
};

/** What stands in logs of builds that failed for other reasons, or not at all, and must not name a cause. */
export const HARMLESS: readonly Wording[] = [
  ['npm WARN EBADENGINE Unsupported engine {', 'nodejs/help#3867'],
  ["npm WARN EBADENGINE   required: { node: '^0.12.7' },", 'nodejs/help#3867'],
  ['Required test coverage of 80% reached. Total coverage: 85.58%', 'antonioterpin/tinyros#55'],
  [
    'Node.js 12 actions are deprecated. Please update the following actions to use Node.js 16: actions/upload-artifact@v2',
    'milanmk/actions-file-deployer#16',
  ],
  [
    'Node.js 20 actions are deprecated. The following actions are running on Node.js 20 and may not work as expected:',
    'milanmk/actions-file-deployer#52',
  ],
  ['Lockfile is up to date, resolution step is skipped', 'pnpm/pnpm#6544'],
  ['No credentials detected, skipping authentication', 'meilisearch/meilisearch-gcp#142'],
  ['Congratulations!  All Go source files are properly formatted.', 'docker-archive/libcontainer#634'],
  ['Tests:       55 skipped, 32 passed, 87 total', 'ArtiomTr/jest-coverage-report-action#233'],
  ["npm WARN EBADENGINE   package: 'rubles@0.2.0',", 'nodejs/help#3867'],
  ['Complete job name: SFTP-Deploy', 'milanmk/actions-file-deployer#52'],
  ['10761 http 404 https://replicate.npmjs.com/registry-url', 'sindresorhus/np#151'],
  ['Disabling automatic garbage collection', 'actions/checkout#391'],
];
