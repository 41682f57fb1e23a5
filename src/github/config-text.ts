import { CONFIG_PATH } from '../config/repository-config.ts';
import { type At, ownerAndRepo } from './client.ts';
import { statusOf } from './errors.ts';
import { BYTES_A_CHARACTER, isSha, once } from './remembered-reads.ts';

/** Above every size that is read; what is larger is told to be so. */
const LARGEST_BYTES = 64 * 1024;
/** So long a branch's file counts as read, in milliseconds, when nobody told of a push. */
const BRANCH_KEPT_MS = 60_000;

export interface ConfigText {
  text: string | null;
  readable: boolean;
}

/**
 * The text of regreen.yml at a ref. No file is something else than one that can't be read: the one says nothing, what the
 * other forbids is not known.
 * @param ref `null` for the default branch, whatever its name
 * @returns `text: null` where there is none, or where the installation has no access to the repository; `readable: false` for
 * what is no file, no UTF-8 text or too large
 */
export async function readConfigText(at: At, ref: string | null): Promise<ConfigText> {
  return once(at, ref !== null && isSha(ref) ? `config ${ref}` : null, async () => sized(await readNow(at, ref)));
}

/**
 * The same for a branch, at most once a minute while its head is not known to have moved: each failure, change and verdict of a
 * head goes by the same file.
 * @param head the newest commit of the branch that was told of, `null` when none was
 */
export async function readConfigTextOfBranch(at: At, branch: string, head: string | null): Promise<ConfigText> {
  const read = async () => sized(await readNow(at, branch));
  if (!at.remembered) return (await read()).value;
  return at.remembered.lately(`config ${JSON.stringify([branch, head])}`, BRANCH_KEPT_MS, read);
}

function sized(value: ConfigText) {
  return { value, bytes: (value.text?.length ?? 0) * BYTES_A_CHARACTER };
}

async function readNow(at: At, ref: string | null): Promise<ConfigText> {
  const file = await fetchConfig(at, ref);
  if (file === null) return { text: null, readable: true };
  if (Array.isArray(file) || file.type !== 'file' || file.size > LARGEST_BYTES) return UNREADABLE;
  try {
    const bytes = Buffer.from(file.content, 'base64');
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    // A NUL makes a file binary for git, and PostgreSQL's text can't hold it.
    return text.includes('\u0000') ? UNREADABLE : { text, readable: true };
  } catch {
    return UNREADABLE;
  }
}

const UNREADABLE = { text: null, readable: false };

async function fetchConfig(at: At, ref: string | null) {
  try {
    const { data } = await at.client.rest.repos.getContent({
      ...ownerAndRepo(at),
      path: CONFIG_PATH,
      ...(ref === null ? {} : { ref }),
    });
    return data;
  } catch (error) {
    // A rate limit is a 403 too, and says nothing of the file.
    const closed = statusOf(error) === 403 && error instanceof Error && /not accessible by integration/i.test(error.message);
    if (closed || statusOf(error) === 404 || statusOf(error) === 410) return null;
    throw error;
  }
}
