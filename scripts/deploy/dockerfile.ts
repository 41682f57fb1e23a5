/** A Dockerfile as steps that a shell can carry out; read by dockerfile-ast, which is installed with the other checkers. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export type Step =
  | { kind: 'run'; script: string }
  | { kind: 'copy'; from: string | null; owner: string | null; sources: string[]; to: string }
  | { kind: 'folder'; path: string };

export interface Stage {
  name: string | null;
  image: string;
  steps: Step[];
  environment: Record<string, string>;
  labels: string[];
  user: string | null;
  volumes: string[];
  /** Programs with their arguments; `null` where the stage names none. */
  healthcheck: string[] | null;
  command: string[] | null;
}

/** As much of dockerfile-ast 0.7 as is used here. */
interface Parsed {
  getInstructions(): Instruction[];
}
interface Instruction {
  getKeyword(): string;
  getArguments(): { getValue(): string }[];
  getFlags?(): { getName(): string; getValue(): string | null }[];
  getRawArgumentsContent(): string | null;
  getProperties?(): { getName(): string; getValue(): string | null }[];
}

/** @param tools the folder whose `node_modules` has dockerfile-ast */
export async function readDockerfile(text: string, tools: string): Promise<Stage[]> {
  const library = pathToFileURL(join(tools, 'node_modules/dockerfile-ast/lib/main.js')).href;
  const { DockerfileParser } = (await import(library)) as { DockerfileParser: { parse(text: string): Parsed } };
  const stages: Stage[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    if (instruction.getKeyword() === 'FROM') stages.push(stageOf(instruction));
    else {
      const stage = stages.at(-1);
      if (!stage) throw new Error(`${instruction.getKeyword()} stands before FROM`);
      add(stage, instruction);
    }
  }
  return stages;
}

/** Everything that dockerfile-utils can say is a fault (2 is its word for an error). */
const ALL_RULES = Object.fromEntries(
  [
    'deprecatedMaintainer',
    'directiveCasing',
    'emptyContinuationLine',
    'instructionCasing',
    'instructionCmdMultiple',
    'instructionEntrypointMultiple',
    'instructionHealthcheckMultiple',
    'instructionJSONInSingleQuotes',
    'instructionWorkdirRelative',
  ].map((rule) => [rule, 2]),
);

/** @returns each finding with its line */
export async function lintDockerfile(path: string, tools: string): Promise<string[]> {
  const library = pathToFileURL(join(tools, 'node_modules/dockerfile-utils/lib/main.js')).href;
  const { validate } = (await import(library)) as {
    validate(text: string, rules: object): { message: string; range: { start: { line: number } } }[];
  };
  const found = validate(await readFile(path, 'utf8'), ALL_RULES);
  return found.map(({ message, range }) => `Dockerfile:${range.start.line + 1}: ${message}`);
}

function stageOf(from: Instruction): Stage {
  const [image = '', as, name] = from.getArguments().map((argument) => argument.getValue());
  return {
    name: as?.toUpperCase() === 'AS' ? (name ?? null) : null,
    image,
    steps: [],
    environment: {},
    labels: [],
    user: null,
    volumes: [],
    healthcheck: null,
    command: null,
  };
}

const ADDED: Readonly<Record<string, (stage: Stage, instruction: Instruction) => void>> = {
  ARG: (stage, one) => assign(stage.environment, one),
  ENV: (stage, one) => assign(stage.environment, one),
  LABEL: (stage, one) => void stage.labels.push(...(one.getProperties?.() ?? []).map((property) => property.getName())),
  WORKDIR: (stage, one) => void stage.steps.push({ kind: 'folder', path: words(one)[0] ?? '/' }),
  RUN: (stage, one) => void stage.steps.push({ kind: 'run', script: one.getRawArgumentsContent() ?? '' }),
  COPY: (stage, one) => {
    const flag = (name: string) =>
      one
        .getFlags?.()
        .find((found) => found.getName() === name)
        ?.getValue() ?? null;
    const paths = words(one).filter((word) => !word.startsWith('--'));
    stage.steps.push({
      kind: 'copy',
      from: flag('from'),
      owner: flag('chown'),
      sources: paths.slice(0, -1),
      to: paths.at(-1) ?? '.',
    });
  },
  USER: (stage, one) => {
    stage.user = words(one)[0] ?? null;
  },
  VOLUME: (stage, one) => void stage.volumes.push(...words(one)),
  EXPOSE: () => {},
  HEALTHCHECK: (stage, one) => {
    stage.healthcheck = programIn(one.getRawArgumentsContent() ?? '');
  },
  CMD: (stage, one) => {
    stage.command = programIn(one.getRawArgumentsContent() ?? '');
  },
};

function add(stage: Stage, instruction: Instruction): void {
  const step = ADDED[instruction.getKeyword()];
  if (!step) throw new Error(`${instruction.getKeyword()} is not known here`);
  step(stage, instruction);
}

function words(instruction: Instruction): string[] {
  return instruction.getArguments().map((argument) => argument.getValue());
}

function assign(environment: Record<string, string>, instruction: Instruction): void {
  for (const property of instruction.getProperties?.() ?? []) environment[property.getName()] = property.getValue() ?? '';
}

/** The JSON form, which starts no shell. */
function programIn(text: string): string[] {
  const list = /\[.*\]$/s.exec(text.trim())?.[0];
  if (!list) throw new Error(`"${text}" would start a shell, which takes the signals`);
  return JSON.parse(list) as string[];
}
