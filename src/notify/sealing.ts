import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { RegreenError } from '../errors.ts';

/** A key for secrets that lie in the database: 32 bytes, and the name by which rows say that it is theirs. */
export interface EncryptionKey {
  id: string;
  key: Buffer;
}

export interface Sealed {
  /** Nonce, tag and ciphertext, one after the other. */
  sealed: Buffer;
  keyId: string;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** No key is configured, or the one that a row names is gone. */
export class SealingError extends RegreenError {
  constructor(
    code: 'ENCRYPTION_KEYS_NOT_CONFIGURED' | 'ENCRYPTION_KEY_UNKNOWN' | 'SECRET_UNREADABLE',
    message: string,
    hint: string,
  ) {
    super(message, { code, type: 'conflict', status: 409, hint });
  }
}

/** Seals and opens secrets by AES-256-GCM; the first key seals, all of them open. */
export interface Sealer {
  /** Id of the key that seals; null where none is configured. */
  currentKeyId: string | null;
  /** @param place what the secret belongs to: nothing that was sealed for one place opens in another */
  seal(secret: string, place: string): Sealed;
  open(sealed: Sealed, place: string): string;
}

export function createSealer(keys: readonly EncryptionKey[]): Sealer {
  const [current] = keys;
  const byId = new Map(keys.map((one) => [one.id, one.key]));
  return {
    currentKeyId: current?.id ?? null,
    seal: (secret, place) => {
      if (!current) throw notConfigured();
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', current.key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(`${current.id}:${place}`));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return { sealed: Buffer.concat([nonce, cipher.getAuthTag(), text]), keyId: current.id };
    },
    open: ({ sealed, keyId }, place) => {
      const key = byId.get(keyId);
      if (!key) throw keyUnknown(keyId);
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
        decipher.setAAD(Buffer.from(`${keyId}:${place}`));
        decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
      } catch {
        throw unreadable(keyId);
      }
    },
  };
}

function notConfigured(): SealingError {
  return new SealingError(
    'ENCRYPTION_KEYS_NOT_CONFIGURED',
    'This Regreen has no key to keep secrets under.',
    'Set ENCRYPTION_KEYS to NAME:KEY, with a KEY from "openssl rand -base64 32", and start Regreen again.',
  );
}

function keyUnknown(keyId: string): SealingError {
  return new SealingError(
    'ENCRYPTION_KEY_UNKNOWN',
    `The secret lies under the key "${keyId}", which ENCRYPTION_KEYS does not have (any more).`,
    'Put that key behind the current one in ENCRYPTION_KEYS, or give the channel its secret anew.',
  );
}

function unreadable(keyId: string): SealingError {
  return new SealingError(
    'SECRET_UNREADABLE',
    `What is stored does not open under the key "${keyId}": it was changed, or the key is another one.`,
    'Give the channel its secret anew.',
  );
}
