import { createHash, createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSigningKey, signCommit } from '../../../../src/sandbox/git/signing.ts';

/** Takes the length-prefixed fields of SSH's formats apart. */
function fields(blob: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < blob.length; ) {
    const length = blob.readUInt32BE(at);
    found.push(blob.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}

function string(text: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text]);
}

/** Protects `verified: true`: the signature on a commit is a real one over its very text. */
describe('signCommit', () => {
  it('makes an SSH signature of the text that the public key confirms, and of no other text', () => {
    const key = createSigningKey();
    const armor = signCommit('tree 1\n\nFix\n', key);
    expect(armor.startsWith('-----BEGIN SSH SIGNATURE-----\n')).toBe(true);
    const blob = Buffer.from(armor.split('\n').slice(1, -1).join(''), 'base64');
    expect(blob.toString('latin1', 0, 6)).toBe('SSHSIG');
    const [, namespace, , algorithm, signature] = fields(blob.subarray(10));
    expect([namespace?.toString(), algorithm?.toString()]).toEqual(['git', 'sha512']);
    const [, raw = Buffer.alloc(0)] = fields(signature ?? Buffer.alloc(0));
    const signed = (text: string) => {
      const hash = createHash('sha512').update(text).digest();
      const parts = ['git', '', 'sha512'].map((part) => string(Buffer.from(part)));
      return Buffer.concat([Buffer.from('SSHSIG'), ...parts, string(hash)]);
    };
    expect(verify(null, signed('tree 1\n\nFix\n'), createPublicKey(key), raw)).toBe(true);
    expect(verify(null, signed('tree 2\n\nFix\n'), createPublicKey(key), raw)).toBe(false);
  });
});
