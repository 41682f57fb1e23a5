import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CAUSES } from '../../src/diagnosis/types.ts';

/**
 * The form of labelled cases. A folder holds a folder a set, and each of these `cases.jsonl`: one object a line with `id`,
 * `kind`, `log` (a path in the set's folder), perhaps `baseline` (the green log of the same job, likewise), and `truth`,
 * whose form the kind decides. Lines of logs count from 1 and end at `\n`, `\r\n` or a lone `\r`.
 */
const ranges = z.array(z.tuple([z.int(), z.int()]));
const common = { id: z.string(), log: z.string(), baseline: z.string().nullish(), popular: z.boolean().nullish() };
const cause = z.enum(CAUSES);

const caseSchema = z.discriminatedUnion('kind', [
  z.object({
    ...common,
    kind: z.literal('excerpt'),
    /** Lines that people marked; `ranges2` by a second person. `text` is what they marked, wherever it stands. */
    truth: z.object({ ranges, ranges2: ranges.nullish(), text: z.string().nullish(), cause: cause.nullish() }),
  }),
  z.object({
    ...common,
    kind: z.literal('diagnostics'),
    truth: z.object({
      /** How many a perfect reader finds; `null` where `complete` says that `issues` are all of them. */
      count: z.int().nullish(),
      complete: z.boolean().nullish(),
      issues: z.array(
        z.object({
          path: z.string().nullish(),
          line: z.int().nullish(),
          column: z.int().nullish(),
          message: z.string().nullish(),
        }),
      ),
    }),
  }),
  z.object({
    ...common,
    kind: z.literal('tests'),
    truth: z.object({
      failed: z.array(z.string()).nullish(),
      num_t_failed: z.int().nullish(),
      num_t_run: z.int().nullish(),
    }),
  }),
  z.object({
    ...common,
    kind: z.literal('cause'),
    /** `accept`: what a second labeller found defensible. */
    truth: z.object({ cause, accept: z.array(cause).nullish() }),
  }),
]);

export type Case = z.output<typeof caseSchema>;
export type CaseOf<Kind extends Case['kind']> = Extract<Case, { kind: Kind }>;

export interface CaseSet {
  name: string;
  folder: string;
  cases: Case[];
}

/**
 * Reads the sets of a folder, by name; `wanted` leaves the others out.
 * @throws Error when a case has another form, with the set and the line
 */
export async function readSets(folder: string, wanted: readonly string[] | null): Promise<CaseSet[]> {
  const sets: CaseSet[] = [];
  for (const name of (await readdir(folder)).toSorted()) {
    if (wanted !== null && !wanted.includes(name)) continue;
    const text = await readFile(join(folder, name, 'cases.jsonl'), 'utf8').catch(() => null);
    if (text === null) continue;
    const lines = text.split('\n').filter((line) => line !== '');
    sets.push({ name, folder: join(folder, name), cases: lines.map((line, index) => parse(line, `${name}, line ${index + 1}`)) });
  }
  return sets;
}

function parse(line: string, place: string): Case {
  const parsed = caseSchema.safeParse(JSON.parse(line));
  if (!parsed.success) throw new Error(`${place}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
