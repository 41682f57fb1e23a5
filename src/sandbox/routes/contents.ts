import { z } from 'zod';
import { entryType, type TreeEntry } from '../git/objects.ts';
import { type Endpoint, endpoint, RawAnswer } from '../http/endpoint.ts';
import { notFound, Refusal } from '../http/refusal.ts';
import { causeOf } from '../operations/cause.ts';
import { commitToBranch } from '../operations/commits.ts';
import { gitCommitPayload } from '../payloads/commit.ts';
import type { Platform } from '../platform.ts';
import type { Repository } from '../state/model.ts';

/** Bigger files come only as raw. Source: https://docs.github.com/en/rest/repos/contents#get-repository-content */
const MAX_INLINE_BYTES = 1024 * 1024;
const MAX_RAW_BYTES = 100 * 1024 * 1024;

/** The fields that files and entries of folders share. */
function entryFields({ urls }: Platform, repository: Repository, ref: string, path: string, entry: TreeEntry) {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const url = `${urls.repository(repository)}/contents/${encoded}?ref=${encodeURIComponent(ref)}`;
  const git = `${urls.repository(repository)}/git/${entryType(entry.mode)}s/${entry.sha}`;
  const html = `${urls.repositoryPage(repository)}/blob/${encodeURIComponent(ref)}/${encoded}`;
  return {
    name: path.split('/').at(-1) ?? '',
    path,
    sha: entry.sha,
    url,
    html_url: html,
    git_url: git,
    download_url: entryType(entry.mode) === 'blob' ? html.replace('/blob/', '/raw/') : null,
    _links: { self: url, git, html },
  };
}

const ENTRY_KIND = { tree: 'dir', commit: 'submodule', blob: 'file' } as const;

async function folder(platform: Platform, repository: Repository, ref: string, path: string, sha: string) {
  const entries = (await repository.git.tree(sha)) ?? [];
  return Promise.all(
    entries.map(async (entry) => {
      const fields = entryFields(platform, repository, ref, path === '' ? entry.name : `${path}/${entry.name}`, entry);
      const object = entryType(entry.mode) === 'blob' ? await repository.git.read(entry.sha) : null;
      const type = entry.mode === '120000' ? ('symlink' as const) : ENTRY_KIND[entryType(entry.mode)];
      return { ...fields, type, size: object?.content.length ?? 0 };
    }),
  );
}

/** Without regular expressions: the path is the caller's, and may be long. */
function trimSlashes(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '')
    .join('/');
}

const putBody = z.object({
  message: z.string(),
  content: z.base64(),
  sha: z.string().optional(),
  branch: z.string().optional(),
});

export const contentRoutes: Endpoint[] = [
  endpoint('get', '/repos/{owner}/{repo}/contents/{path}', {
    access: [{ contents: 'read' }],
    source: 'repos/contents#get-repository-content',
    handle: async ({ platform, repository, params, query, accept }) => {
      const ref = query.get('ref') ?? repository.defaultBranch;
      const commit = await repository.git.resolve(ref);
      if (!commit) throw new Refusal(404, `No commit found for the ref ${ref}`);
      const path = trimSlashes(params.path ?? '');
      const entry = await repository.git.entryAt(commit, path);
      if (!entry) throw notFound();
      if (entryType(entry.mode) === 'tree')
        return { status: 200, body: await folder(platform, repository, ref, path, entry.sha) };
      const object = await repository.git.read(entry.sha);
      if (object?.type !== 'blob') throw notFound();
      const { content } = object;
      if (content.length > MAX_RAW_BYTES) throw new Refusal(403, 'This file is too large to be fetched');
      if (/application\/vnd\.github\.(v3\.)?raw/.test(accept))
        return new RawAnswer('application/vnd.github.raw; charset=utf-8', content);
      const inline = content.length <= MAX_INLINE_BYTES;
      return {
        status: 200,
        body: {
          ...entryFields(platform, repository, ref, path, entry),
          type: 'file',
          size: content.length,
          // GitHub breaks base64 into lines.
          content: inline ? content.toString('base64').replace(/.{60}/g, '$&\n') : '',
          encoding: inline ? 'base64' : 'none',
        },
      };
    },
  }),
  endpoint('put', '/repos/{owner}/{repo}/contents/{path}', {
    access: [{ contents: 'write' }],
    source: 'repos/contents#create-or-update-file-contents',
    content: true,
    body: putBody,
    handle: async ({ platform, repository, params, body, caller }) => {
      const branch = body.branch ?? repository.defaultBranch;
      const head = repository.git.branch(branch);
      if (!head && repository.git.branch(repository.defaultBranch)) throw new Refusal(404, `Branch ${branch} not found`);
      const known = head ? await repository.git.entryAt(head, params.path) : null;
      // Source: same page: `sha` is "Required if you are updating a file"
      if (known && !body.sha) throw new Refusal(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
      if (body.sha && known?.sha !== body.sha) throw new Refusal(409, `${params.path} does not match ${body.sha}`);
      const files = { [params.path]: { content: Buffer.from(body.content, 'base64') } };
      const sha = await commitToBranch(
        platform,
        repository,
        { branch, message: body.message, files, signed: true },
        causeOf(caller),
      );
      const commit = await repository.git.commit(sha);
      const entry = await repository.git.entryAt(sha, params.path);
      if (!commit || !entry) throw notFound();
      const content = { ...entryFields(platform, repository, branch, params.path, entry), download_url: '', type: 'file' };
      const answer = { content, commit: gitCommitPayload(platform, repository, commit) };
      return known ? { status: 200, body: answer } : { status: 201, body: answer };
    },
  }),
];
