import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { type Json, type JsonObject, objectAt } from './json.ts';
import { referencesOf, translateSchema } from './translate.ts';
import { undescribedProperties } from './undescribed.ts';

/** One place where a value differs from its schema. */
export interface Difference {
  /** JSON pointer into the value. */
  pointer: string;
  /** The keyword of the schema that is not met; `undescribed` for a property that the schema does not know. */
  keyword: string;
  message: string;
  /** What stands at that place. */
  value?: unknown;
}

export type Check = (value: unknown) => Difference[];

/** Compiles the schemas of one description, each when it is first needed: all of them would take minutes. */
export class SchemaCompiler {
  private readonly components: JsonObject;
  private readonly ajv: Ajv;
  private readonly compiled = new Map<JsonObject, Check>();

  constructor(document: JsonObject) {
    this.components = objectAt(objectAt(document, 'components'), 'schemas');
    // Not strict: the descriptions carry keywords of OpenAPI. Query and path values are strings, told as other types.
    this.ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true, verbose: true });
    formats.default(this.ajv);
    this.ajv.addFormat('repo.nwo', /^[^/\s]+\/[^/\s]+$/);
    this.ajv.addFormat('timestamp', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  }

  /** A check of values against a schema of the description; properties that it does not describe are differences too. */
  compile(schema: JsonObject): Check {
    const known = this.compiled.get(schema);
    if (known) return known;
    const translated = translateSchema(schema);
    this.addComponents(translated);
    const validate = this.ajv.compile(translated);
    const find = (name: string) => this.component(name);
    const check: Check = (value) => [...differences(validate, value), ...undescribedProperties(translated, value as Json, find)];
    this.compiled.set(schema, check);
    return check;
  }

  private component(name: string): JsonObject {
    const added = this.ajv.getSchema(name)?.schema;
    return typeof added === 'object' ? (added as JsonObject) : {};
  }

  private addComponents(schema: JsonObject): void {
    const waiting = [...referencesOf(schema)];
    const seen = new Set<string>();
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (seen.has(name) || this.ajv.schemas[name]) continue;
      seen.add(name);
      const translated = translateSchema(objectAt(this.components, name));
      this.ajv.addSchema(translated, name);
      waiting.push(...referencesOf(translated));
    }
  }
}

function differences(validate: ValidateFunction, value: unknown): Difference[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => ({
    pointer: error.instancePath,
    keyword: error.keyword,
    message: describe(error),
    value: error.data,
  }));
}

function describe({ message, params, keyword }: ErrorObject): string {
  const wanted = keyword === 'enum' ? `: ${JSON.stringify(params['allowedValues'])}` : '';
  return `${message ?? keyword}${wanted}`;
}
