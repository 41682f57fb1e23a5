import { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { iso } from '../clock.ts';
import { entryType, formatCommit, parseSignature, type Signature } from '../git/objects.ts';
import { isSafePath } from '../git/paths.ts';
import type { GitRepository } from '../git/repository.ts';
import { type Endpoint, endpoint } from '../http/endpoint.ts';
import { notFound, unprocessable } from '../http/refusal.ts';
import { causeOf } from '../operations/cause.ts';
import { signatureOf } from '../operations/merge.ts';
import { createRef, deleteRef, updateRef } from '../operations/refs.ts';
import { writeTree } from '../operations/trees.ts';
import { gitCommitPayload } from '../payloads/commit.ts';
import { refPayload, treePayload } from '../payloads/git.ts';
import { nodeId } from '../state/ids.ts';

const sha = z.string().regex(/^[0-9a-f]{40}$/, 'is not a SHA');
const person = z.object({ name: z.string().min(1), email: z.string().min(1), date: z.string().optional() });

const treeBody = z.object({
  tree: z
    .array(
      z.object({
        path: z.string().refine(isSafePath, 'contains a malformed path component'),
        mode: z.enum(['100644', '100755', '040000', '160000', '120000']),
        type: z.enum(['blob', 'tree', 'commit']).optional(),
        sha: sha.nullable().optional(),
        content: z.string().optional(),
      }),
    )
    .min(1),
  base_tree: sha.optional(),
});

const commitBody = z.object({
  message: z.string(),
  tree: sha,
  parents: z.array(sha).default([]),
  author: person.optional(),
  committer: person.optional(),
});

const READ = [{ contents: 'read' }] as const;
const WRITE = [{ contents: 'write' }] as const;

function signature(given: z.infer<typeof person> | undefined, otherwise: Signature): Signature {
  if (!given) return otherwise;
  const date = given.date ? new Date(given.date) : otherwise.date;
  if (Number.isNaN(date.getTime())) throw unprocessable('Invalid request.\n\nInvalid input: date.');
  return { name: given.name, email: given.email, date };
}

/**
 * A commit of an app that names neither author nor committer is signed for it.
 * Source: https://docs.github.com/en/authentication/managing-commit-signature-verification/about-commit-signature-verification#signature-verification-for-bots
 */
function isSignedForBot(caller: Caller, { author, committer }: z.infer<typeof commitBody>): boolean {
  return caller.kind === 'installation' && !author && !committer;
}

async function requireObject(git: GitRepository, name: string, type: 'tree' | 'commit'): Promise<void> {
  const object = await git.read(name);
  if (object?.type !== type)
    throw unprocessable(type === 'tree' ? 'Tree SHA does not exist' : 'Parent SHA does not exist or is not a commit object');
}

const refRoutes: Endpoint[] = [
  endpoint('get', '/repos/{owner}/{repo}/git/ref/{ref}', {
    access: READ,
    source: 'git/refs#get-a-reference',
    handle: async ({ platform, repository, params }) => {
      const ref = `refs/${params.ref}`;
      const name = repository.git.ref(ref);
      if (!name) throw notFound();
      return { status: 200, body: await refPayload(platform, repository, ref, name) };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/git/matching-refs/{ref}', {
    access: READ,
    source: 'git/refs#list-matching-references',
    handle: async ({ platform, repository, params }) => {
      const refs = repository.git.listRefs(`refs/${params.ref}`).filter(([ref]) => !ref.startsWith('refs/sandbox/'));
      return { status: 200, body: await Promise.all(refs.map(([ref, name]) => refPayload(platform, repository, ref, name))) };
    },
  }),
  endpoint('post', '/repos/{owner}/{repo}/git/refs', {
    access: WRITE,
    source: 'git/refs#create-a-reference',
    body: z.object({ ref: z.string(), sha }),
    handle: async ({ platform, repository, body, caller }) => {
      await createRef(platform, repository, body.ref, body.sha, causeOf(caller));
      return { status: 201, body: await refPayload(platform, repository, body.ref, body.sha) };
    },
  }),
  endpoint('patch', '/repos/{owner}/{repo}/git/refs/{ref}', {
    access: WRITE,
    source: 'git/refs#update-a-reference',
    body: z.object({ sha, force: z.boolean().default(false) }),
    handle: async ({ platform, repository, params, body, caller }) => {
      const ref = `refs/${params.ref}`;
      await updateRef(platform, repository, { ref, ...body }, causeOf(caller));
      return { status: 200, body: await refPayload(platform, repository, ref, body.sha) };
    },
  }),
  endpoint('delete', '/repos/{owner}/{repo}/git/refs/{ref}', {
    access: WRITE,
    source: 'git/refs#delete-a-reference',
    handle: async ({ platform, repository, params, caller }) => {
      await deleteRef(platform, repository, `refs/${params.ref}`, causeOf(caller));
      return { status: 204 };
    },
  }),
];

const objectRoutes: Endpoint[] = [
  endpoint('get', '/repos/{owner}/{repo}/git/commits/{commit_sha}', {
    access: READ,
    source: 'git/commits#get-a-commit-object',
    handle: async ({ platform, repository, params }) => {
      const commit = await repository.git.commit(params.commit_sha);
      if (!commit) throw notFound();
      return { status: 200, body: gitCommitPayload(platform, repository, commit) };
    },
  }),
  endpoint('post', '/repos/{owner}/{repo}/git/commits', {
    access: WRITE,
    source: 'git/commits#create-a-commit',
    body: commitBody,
    handle: async ({ platform, repository, body, actor, caller }) => {
      await requireObject(repository.git, body.tree, 'tree');
      for (const parent of body.parents) await requireObject(repository.git, parent, 'commit');
      const author = signature(body.author, signatureOf(actor(), platform.clock.now()));
      const committer = signature(body.committer, author);
      const written = { tree: body.tree, parents: body.parents, author, committer, message: body.message, signature: null };
      const signed = isSignedForBot(caller, body) ? { ...written, signature: platform.sign(formatCommit(written)) } : written;
      const name = await repository.git.writeCommit(signed);
      return { status: 201, body: gitCommitPayload(platform, repository, { ...signed, sha: name }) };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/git/trees/{tree_sha}', {
    access: READ,
    source: 'git/trees#get-a-tree',
    handle: async ({ platform, repository, params, query }) => {
      const commit = await repository.git.resolve(params.tree_sha);
      const tree = commit ? (await repository.git.commit(commit))?.tree : params.tree_sha;
      const body = await treePayload(platform, repository, tree ?? '', query.has('recursive'));
      if (!body) throw notFound();
      return { status: 200, body };
    },
  }),
  endpoint('post', '/repos/{owner}/{repo}/git/trees', {
    access: WRITE,
    source: 'git/trees#create-a-tree',
    body: treeBody,
    handle: async ({ platform, repository, body }) => {
      if (body.base_tree) await requireObject(repository.git, body.base_tree, 'tree');
      for (const entry of body.tree) {
        if (entry.sha && entryType(entry.mode) !== 'commit' && !(await repository.git.read(entry.sha))) {
          throw unprocessable(`tree.sha ${entry.sha} is not a valid ${entryType(entry.mode)}`);
        }
      }
      const name = await writeTree(repository.git, body.tree, body.base_tree ?? null);
      const payload = await treePayload(platform, repository, name, false);
      if (!payload) throw notFound();
      return { status: 201, body: payload };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/git/blobs/{file_sha}', {
    access: READ,
    source: 'git/blobs#get-a-blob',
    handle: async ({ platform, repository, params }) => {
      const object = await repository.git.read(params.file_sha);
      if (object?.type !== 'blob') throw notFound();
      const url = `${platform.urls.repository(repository)}/git/blobs/${object.sha}`;
      const { sha: name, content } = object;
      return {
        status: 200,
        body: {
          sha: name,
          node_id: nodeId('B', name),
          size: content.length,
          url,
          content: content.toString('base64'),
          encoding: 'base64',
        },
      };
    },
  }),
  endpoint('post', '/repos/{owner}/{repo}/git/blobs', {
    access: WRITE,
    source: 'git/blobs#create-a-blob',
    body: z.object({ content: z.string(), encoding: z.enum(['utf-8', 'base64']).default('utf-8') }),
    handle: async ({ platform, repository, body }) => {
      const name = await repository.git.writeObject('blob', Buffer.from(body.content, body.encoding));
      return { status: 201, body: { sha: name, url: `${platform.urls.repository(repository)}/git/blobs/${name}` } };
    },
  }),
  endpoint('get', '/repos/{owner}/{repo}/git/tags/{tag_sha}', {
    access: READ,
    source: 'git/tags#get-a-tag',
    handle: async ({ platform, repository, params }) => {
      const object = await repository.git.read(params.tag_sha);
      if (object?.type !== 'tag') throw notFound();
      const [head = '', ...message] = object.content.toString('utf8').split('\n\n');
      const field = (name: string) =>
        head
          .split('\n')
          .find((line) => line.startsWith(`${name} `))
          ?.slice(name.length + 1) ?? '';
      const tagger = parseSignature(field('tagger'));
      const url = platform.urls.repository(repository);
      return {
        status: 200,
        body: {
          node_id: nodeId('TAG', object.sha),
          tag: field('tag'),
          sha: object.sha,
          url: `${url}/git/tags/${object.sha}`,
          message: message.join('\n\n'),
          tagger: { name: tagger.name, email: tagger.email, date: iso(tagger.date) },
          object: { sha: field('object'), type: field('type'), url: `${url}/git/${field('type')}s/${field('object')}` },
        },
      };
    },
  }),
];

export const gitRoutes: Endpoint[] = [...refRoutes, ...objectRoutes];
