import type { CauseCategory } from '../types.ts';

/** What an exit code alone suggests. Above 128 it is 128 and the number of the signal that ended the process. */
export const EXIT_CODE_CAUSES: ReadonlyMap<number, { category: CauseCategory; confidence: number }> = new Map([
  [124, { category: 'timeout', confidence: 0.65 }], // coreutils' `timeout` ended the command
  [126, { category: 'permission', confidence: 0.55 }], // the shell found the command and could not execute it
  [127, { category: 'toolchain', confidence: 0.6 }], // the shell found no such command
  [130, { category: 'cancelled', confidence: 0.55 }], // SIGINT
  [132, { category: 'crash', confidence: 0.65 }], // SIGILL
  [134, { category: 'crash', confidence: 0.65 }], // SIGABRT
  [135, { category: 'crash', confidence: 0.65 }], // SIGBUS
  [136, { category: 'crash', confidence: 0.65 }], // SIGFPE
  [137, { category: 'out-of-memory', confidence: 0.6 }], // SIGKILL: on a hosted runner nearly always the kernel's OOM killer
  [139, { category: 'crash', confidence: 0.75 }], // SIGSEGV
  [143, { category: 'cancelled', confidence: 0.55 }], // SIGTERM: somebody asked the process to stop
  // Windows gives the status of an exception, which the runner prints as a signed number.
  [-1073741819, { category: 'crash', confidence: 0.75 }], // 0xC0000005, access violation
  [-1073741795, { category: 'crash', confidence: 0.65 }], // 0xC000001D, illegal instruction
  [-1073741571, { category: 'crash', confidence: 0.7 }], // 0xC00000FD, stack overflow
  [-1073741515, { category: 'toolchain', confidence: 0.65 }], // 0xC0000135, a DLL was not found
  [-1073741510, { category: 'cancelled', confidence: 0.55 }], // 0xC000013A, Ctrl+C
  [-1073740940, { category: 'crash', confidence: 0.7 }], // 0xC0000374, heap corruption
  [-1073740791, { category: 'crash', confidence: 0.7 }], // 0xC0000409, stack buffer overrun, abort()
  [-2147483645, { category: 'crash', confidence: 0.65 }], // 0x80000003, breakpoint
  [-532462766, { category: 'crash', confidence: 0.65 }], // 0xE0434352, an exception of .NET
]);
