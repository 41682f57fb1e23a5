/**
 * The folder into which GitHub's runners check a repository out: `<work folder>/<repository>/<repository>/`.
 * Hosted Linux and macOS, Windows, containers and self-hosted runners (`…/_work/…`); a job may check out elsewhere.
 */
const WORKSPACE_PREFIXES: readonly RegExp[] = [
  /^\/home\/runner\/work\/([^/]+)\/\1\//,
  /^\/Users\/runner\/work\/([^/]+)\/\1\//,
  /^\/__w\/([^/]+)\/\1\//,
  /^\/github\/workspace\//,
  /^[A-Za-z]:[\\/]a[\\/]([^\\/]+)[\\/]\1[\\/]/,
  /^(?:\/[^/]+){1,8}\/_work\/([^/]+)\/\1\//,
];

/**
 * Takes the runner's workspace prefix off a path; anything else stays as the tool printed it, but for the letter of a
 * drive: Windows' tools write it in either case for the same file.
 */
export function withoutWorkspace(path: string): string {
  if (!path.startsWith('/') && path[1] !== ':' && !path.startsWith('file://')) return path; // nearly all
  const plain = path.startsWith('file://') ? path.slice('file://'.length) : path;
  for (const prefix of WORKSPACE_PREFIXES) {
    const match = prefix.exec(plain);
    if (match) return plain.slice(match[0].length);
  }
  return /^[a-z]:[\\/]/.test(path) ? path.charAt(0).toUpperCase() + path.slice(1) : path;
}
