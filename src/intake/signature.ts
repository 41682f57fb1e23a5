import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';

const SIGNATURE = /^sha256=[0-9a-f]{64}$/;

/**
 * Checks GitHub's signature of a body (`sha256=` and 64 hexadecimal digits) against several secrets, so that one can be
 * replaced without a gap. Takes the same time whichever secret fits, or none.
 */
export function createSignatureCheck(secrets: readonly string[]): (body: Uint8Array, signature: string) => boolean {
  if (secrets.length === 0 || secrets.includes('')) throw new RangeError('a signature check needs secrets that are not empty');
  const keys = secrets.map((secret) => createSecretKey(secret, 'utf8'));
  return (body, signature) => {
    if (!SIGNATURE.test(signature)) return false;
    const given = Buffer.from(signature.slice('sha256='.length), 'hex');
    let matches = 0;
    for (const key of keys) {
      const wanted = createHmac('sha256', key).update(body).digest();
      matches |= Number(timingSafeEqual(wanted, given));
    }
    return matches !== 0;
  };
}
