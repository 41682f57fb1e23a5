/**
 * Replaces secrets by `***`. As GitHub's runner does, it masks the value, each line of it, and the usual encodings in
 * which a value leaks (base64, JSON, URL).
 * Source: `SecretMasker` and the value encoders in https://github.com/actions/runner
 */
export class SecretMasker {
  #values: string[] = [];

  /** Masks the value from now on. Empty values and blank lines are left alone, for they would mask everything. */
  add(value: string): void {
    const lines = value.split(/[\r\n]+/);
    const known = new Set([...this.#values, ...[value, ...lines].map((text) => text.trim()).flatMap(encodings)]);
    // Longer values first: a secret that holds another one is masked as a whole.
    this.#values = [...known].sort((a, b) => b.length - a.length);
  }

  mask(text: string): string {
    return this.#values.reduce((masked, value) => (masked.includes(value) ? masked.replaceAll(value, '***') : masked), text);
  }
}

/** The encoders are for whole secrets; of a very short one, an encoding would mask common text. */
const MIN_ENCODED_LENGTH = 4;

function encodings(value: string): string[] {
  if (value === '') return [];
  if (value.length < MIN_ENCODED_LENGTH) return [value];
  const json = JSON.stringify(value).slice(1, -1);
  const base64 = Buffer.from(value).toString('base64');
  return [value, json, base64, encodeURIComponent(value.toWellFormed())];
}
