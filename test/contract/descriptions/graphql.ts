import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import {
  buildSchema,
  type DocumentNode,
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import { isObject, type Json, type JsonObject, objectAt } from './json.ts';

/** GitHub's public GraphQL schema. */
export async function readGraphqlSchema(): Promise<GraphQLSchema> {
  const path = new URL('../node_modules/@octokit/graphql-schema/schema.graphql', import.meta.url);
  return buildSchema(await readFile(path, 'utf8'), { assumeValid: true });
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
