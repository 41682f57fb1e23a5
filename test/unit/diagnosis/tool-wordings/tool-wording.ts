import type { CauseCategory } from '../../../../src/diagnosis/types.ts';

/** By the tool that prints them: lines of a failed job, and the cause that they carry. Several lines are joined by `\n`. */
export type ToolWordings = Readonly<Record<string, readonly (readonly [cause: CauseCategory, lines: string])[]>>;
