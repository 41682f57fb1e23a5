import { isObject, type Json, type JsonObject } from './json.ts';

/** Keywords whose values are data, not schemas. */
const DATA_KEYWORDS = new Set(['enum', 'required', 'default', 'const']);
/** Keywords that only speak to people. */
const ANNOTATIONS = new Set(['example', 'examples', 'description', 'title', 'externalDocs', 'deprecated', 'discriminator']);

/**
 * Turns a schema of OpenAPI 3.0 into JSON Schema, which differs in `nullable` and in keywords of its own.
 * References stay, but name the component alone, under which the compiler adds it.
 * Source: https://spec.openapis.org/oas/v3.0.3#schema-object
 */
export function translateSchema(schema: JsonObject): JsonObject {
  const translated: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) {
    if (ANNOTATIONS.has(key) || key === 'nullable' || key.startsWith('x-')) continue;
    translated[key] = translateValue(key, value);
  }
  return schema['nullable'] === true ? orNull(translated) : translated;
}

function translateValue(key: string, value: Json): Json {
  if (DATA_KEYWORDS.has(key)) return value;
  if (key === '$ref' && typeof value === 'string') return componentId(value);
  // The keys of `properties` are names, also where one is called like a keyword.
  if (key === 'properties' && isObject(value)) return mapValues(value, translateAny);
  return translateAny(value);
}

function translateAny(value: Json): Json {
  if (Array.isArray(value)) return value.map(translateAny);
  return isObject(value) ? translateSchema(value) : value;
}

function mapValues(value: JsonObject, change: (one: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, change(one)]));
}

/** GitHub lists `null` in few of its nullable enumerations and means it in all of them. */
function orNull(schema: JsonObject): JsonObject {
  const { type, enum: values, ...rest } = schema;
  if (typeof type !== 'string') return { anyOf: [{ type: 'null' }, schema] };
  const nullable: JsonObject = { ...rest, type: [type, 'null'] };
  if (Array.isArray(values)) nullable['enum'] = values.includes(null) ? values : [...values, null];
  return nullable;
}

/** `#/components/schemas/simple-user` → `simple-user`. */
export function componentId(reference: string): string {
  const name = /^#\/components\/schemas\/([^/]+)$/.exec(reference)?.[1];
  if (name === undefined) throw new Error(`${reference} is not a schema of the description's components`);
  return name;
}

/** The components that a translated schema refers to. */
export function* referencesOf(schema: Json): Generator<string> {
  if (Array.isArray(schema)) {
    for (const one of schema) yield* referencesOf(one);
  } else if (isObject(schema)) {
    for (const [key, value] of Object.entries(schema)) {
      if (key === '$ref' && typeof value === 'string') yield value;
      else yield* referencesOf(value);
    }
  }
}
