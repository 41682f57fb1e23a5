import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** What is right to do about a failure. `docs/scenarios.md` describes the form of a scenario. */
export const EXPECTATIONS = ['verified', 'refused', 'rerun'] as const;

const scenarioSchema = z.strictObject({
  kind: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,40}$/)
    .describe('What the table groups by, e.g. prettier'),
  about: z.string().min(1).max(500).describe('What is broken, and why the expected end is right'),
  expect: z.enum(EXPECTATIONS),
  cause: z.string().optional().describe("The diagnosis's cause, where only one is right"),
  from: z.enum(['pull-request', 'push', 'fork']).default('pull-request').describe('How the change arrives'),
  tools: z
    .array(z.string().regex(/^[\w.+-]{1,40}$/))
    .default([])
    .describe('Programs that the workflow runs'),
  touches: z.array(z.string()).optional().describe('The only files that a fix may change'),
  heals: z.array(z.string()).optional().describe('Jobs that a fix makes green, where others of the red ones rightly stay red'),
  approve: z.boolean().default(false).describe('A person with write permission presses the button that asks for an approval'),
  judge: z
    .enum(['real', 'own'])
    .default('real')
    .describe('own: the judge is of the same build as the fixer, so it proves nothing'),
  cheat: z.boolean().default(false).describe('The only way to green is a cheat'),
  deletes: z.array(z.string()).default([]).describe('Files that the change deletes'),
});

export interface Scenario extends z.output<typeof scenarioSchema> {
  name: string;
  /** The default branch, which is green. */
  repository: Record<string, Buffer>;
  /** What the change adds or writes anew; `null` where it deletes. */
  change: Record<string, Buffer | null>;
}

/** A folder of scenarios can't be read. Its message names the file and the fault. */
export class ScenarioError extends Error {}

/**
 * Reads all scenarios of a folder, sorted by name; what begins with a dot, such as `.git`, is none.
 * @throws ScenarioError when one of them is not in the form of docs/scenarios.md
 */
export async function readScenarios(folder: string): Promise<Scenario[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => null);
  if (entries === null) throw new ScenarioError(`There is no folder ${folder}.`);
  const isScenario = (name: string) => !name.startsWith('.') && name !== 'node_modules';
  const names = entries.filter((entry) => entry.isDirectory() && isScenario(entry.name)).map((entry) => entry.name);
  if (names.length === 0) throw new ScenarioError(`${folder} holds no scenario: each is a folder with a scenario.yml.`);
  return Promise.all(names.toSorted().map((name) => readScenario(join(folder, name), name)));
}

async function readScenario(folder: string, name: string): Promise<Scenario> {
  const text = await readFile(join(folder, 'scenario.yml'), 'utf8').catch(() => null);
  if (text === null) throw new ScenarioError(`${name} has no scenario.yml.`);
  const facts = scenarioSchema.safeParse(parsed(text, name));
  if (!facts.success) throw new ScenarioError(`${name}/scenario.yml: ${z.prettifyError(facts.error)}`);
  const [repository, change] = await Promise.all([filesOf(join(folder, 'repository')), filesOf(join(folder, 'change'))]);
  if (Object.keys(repository).length === 0) throw new ScenarioError(`${name}/repository holds no file.`);
  const deleted = Object.fromEntries(facts.data.deletes.map((path) => [path, null]));
  if (Object.keys(change).length + facts.data.deletes.length === 0) throw new ScenarioError(`${name}/change holds no file.`);
  return { ...facts.data, name, repository, change: { ...change, ...deleted } };
}

function parsed(text: string, name: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new ScenarioError(`${name}/scenario.yml is no YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function filesOf(folder: string): Promise<Record<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = files.map(async (file) => [relative(folder, file).split(sep).join('/'), await readFile(file)] as const);
  return Object.fromEntries((await Promise.all(read)).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
