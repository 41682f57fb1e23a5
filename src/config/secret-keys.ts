import { createHash, randomBytes, randomInt } from 'node:crypto';

/** `rg_`, eight characters that people know the key by, and 256 random bits. Secret scanners find it by its form. */
const KEY = /^(rg_[a-z0-9]{8})_[A-Za-z0-9_-]{43}$/;

const PREFIX_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

export interface FreshKey {
  /** Shown once. */
  key: string;
  prefix: string;
  hash: Buffer;
}

export function createApiKey(): FreshKey {
  const name = Array.from({ length: 8 }, () => PREFIX_ALPHABET[randomInt(PREFIX_ALPHABET.length)]).join('');
  const prefix = `rg_${name}`;
  const key = `${prefix}_${randomBytes(32).toString('base64url')}`;
  return { key, prefix, hash: hashOfSecret(key) };
}

/** Whether a text has the form of such a key. */
export function isApiKey(text: string): boolean {
  return KEY.test(text);
}

/**
 * What is kept of a key, a session or a state. A plain SHA-256 is right for them: each has 256 random bits, so there is no
 * dictionary to try as there is for passwords, which a slow hash with salt is for; and a fast one can be looked up by an index
 * at each request.
 */
export function hashOfSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
