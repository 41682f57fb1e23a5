import type { Matcher } from '../../matcher.ts';
import { buildkit, docker } from './docker.ts';
import { dockerfileLint, hadolint } from './dockerfile.ts';
import { shfmt, taplo } from './formatters.ts';
import { helm, kubectl } from './kubernetes.ts';
import { actionlint, puppetLint, typos, vint } from './linters.ts';
import { buf, protoc } from './proto.ts';
import { shell } from './shell.ts';
import { shellcheckGcc, shellcheckTty } from './shellcheck.ts';
import { terraform, tflint } from './terraform.ts';

/** Shells, containers, clusters, and what describes infrastructure. */
export const INFRASTRUCTURE: readonly Matcher[] = [
  shell,
  shellcheckTty,
  shellcheckGcc,
  shfmt,
  taplo,
  hadolint,
  dockerfileLint,
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
  protoc,
  buf,
];
