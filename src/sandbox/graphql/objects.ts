import { requireAccess } from '../auth/permissions.ts';
import { nodeId } from '../state/ids.ts';
import type { Repository } from '../state/model.ts';
import { graphqlError, refusing } from './errors.ts';
import { commitNode } from './nodes.ts';
import type { GraphqlContext } from './resolvers.ts';

/** Text is cut off here, in bytes, and `isTruncated` says so. Source: https://github.com/sveltia/sveltia-cms/issues/950 */
const LARGEST_TEXT_BYTES = 512_000;
/** git's own rule for binary files. Source: https://git-scm.com/docs/gitattributes#_marking_files_as_binary, buffer_is_binary() */
const BINARY_PROBE_BYTES = 8_000;

export interface ObjectArguments {
  expression?: string | null;
  oid?: string | null;
}

/**
 * What an expression in the way of `git rev-parse` or an object's name stands for; `null` when there is nothing.
 * Source: https://docs.github.com/en/graphql/reference/objects#repository
 */
export function findObject(repository: Repository, given: ObjectArguments, context: GraphqlContext) {
  return refusing(async () => {
    // Source: https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps: contents of a repository
    requireAccess(context.caller, repository, [{ contents: 'read' }]);
    const { expression, oid } = given;
    if ((expression ?? null) !== null && (oid ?? null) !== null) {
      throw graphqlError('UNPROCESSABLE', 'Specify either an expression or an oid.');
    }
    const sha = oid ?? (await resolve(repository, expression ?? ''));
    return sha === null ? null : objectNode(context, repository, sha);
  });
}

/** `REVISION` or `REVISION:PATH`; the path may have colons, for no branch can. */
async function resolve(repository: Repository, expression: string): Promise<string | null> {
  const colon = expression.indexOf(':');
  const revision = colon < 0 ? expression : expression.slice(0, colon);
  const commit = await repository.git.resolve(revision === 'HEAD' ? repository.defaultBranch : revision);
  if (commit === null || colon < 0) return commit;
  return (await repository.git.entryAt(commit, expression.slice(colon + 1)))?.sha ?? null;
}

async function objectNode({ platform }: GraphqlContext, repository: Repository, sha: string) {
  const object = await repository.git.read(sha);
  if (object?.type === 'commit') return { __typename: 'Commit', ...(await commitNode(platform, repository, sha)) };
  if (object?.type === 'tree') return { __typename: 'Tree', id: nodeId('T', sha), oid: sha };
  return object?.type === 'blob' ? blobNode(sha, object.content) : null;
}

/**
 * Source: https://docs.github.com/en/graphql/reference/objects#blob. What GitHub makes of bytes that are no UTF-8 is not
 * written anywhere; here they are replaced, so that who takes the text for the file is found out.
 */
function blobNode(sha: string, content: Buffer) {
  const isBinary = content.subarray(0, BINARY_PROBE_BYTES).includes(0);
  return {
    __typename: 'Blob',
    id: nodeId('B', sha),
    oid: sha,
    byteSize: content.length,
    isBinary,
    isTruncated: !isBinary && content.length > LARGEST_TEXT_BYTES,
    text: isBinary ? null : content.subarray(0, LARGEST_TEXT_BYTES).toString('utf8'),
  };
}
