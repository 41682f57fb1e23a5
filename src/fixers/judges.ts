import { MATCHERS } from '../diagnosis/matchers/registry.ts';
import type { CauseCategory, Diagnostic } from '../diagnosis/types.ts';

function toolsFor(...causes: readonly CauseCategory[]): ReadonlySet<string> {
  return new Set(MATCHERS.filter(({ cause }) => cause !== null && causes.includes(cause)).map(({ tool }) => tool));
}

export const FORMATTERS = toolsFor('formatting');
export const COMPILERS = toolsFor('compile-error');
/** Tools that end a job when they find an error. */
export const JUDGES = toolsFor('formatting', 'lint', 'compile-error');

/** Whether ruff speaks of layout. */
export function isUnformatted({ code, message }: Diagnostic): boolean {
  return code === 'unformatted' || message === 'would be reformatted';
}

/** Whether a diagnostic is for another fixer to mend: a formatter's, whatever a compiler or a linter says beside it. */
export function isForFormatters(one: Diagnostic): boolean {
  return (
    FORMATTERS.has(one.tool) || (one.tool === 'ruff' && isUnformatted(one)) || (one.tool === 'biome' && one.code === 'format')
  );
}

/** Who speaks: what bundlers and frameworks print with TypeScript's own codes, or as its errors, is the compiler's. */
export function voiceOf({ tool, code }: Diagnostic): string {
  return tool === 'next' || /^TS\d{4,5}$/.test(code ?? '') ? 'tsc' : tool;
}
