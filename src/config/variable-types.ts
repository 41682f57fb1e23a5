import { z } from 'zod';

/** How variables are read that many have: what they are made of, and what is said of those that can't be. */

/** Entries separated by spaces or commas. */
export const list = z
  .string()
  .default('')
  .transform((text) => text.split(/[\s,]+/).filter((entry) => entry !== ''));

/** An address of one of these protocols; `wanted` says an example. */
export const url = (wanted: string, protocols: readonly string[]) =>
  z.string().superRefine((text, context) => {
    const protocol = URL.canParse(text) ? new URL(text).protocol : null;
    if (protocol !== null && protocols.includes(protocol)) return;
    // The rest of an address may hold a password, and so may what only looks like a protocol.
    const found = protocol !== null && text.startsWith(`${protocol}//`) ? describe(protocol) : 'no address that can be read';
    context.addIssue({ code: 'custom', message: `found ${found}; wanted ${wanted}` });
  });

/** A whole number within bounds. */
export const integer = (least: number, most: number, fallback: number) =>
  z
    .string()
    .default(String(fallback))
    .transform((text, context) => {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      if (value >= least && value <= most) return value;
      context.addIssue({
        code: 'custom',
        message: `found "${text.slice(0, 40)}"; wanted a whole number from ${least} to ${most}`,
      });
      return z.NEVER;
    });

export function describe(found: unknown): string {
  return typeof found === 'string' ? `"${found.slice(0, 40)}"` : 'nothing that can be read';
}
