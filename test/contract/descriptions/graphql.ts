import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import {
  buildSchema,
  type DocumentNode,
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isScalarType,
  isSpecifiedScalarType,
  parse,
  validate,
} from 'graphql';
import { isObject, type Json, type JsonObject, objectAt } from './json.ts';

/** What values of GitHub's own scalars look like. Source: https://docs.github.com/en/graphql/reference/scalars */
const SCALARS: Readonly<Record<string, RegExp>> = {
  Base64String: /^[A-Za-z0-9+/\n]*={0,2}$/,
  BigInt: /^-?\d+$/,
  Date: /^\d{4}-\d\d-\d\d$/,
  DateTime: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
  GitObjectID: /^[0-9a-f]{40}$/,
  GitTimestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/,
  PreciseDateTime: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/,
  URI: /^https?:\/\/\S+$/,
};

/** GitHub's public GraphQL schema, whose own scalars know what their values look like. */
export async function readGraphqlSchema(): Promise<GraphQLSchema> {
  const path = new URL('../node_modules/@octokit/graphql-schema/schema.graphql', import.meta.url);
  const schema = buildSchema(await readFile(path, 'utf8'), { assumeValid: true });
  for (const type of Object.values(schema.getTypeMap())) {
    if (isScalarType(type) && !isSpecifiedScalarType(type)) type.serialize = (value) => checkScalar(type.name, value);
  }
  return schema;
}

/** All scalars of GitHub's own are text. */
function checkScalar(name: string, value: unknown): string {
  const format = SCALARS[name];
  if (typeof value === 'string' && (format === undefined || format.test(value))) return value;
  throw new GraphQLError(`${JSON.stringify(value)} is no ${name}`);
}

/** What is wrong with an operation's text, its variables or its answer; nothing when GitHub could have spoken so. */
export function checkGraphql(schema: GraphQLSchema, request: Json | undefined, answer: Json | undefined): string[] {
  const query = isObject(request) ? request['query'] : undefined;
  if (typeof query !== 'string') return ['the request has no query'];
  const document = parseQuery(query);
  if (document instanceof GraphQLError) return [`text: ${document.message}`];
  const faults = validate(schema, document).map((error) => `text: ${error.message}`);
  if (faults.length > 0) return faults;
  if (!isObject(answer)) return ['the answer is not an object'];
  const errors = answer['errors'] === undefined ? [] : checkErrors(answer['errors']);
  return [...errors, ...checkData(schema, document, objectAt(request, 'variables'), answer)];
}

function parseQuery(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

/** Reads the answer under the name that the operation gives each field. */
const readAnswer: GraphQLFieldResolver<JsonObject, unknown> = (source, _args, _context, info) => source[info.path.key];

/**
 * Carries the operation out on GitHub's schema with the answer as its data: graphql-js then holds every field against
 * its type. What comes out must be what went in, so nothing may be left out or added either.
 */
function checkData(schema: GraphQLSchema, document: DocumentNode, variableValues: JsonObject, answer: JsonObject): string[] {
  const data = answer['data'];
  if (data === undefined || data === null) return answer['errors'] ? [] : ['the answer has neither data nor errors'];
  const result = execute({
    schema,
    document,
    variableValues,
    rootValue: data,
    fieldResolver: readAnswer,
    typeResolver: (value: JsonObject) => {
      const name = value['__typename'];
      if (typeof name === 'string') return name;
      throw new GraphQLError('the type is abstract, so the operation must ask for __typename');
    },
  });
  if (result instanceof Promise) throw new Error('data that is there already needs no waiting');
  const errors = (result.errors ?? []).map((error) => `answer: ${error.path?.join('.') ?? ''}: ${error.message}`);
  if (errors.length > 0) return errors;
  const same = isDeepStrictEqual(JSON.parse(JSON.stringify(result.data)), data);
  return same ? [] : [`answer: ${JSON.stringify(data)} has other fields than were asked for`];
}

/** Source: https://spec.graphql.org/October2021/#sec-Errors, and `type`, which GitHub adds. */
function checkErrors(errors: Json): string[] {
  if (!Array.isArray(errors) || errors.length === 0) return ['errors: is not a list with an entry'];
  return errors.flatMap((error) => {
    if (!isObject(error) || typeof error['message'] !== 'string') return ['errors: an entry has no message'];
    return typeof error['type'] === 'string' ? [] : ['errors: an entry has no type'];
  });
}
