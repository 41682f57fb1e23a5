const MAX_PATH_LENGTH = 4096;

/** Whether git may store a file under that repository-relative path: no `..`, no `.git`, no absolute path, no line breaks. */
export function isSafePath(path: string): boolean {
  if (path === '' || path.length > MAX_PATH_LENGTH) return false;
  if (path.includes('\0') || path.includes('\n') || path.includes('\\')) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && part.toLowerCase() !== '.git');
}

/**
 * Whether git accepts the name of a branch or tag.
 * Source: https://git-scm.com/docs/git-check-ref-format
 */
export function isValidRefName(ref: string): boolean {
  if (ref.length > 1024 || !/^refs\/[^/]+\/./.test(ref)) return false;
  if (ref.includes('..') || ref.includes('@{') || ref.includes('//') || ref.endsWith('/') || ref.endsWith('.')) return false;
  for (const character of ref) {
    const code = character.codePointAt(0) ?? 0;
    if (code <= 0x20 || code === 0x7f || '~^:?*[\\'.includes(character)) return false;
  }
  return ref.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock') && !part.startsWith('-'));
}
