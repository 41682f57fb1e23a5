import type { CauseRule } from './causes/cause-rule.ts';
import { CODE } from './causes/code.ts';
import { DEPENDENCIES } from './causes/dependencies.ts';
import { GATES } from './causes/gates.ts';
import { MACHINE } from './causes/machine.ts';
import { NETWORK } from './causes/network.ts';
import { RIGHTS } from './causes/rights.ts';
import { TOOLCHAIN } from './causes/toolchain.ts';
import { VERSION_CONTROL } from './causes/version-control.ts';
import { WORKFLOW } from './causes/workflow.ts';

export type { CauseRule } from './causes/cause-rule.ts';
export { EXIT_CODE_CAUSES } from './causes/exit-codes.ts';

/**
 * Read as one table, from what ends a job from outside to what a project did itself. The surest rule that speaks wins;
 * of two equally sure ones, the earlier line of the log.
 */
export const CAUSE_RULES: readonly CauseRule[] = [
  ...MACHINE,
  ...WORKFLOW,
  ...RIGHTS,
  ...NETWORK,
  ...DEPENDENCIES,
  ...VERSION_CONTROL,
  ...TOOLCHAIN,
  ...GATES,
  ...CODE,
];
