import { createHash } from 'node:crypto';
import { type At, ownerAndRepo } from './client.ts';
import { statusOf } from './errors.ts';
import type { TreeEntry } from './types.ts';

/**
 * GitHub ends requests that take more than 10 s; another project asks for 250 files at a time.
 * @see https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
const MOST_FILES = 100;
const MOST_BYTES = 4 * 1024 * 1024;
/**
 * GitHub cuts `Blob.text` off at this size, in bytes.
 * @see https://github.com/sveltia/sveltia-cms/issues/950
 */
const LARGEST_TEXT_BYTES = 512_000;

/** What GraphQL says of a path; `oid` and what follows stand only in blobs. */
interface GitObject {
  oid?: string;
  isBinary?: boolean | null;
  isTruncated?: boolean;
  text?: string | null;
}

/**
 * Files of a commit, many a request. Told are only those that surely are what git holds: GraphQL gives text, not bytes, and may
 * have cut it off or have taken it for another encoding, so each is held against its blob's name.
 * @param files entries of the commit's tree, no symlinks
 * @returns texts by path, `null` for binary ones; without those that must be read in another way
 */
export async function readBlobs(at: At, sha: string, files: readonly TreeEntry[]): Promise<Map<string, string | null>> {
  const texts = new Map<string, string | null>();
  for (const batch of batchesOf(files.filter(({ size }) => size <= LARGEST_TEXT_BYTES))) {
    const answers = await ask(at, sha, batch);
    for (const [index, { path }] of batch.entries()) {
      const text = textOf(answers[aliasOf(index)]);
      if (text !== undefined) texts.set(path, text);
    }
  }
  return texts;
}

function batchesOf(files: readonly TreeEntry[]): TreeEntry[][] {
  const batches: TreeEntry[][] = [];
  let bytes = 0;
  for (const file of files) {
    const last = batches.at(-1);
    if (last === undefined || last.length >= MOST_FILES || bytes + file.size > MOST_BYTES) {
      batches.push([file]);
      bytes = file.size;
    } else {
      last.push(file);
      bytes += file.size;
    }
  }
  return batches;
}

function aliasOf(index: number): string {
  return `file${index}`;
}

type Answers = Record<string, GitObject | null | undefined>;

/** Of an answer with errors, what is there counts: the rest, and all when GitHub took too long, is read in another way. */
async function ask(at: At, sha: string, files: readonly TreeEntry[]): Promise<Answers> {
  const aliases = files.map((_, index) => aliasOf(index));
  const query = `query ($owner: String!, $repo: String!, ${aliases.map((alias) => `$${alias}: String!`).join(', ')}) {
  repository(owner: $owner, name: $repo) {
${aliases.map((alias) => `    ${alias}: object(expression: $${alias}) { ...file }`).join('\n')}
  }
}
fragment file on GitObject { __typename ... on Blob { oid isBinary isTruncated text } }`;
  const expressions = Object.fromEntries(files.map(({ path }, index) => [aliasOf(index), `${sha}:${path}`]));
  try {
    // What takes too long would do so again.
    const request = { retries: 0 };
    const answer = await at.client.graphql<{ repository: Answers | null }>(query, {
      ...ownerAndRepo(at),
      ...expressions,
      request,
    });
    return answer.repository ?? {};
  } catch (error) {
    const { errors, data } = error as { errors?: unknown; data?: { repository?: Answers | null } | null };
    if (Array.isArray(errors)) return data?.repository ?? {};
    if ((statusOf(error) ?? 0) >= 500) return {};
    throw error;
  }
}

function textOf(blob: GitObject | null | undefined): string | null | undefined {
  if (!blob?.oid || blob.isTruncated !== false) return undefined;
  if (typeof blob.text !== 'string') return blob.isBinary === true ? null : undefined;
  if (blobName(blob.text) !== blob.oid) return undefined;
  // A NUL makes a file binary for git, and PostgreSQL's text can't hold it.
  return blob.text.includes('\u0000') ? null : blob.text;
}

/** @see https://git-scm.com/book/en/v2/Git-Internals-Git-Objects#_object_storage */
function blobName(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
