import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { openApiDocument } from '../../src/api/openapi.ts';
import { AGENT_WEBHOOK_PATH } from '../../src/api/routes/agents.ts';
import { program } from '../../src/cli/program.ts';
import { environmentSchema, FILE_VARIABLES } from '../../src/config/environment.ts';
import { FINDING_CODES } from '../../src/doctor/catalogue.ts';
import { WEBHOOK_PATH } from '../../src/intake/webhook-path.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';

/** All that a document may name, read from where the program has it. */
export interface Known {
  variables: ReadonlySet<string>;
  /** npm scripts. */
  scripts: ReadonlySet<string>;
  /** Commands of `regreen` by their words (`keys create`; empty for the program itself), with their options. */
  commands: ReadonlyMap<string, ReadonlySet<string>>;
  /** Options of the benches and scripts. */
  options: ReadonlySet<string>;
  /** What the server answers, as `GET /api/v1/incidents/*`. */
  routes: ReadonlySet<string>;
  metrics: ReadonlySet<string>;
  alerts: ReadonlySet<string>;
  /** Codes of findings and of errors. */
  codes: ReadonlySet<string>;
  action: { inputs: ReadonlySet<string>; outputs: ReadonlySet<string> };
  /** The lines of .ci/run. */
  ci: ReadonlySet<string>;
}

/** Routes that are in no description of the API: for browsers, and for others' webhooks. */
const UNDESCRIBED = ['GET /docs', 'GET /openapi.json', 'GET /ws', `POST ${WEBHOOK_PATH}`, `POST ${AGENT_WEBHOOK_PATH}`];

export async function readKnown(root: string): Promise<Known> {
  const read = (path: string) => readFile(join(root, path), 'utf8');
  const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> };
  const { inputs, outputs } = parse(await read('action.yml')) as { inputs: object; outputs: object };
  return {
    variables: new Set([...Object.keys(environmentSchema.shape), ...Object.values(FILE_VARIABLES)]),
    scripts: new Set(Object.keys(scripts)),
    commands: new Map(commandsOf(program, [])),
    options: new Set((await sources(root, ['bench', 'scripts'])).flatMap(optionsIn)),
    routes: new Set([...routesOfApi(), ...UNDESCRIBED]),
    metrics: new Set(await metricNames()),
    alerts: new Set([...(await read('deploy/prometheus/alerts.yml')).matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name)),
    codes: new Set([...FINDING_CODES, ...(await errorCodes(root))]),
    action: { inputs: new Set(Object.keys(inputs)), outputs: new Set(Object.keys(outputs)) },
    ci: new Set((await read('.ci/run')).split('\n')),
  };
}

/** Codes of errors that the program throws or answers with: each stands as a literal where the error is made. */
export async function errorCodes(root: string): Promise<string[]> {
  const texts = await sources(root, ['src']);
  const found = texts.flatMap((text) => [
    ...text.matchAll(/(?:new \w*Error\(|code:|super\()\s*'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)'/g),
  ]);
  return [...new Set(found.map(([, code = '']) => code))].toSorted();
}

function commandsOf(command: Command, words: readonly string[]): [string, Set<string>][] {
  const options = new Set(['--help', ...command.options.flatMap(({ long }) => long ?? [])]);
  const below = command.commands.flatMap((one) => commandsOf(one, [...words, one.name()]));
  return [[words.join(' '), options], ...below];
}

/** Names in `parseArgs({ options: { name: { type: … } } })`, and options that are looked for by hand. */
function optionsIn(text: string): string[] {
  const named = [...text.matchAll(/\b([a-z][\w-]*)'?: \{ type: '(?:string|boolean)'/g)].map(([, name = '']) => `--${name}`);
  return [...named, ...[...text.matchAll(/'(--[a-z][\w-]*)'/g)].map(([, option = '']) => option)];
}

function routesOfApi(): string[] {
  return Object.entries(openApiDocument().paths ?? {}).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, '*')}`),
  );
}

async function metricNames(): Promise<string[]> {
  const { text } = await createMetrics({ version: '0' }).render();
  return [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name = '']) => name);
}

async function sources(root: string, folders: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(folders.map((folder) => readdir(join(root, folder), { recursive: true })));
  const paths = lists.flatMap((names, index) => names.map((name) => join(root, folders[index] ?? '', name)));
  const texts = paths.filter((path) => path.endsWith('.ts') && !path.includes('node_modules'));
  return Promise.all(texts.map((path) => readFile(path, 'utf8')));
}
