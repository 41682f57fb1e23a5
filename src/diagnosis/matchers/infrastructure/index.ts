import type { Matcher } from '../matcher.ts';
import { cargoAudit, npmAudit, pipAudit, trivyTable } from './audits.ts';
import { cfnLint, checkov, conftest, kubeLinter, kubeval } from './cloud.ts';
import { codespan } from './codespan.ts';
import { gitDiff, gitDiffCheck, goldenDiff } from './comparisons.ts';
import { ameba, crystal } from './crystal.ts';
import { cucumber } from './cucumber.ts';
import { buildkit, docker } from './docker.ts';
import { dockerfileLint, dockerfilelint, hadolint } from './dockerfile.ts';
import { shfmt, taplo, terraformFmt } from './formatters.ts';
import { jsonFindings } from './json-findings.ts';
import { helm, kubectl } from './kubernetes.ts';
import { actionlint, puppetLint, typos, vint } from './linters.ts';
import { chktex, tidy, xmllint } from './markup.ts';
import { cspell, proselint, vale } from './prose.ts';
import { buf, protoc, protolint } from './proto.ts';
import { sarif } from './sarif.ts';
import { checkbashisms, editorconfigChecker } from './scripts.ts';
import { gitleaks, semgrep, trivy } from './security.ts';
import { shell } from './shell.ts';
import { shellcheckGcc, shellcheckTty } from './shellcheck.ts';
import { sqlfluff } from './sqlfluff.ts';
import { terraform, tflint } from './terraform.ts';

/** Shells, containers, clusters, and what describes infrastructure. */
export const INFRASTRUCTURE: readonly Matcher[] = [
  shell,
  shellcheckTty,
  shellcheckGcc,
  shfmt,
  taplo,
  terraformFmt,
  hadolint,
  dockerfileLint,
  dockerfilelint,
  buildkit,
  docker,
  terraform,
  tflint,
  helm,
  kubectl,
  actionlint,
  puppetLint,
  vint,
  typos,
  cspell,
  proselint,
  vale,
  cfnLint,
  checkov,
  kubeLinter,
  kubeval,
  conftest,
  codespan,
  sqlfluff,
  ameba,
  crystal,
  semgrep,
  gitleaks,
  trivy,
  trivyTable,
  npmAudit,
  pipAudit,
  cargoAudit,
  xmllint,
  tidy,
  chktex,
  checkbashisms,
  editorconfigChecker,
  protolint,
  protoc,
  buf,
  sarif,
  jsonFindings,
  cucumber,
  gitDiffCheck,
  gitDiff,
  goldenDiff,
];
