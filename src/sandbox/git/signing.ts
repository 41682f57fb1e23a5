import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** The key with which this GitHub signs commits that it makes itself, as the real one does with `web-flow`'s. */
export function createSigningKey(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey;
}

/**
 * Signs a commit's text in the form that `git verify-commit` reads with `gpg.format=ssh`.
 * Source: https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig
 */
export function signCommit(text: string, key: KeyObject): string {
  const namespace = 'git';
  const hash = createHash('sha512').update(text).digest();
  const signed = Buffer.concat([Buffer.from('SSHSIG'), string(namespace), string(''), string('sha512'), string(hash)]);
  const signature = Buffer.concat([string('ssh-ed25519'), string(sign(null, signed, key))]);
  const version = Buffer.from([0, 0, 0, 1]);
  const blob = Buffer.concat([
    Buffer.from('SSHSIG'),
    version,
    string(publicBlob(key)),
    string(namespace),
    string(''),
    string('sha512'),
    string(signature),
  ]);
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----'].join('\n');
}

function publicBlob(key: KeyObject): Buffer {
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return Buffer.concat([string('ssh-ed25519'), string(Buffer.from(x, 'base64url'))]);
}

/** SSH's `string`: its length in four bytes, then the bytes. */
function string(value: string | Buffer): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
