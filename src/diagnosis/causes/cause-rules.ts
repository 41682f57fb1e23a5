import type { CauseRule, Look } from './cause-rule.ts';
import { CODE } from './code.ts';
import { CREDENTIALS } from './credentials.ts';
import { DEPENDENCIES } from './dependencies.ts';
import { GATES } from './gates.ts';
import { LIKELY } from './likely.ts';
import { MACHINE } from './machine.ts';
import { NETWORK } from './network.ts';
import { RIGHTS } from './rights.ts';
import { TOOLCHAIN } from './toolchain.ts';
import { VERSION_CONTROL } from './version-control.ts';
import { WORKFLOW } from './workflow.ts';

export type { CauseRule } from './cause-rule.ts';
export { EXIT_CODE_CAUSES } from './exit-codes.ts';

/**
 * Read as one table, from what ends a job from outside to what a project did itself. The surest rule that speaks wins;
 * of two equally sure ones, the earlier line of the log.
 */
export const CAUSE_RULES: readonly CauseRule[] = [
  ...MACHINE,
  ...WORKFLOW,
  ...CREDENTIALS,
  ...RIGHTS,
  ...NETWORK,
  ...DEPENDENCIES,
  ...VERSION_CONTROL,
  ...TOOLCHAIN,
  ...GATES,
  ...CODE,
  ...LIKELY,
];

/** What all rules look for, in the order of the table. `rule` is the place of the rule in it. */
export const CAUSE_LOOKS: readonly (Look & { readonly rule: number })[] = CAUSE_RULES.flatMap(({ looks }, rule) =>
  looks.map((look) => ({ ...look, rule })),
);
