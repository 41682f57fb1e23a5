import { readFileSync } from 'node:fs';
import { environmentSchema, FILE_VARIABLES } from '../src/config/environment.ts';
import { CONFIG_PATH, repositoryConfigJsonSchema } from '../src/config/repository-config.ts';

/** What the schemas can't say: layers, precedence, examples. */
const RULES = new URL('configuration-rules.md', import.meta.url);

interface JsonSchema {
  description?: string;
  type?: string;
  enum?: string[];
  default?: unknown;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  anyOf?: JsonSchema[];
}

/** docs/configuration.md: every variable and every key, from the schemas themselves. */
export function configurationDocument(): string {
  return [
    '# Configuration',
    '',
    '<!-- Made by "npm run generate" from src/config/ and scripts/configuration-rules.md. -->',
    '',
    '## The server: environment variables',
    'Set them in the environment or in `.env`. A start with faults names all of them at once and ends.',
    '',
    '| variable | default | what it is |',
    '| --- | --- | --- |',
    ...Object.entries(environmentSchema.shape).map(([name, schema]) => {
      const parsed = schema.safeParse(undefined);
      return `| \`${name}\` | ${parsed.success ? valueText(parsed.data) : '**required**'} | ${cell(withNames(schema.description ?? ''))} |`;
    }),
    '',
    `## A repository: \`${CONFIG_PATH}\``,
    'Read from the default branch, so that a pull request cannot give itself more rights. Unknown keys are errors; a file with a',
    'fault is left out, and a check run names the line and the fault. Editors complete and check it with `schema/regreen.json`.',
    '',
    '| key | values | default | what it is |',
    '| --- | --- | --- | --- |',
    ...keyRows(repositoryConfigJsonSchema() as JsonSchema, ''),
    '',
    readFileSync(RULES, 'utf8').trimEnd(),
    '',
  ].join('\n');
}

function keyRows(schema: JsonSchema, prefix: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const key = prefix + name;
    if (key === 'causes') return causeRows(property);
    if (property.properties) return keyRows(property, `${key}.`);
    return [`| \`${key}\` | ${kindText(property)} | ${valueText(property.default)} | ${cell(property.description ?? '')} |`];
  });
}

/** Every cause takes the same, so that they share their rows. */
function causeRows({ description, properties = {} }: JsonSchema): string[] {
  const [word = {}, map = {}] = Object.values(properties)[0]?.anyOf ?? [];
  return [
    `| \`causes.<cause>\` | ${kindText(word)}, or a map | not set | ${cell(description ?? '')} |`,
    ...keyRows(map, 'causes.<cause>.'),
  ];
}

function kindText(schema: JsonSchema): string {
  if (schema.anyOf) return schema.anyOf.map(kindText).join(' or ');
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(', ');
  return schema.type === 'array' ? `list of ${schema.items?.type ?? 'values'}s` : (schema.type ?? '');
}

function valueText(value: unknown): string {
  if (value === undefined) return 'not set';
  if (value instanceof Set) return valueText([...value]);
  if (Array.isArray(value)) return value.length === 0 ? 'empty' : `\`${value.join(', ')}\``;
  return `\`${String(value)}\``;
}

/** Names of variables stand as code. */
function withNames(text: string): string {
  const names = new Set([...Object.keys(environmentSchema.shape), ...Object.values(FILE_VARIABLES)]);
  return text.replaceAll(/(?<![\w/])[A-Z][A-Z_]+\b/g, (name) => (names.has(name) ? `\`${name}\`` : name));
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
