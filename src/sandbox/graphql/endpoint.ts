import { type ExecutionResult, type GraphQLError, graphql } from 'graphql';
import { z } from 'zod';
import type { Endpoint } from '../http/endpoint.ts';
import { badCredentials, Refusal } from '../http/refusal.ts';
import { type GraphqlContext, rootValue } from './resolvers.ts';
import { schema } from './schema.ts';

const body = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/** An error in GitHub's form: the kind in `type`, then path, places and message. */
function formatError(error: GraphQLError) {
  const { originalError } = error;
  if (originalError instanceof Refusal) throw originalError;
  if (originalError && originalError.name !== 'GraphQLError') throw originalError;
  const { message, locations, path } = error;
  const type = error.extensions['type'];
  return { ...(typeof type === 'string' ? { type } : {}), path, locations, message };
}

async function answer(given: z.infer<typeof body>, contextValue: GraphqlContext) {
  const { query, variables, operationName } = given;
  const result: ExecutionResult = await graphql({
    schema,
    source: query,
    rootValue,
    contextValue,
    variableValues: variables ?? {},
    operationName: operationName ?? null,
  });
  return {
    ...('data' in result ? { data: result.data } : {}),
    ...(result.errors ? { errors: result.errors.map(formatError) } : {}),
  };
}

/** GraphQL answers 200, also with errors. Source: https://docs.github.com/en/graphql/guides/using-graphql-clients */
export const graphqlRoutes: Endpoint[] = [
  {
    method: 'post',
    path: '/graphql',
    access: 'anybody',
    source: 'https://docs.github.com/en/graphql',
    content: false,
    body,
    async handle({ platform, caller, body: given }) {
      if (caller.kind === 'anonymous') throw badCredentials('This endpoint requires you to be authenticated.');
      return { status: 200, body: await answer(body.parse(given), { platform, caller }) };
    },
  },
];
