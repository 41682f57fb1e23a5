import type { CauseCategory } from '../types.ts';

/** What an exit code alone suggests. Above 128 it is 128 and the number of the signal that ended the process. */
export const EXIT_CODE_CAUSES: ReadonlyMap<number, { category: CauseCategory; confidence: number }> = new Map([
  [124, { category: 'timeout', confidence: 0.65 }], // coreutils' `timeout` ended the command
  [126, { category: 'permission', confidence: 0.55 }], // the shell found the command and could not execute it
  [127, { category: 'toolchain', confidence: 0.6 }], // the shell found no such command
  [134, { category: 'crash', confidence: 0.65 }], // SIGABRT
  [137, { category: 'out-of-memory', confidence: 0.6 }], // SIGKILL: on a hosted runner nearly always the kernel's OOM killer
  [139, { category: 'crash', confidence: 0.75 }], // SIGSEGV
  [143, { category: 'cancelled', confidence: 0.55 }], // SIGTERM: somebody asked the process to stop
]);
