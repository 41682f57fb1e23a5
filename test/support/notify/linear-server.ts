import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { type LocalServer, sendJson, startServer } from '../agents/server.ts';

/**
 * How Linear fails.
 * @see https://linear.app/developers/graphql#errors
 * @see https://linear.app/developers/rate-limiting: 400 with the code RATELIMITED
 */
export const LINEAR_FAULTS = {
  authentication: {
    status: 401,
    body: {
      errors: [
        {
          message: 'Authentication required, not authenticated',
          extensions: { type: 'authentication error', code: 'AUTHENTICATION_ERROR', statusCode: 401, userError: true },
        },
      ],
    },
  },
  rateLimited: {
    status: 400,
    body: {
      errors: [{ message: 'Rate limit exceeded', extensions: { type: 'ratelimited', code: 'RATELIMITED', statusCode: 429 } }],
    },
    headers: { 'x-ratelimit-requests-reset': String(Date.UTC(2026, 10, 20, 10, 15)) },
  },
  forbidden: {
    status: 403,
    body: { errors: [{ message: 'Forbidden', extensions: { type: 'forbidden', code: 'FORBIDDEN', statusCode: 403 } }] },
  },
  invalid: {
    status: 200,
    body: {
      data: null,
      errors: [
        {
          message: 'Argument Validation Error',
          extensions: { type: 'invalid input', code: 'INPUT_ERROR', userPresentableMessage: 'teamId must be a UUID.' },
        },
      ],
    },
  },
  internal: {
    status: 500,
    body: { errors: [{ message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
  },
  notJson: { status: 502, body: '<html>Bad gateway</html>' },
} as const;
export type LinearFault = keyof typeof LINEAR_FAULTS;

export interface LinearIssue {
  id: string;
  title: string;
  description: string;
  stateType: 'unstarted' | 'completed';
  teamId: string;
}

export interface LinearServer extends LocalServer {
  issues: Map<string, LinearIssue>;
  /** Names of the operations that were asked, in their order. */
  operations: string[];
  failWith(...faults: LinearFault[]): void;
  /** The next issue is made, and the answer is lost. */
  loseNextCreation(): void;
}

const TEAM_STATES = [
  { id: 'state-todo', name: 'Todo', type: 'unstarted', position: 1 },
  { id: 'state-done', name: 'Done', type: 'completed', position: 5 },
] as const;

/** A Linear that keeps issues, and answers GraphQL as far as the SDK asks for what we use. */
export async function startLinear(apiKey = 'lin_api_of_the_test'): Promise<LinearServer> {
  const issues = new Map<string, LinearIssue>();
  const operations: string[] = [];
  const planned: LinearFault[] = [];
  let losing = false;
  const server = await startServer(({ headers, body }, response) => {
    const fault = planned.shift() ?? (headers['authorization'] === apiKey ? undefined : 'authentication');
    if (fault) {
      const { status, body: said, headers: more } = { headers: {}, ...LINEAR_FAULTS[fault] };
      if (typeof said === 'string') return void response.writeHead(status, { 'content-type': 'text/html' }).end(said);
      return sendJson(response, status, said, more);
    }
    const { query, variables } = body as { query: string; variables: Variables };
    const document = parse(query);
    const operation = document.definitions.find((one): one is OperationDefinitionNode => one.kind === 'OperationDefinition');
    const field = operation?.selectionSet.selections[0];
    if (field?.kind !== 'Field') return sendJson(response, 400, { errors: [{ message: 'no field' }] });
    operations.push(field.name.value);
    const found = RESOLVERS[field.name.value]?.(issues, variables);
    if (found === undefined) {
      // What Linear says of an id that it does not know.
      const errors = [
        { message: 'Entity not found: Issue - Could not find referenced Issue.', extensions: { code: 'INPUT_ERROR' } },
      ];
      return sendJson(response, 200, { data: null, errors });
    }
    if (losing && field.name.value === 'issueCreate') {
      losing = false;
      return void response.destroy();
    }
    sendJson(response, 200, { data: { [field.name.value]: shaped(found, field.selectionSet, document) } });
  });
  return {
    ...server,
    issues,
    operations,
    failWith: (...faults) => void planned.push(...faults),
    loseNextCreation: () => {
      losing = true;
    },
  };
}

/** What the SDK sends beside the query, as far as it is looked at. */
interface Variables {
  id: string;
  input: Record<string, string>;
  filter: { type: { eq: string } };
}

type Resolver = (issues: Map<string, LinearIssue>, variables: Variables) => object | undefined;

const RESOLVERS: Record<string, Resolver> = {
  viewer: () => ({ id: 'user-1', name: 'Mona' }),
  issue: (issues, { id }) => shownIssue(issues.get(id)),
  workflowStates: (_issues, { filter }) => ({
    nodes: TEAM_STATES.filter(({ type }) => type === filter.type.eq),
    pageInfo: { hasNextPage: false, hasPreviousPage: false },
  }),
  issueCreate: (issues, { input }) => {
    const { id, title, description, teamId, stateId } = input;
    // An id that is taken is refused: there is never a second issue.
    if (id === undefined || issues.has(id)) return undefined;
    issues.set(id, { id, title: title ?? '', description: description ?? '', teamId: teamId ?? '', stateType: typeOf(stateId) });
    return { success: true, lastSyncId: 1, issue: { id } };
  },
  issueUpdate: (issues, { id, input }) => {
    const known = issues.get(id);
    const { title, description, stateId } = input;
    if (!known) return undefined;
    Object.assign(known, {
      title: title ?? '',
      description: description ?? '',
      ...(stateId ? { stateType: typeOf(stateId) } : {}),
    });
    return { success: true, lastSyncId: 2, issue: { id } };
  },
};

function typeOf(stateId: string | undefined): LinearIssue['stateType'] {
  return TEAM_STATES.find(({ id }) => id === stateId)?.type ?? 'unstarted';
}

/** Fields that can't be null. */
const SHARED_WITH_NOBODY = { isShared: false, disallowedIssueFields: [], sharedWithUsers: [], sharedWithCount: 0 };

function shownIssue(issue: LinearIssue | undefined): object | undefined {
  if (!issue) return undefined;
  const completedAt = issue.stateType === 'completed' ? '2026-11-20T10:00:00.000Z' : null;
  return {
    ...issue,
    completedAt,
    sharedAccess: SHARED_WITH_NOBODY,
    reactions: [],
    url: `https://linear.app/octo/issue/CI-1/${issue.id}`,
  };
}

/** Of a value what was asked for; null for what is not there. */
function shaped(value: unknown, asked: SelectionSetNode | undefined, document: DocumentNode): unknown {
  if (!asked || typeof value !== 'object' || value === null) return value ?? null;
  if (Array.isArray(value)) return value.map((one) => shaped(one, asked, document));
  const fields = asked.selections.flatMap((selection): [string, unknown][] => {
    if (selection.kind === 'Field') {
      const inner = (value as Record<string, unknown>)[selection.name.value];
      return [[selection.name.value, shaped(inner, selection.selectionSet, document)]];
    }
    const fragment =
      selection.kind === 'InlineFragment'
        ? selection
        : document.definitions.find(
            (one): one is FragmentDefinitionNode => one.kind === 'FragmentDefinition' && one.name.value === selection.name.value,
          );
    return Object.entries((shaped(value, fragment?.selectionSet, document) as object) ?? {});
  });
  return Object.fromEntries(fields);
}
