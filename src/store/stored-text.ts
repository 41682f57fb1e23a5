/** Text as PostgreSQL can keep it: it refuses NUL and halves of surrogate pairs, and logs and names of others hold both. */
export function storedText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\ufffd');
}

/** A value as the text of a `jsonb`, which refuses the same, also when they are escaped. */
export function storedJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'string' ? storedText(inner) : inner));
}
