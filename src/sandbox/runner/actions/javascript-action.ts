import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { StepFault } from '../job/step-fault.ts';
import type { Action } from './action.ts';

/** Source: https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax */
const metadataSchema = z.looseObject({
  name: z.string(),
  description: z.string(),
  inputs: z.record(z.string(), z.looseObject({ default: z.union([z.string(), z.number(), z.boolean()]).optional() })).default({}),
  outputs: z.record(z.string(), z.looseObject({ description: z.string().optional() })).default({}),
  runs: z.looseObject({ using: z.enum(['node20', 'node24']), main: z.string() }),
});

/** A JavaScript action by its own action.yml, carried out with the Node that the sandbox itself runs on. */
export function javascriptAction(folder: string): { action: Action } | { fault: string } {
  const read = metadataSchema.safeParse(parse(readFileSync(join(folder, 'action.yml'), 'utf8')));
  if (!read.success) return { fault: `Failed to load ${join(folder, 'action.yml')}: ${read.error.issues[0]?.message ?? ''}` };
  const { inputs, runs } = read.data;
  return {
    action: {
      defaults: Object.fromEntries(
        Object.entries(inputs).flatMap(([name, input]) => (input.default === undefined ? [] : [[name, String(input.default)]])),
      ),
      async main({ inputs: given, environment, execute, command }) {
        // The runner's own rule: upper case, blanks as underscores, all else as it is.
        const variables = [...given].map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]);
        const end = await execute(process.execPath, [join(folder, runs.main)], {
          env: { ...environment, ...Object.fromEntries(variables), GITHUB_ACTION: '__self' },
          onLine: command,
        });
        if (end.kind === 'exited' && end.exitCode !== 0)
          throw new StepFault(`Node action finished with exit code ${end.exitCode}`);
        return {};
      },
    },
  };
}
