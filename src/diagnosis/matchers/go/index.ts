import type { Matcher } from '../matcher.ts';
import { go } from './go.ts';
import { goModules } from './go-modules.ts';
import { goTest } from './go-test.ts';
import { goTestJson } from './go-test-json.ts';
import { gofmt } from './gofmt.ts';
import { golangciLint } from './golangci-lint.ts';
import { errcheck, gocyclo, gosec, misspell, revive } from './linters.ts';

/** Tools of Go. The compiler's form is the barest, so its matcher comes after the linters'. */
export const GO: readonly Matcher[] = [
  golangciLint,
  revive,
  gosec,
  misspell,
  errcheck,
  gocyclo,
  goModules,
  go,
  goTest,
  goTestJson,
  gofmt,
];
