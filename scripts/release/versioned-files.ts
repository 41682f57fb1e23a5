/** Files beside package.json that name the version by hand; what is generated is generated anew. */
export interface VersionedFile {
  path: string;
  /** The file's text with this version in it. */
  withVersion(text: string, version: string): string;
}

const NUMBER = String.raw`\d+\.\d+\.\d+(?:-[\w.]+)?`;

export const VERSIONED_FILES: readonly VersionedFile[] = [
  { path: 'package-lock.json', withVersion: inLockFile },
  {
    path: 'deploy/kubernetes/kustomization.yaml',
    withVersion: (text, version) =>
      replaced(replaced(text, new RegExp(`(newTag: )${NUMBER}`), version), new RegExp(`(/regreen:)${NUMBER}`), version),
  },
  {
    path: 'deploy/kubernetes/migration.yaml',
    withVersion: (text, version) => replaced(text, /(name: migration-)[\w-]+/, version.replace(/[^\w]/g, '-')),
  },
];

function replaced(text: string, pattern: RegExp, value: string): string {
  if (!pattern.test(text)) throw new Error(`${pattern} finds no version`);
  return text.replace(pattern, `$1${value}`);
}

function inLockFile(text: string, version: string): string {
  const lock = JSON.parse(text) as { version: string; packages: Record<string, { version?: string }> };
  const own = lock.packages[''];
  if (!own) throw new Error('package-lock.json knows nothing of the project itself');
  lock.version = version;
  own.version = version;
  return `${JSON.stringify(lock, null, 2)}\n`;
}
