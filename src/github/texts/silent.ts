import { code } from './markdown.ts';

/** What is said at once when it is known that no workflow will start. */
export function whySilent(silent: readonly { path: string; reason: string }[]): string | null {
  if (silent.length === 0) return null;
  const each = silent.map(({ path, reason }) => `${code(path)} does not start on this branch: ${reason}`);
  return `${each.join('; ')}. CI can judge this change only after it is merged, or once the workflow also listens to \`regreen/**\`.`;
}
