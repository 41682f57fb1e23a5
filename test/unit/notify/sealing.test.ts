import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { NOTIFY_VARIABLES } from '../../../src/config/notify-variables.ts';
import { createSealer } from '../../../src/notify/sealing.ts';

const key = (id: string, byte: number) => ({ id, key: Buffer.alloc(32, byte) });

/** Protects the secrets of channels in a database that others have seen. */
describe('a sealed secret', () => {
  it('opens under its key and for its place alone', () => {
    const sealer = createSealer([key('k1', 1)]);
    const sealed = sealer.seal('https://hooks.slack.com/services/…', 'channel:a');
    expect(sealer.open(sealed, 'channel:a')).toBe('https://hooks.slack.com/services/…');
    expect(sealed.sealed.toString('latin1')).not.toContain('hooks');
    expect(() => sealer.open(sealed, 'channel:b')).toThrow('does not open');
    expect(() => createSealer([key('k1', 2)]).open(sealed, 'channel:a')).toThrow('does not open');
    expect(() => createSealer([key('k2', 1)]).open(sealed, 'channel:a')).toThrow('lies under the key "k1"');
    expect(() => createSealer([]).seal('x', 'y')).toThrow('no key');
  });

  it('is another one each time, and none opens with a bit changed or a part cut off', () => {
    const sealer = createSealer([key('k1', 1)]);
    const sealed = sealer.seal('secret', 'p');
    expect(sealer.seal('secret', 'p').sealed.equals(sealed.sealed)).toBe(false);
    for (let at = 0; at < sealed.sealed.length; at++) {
      const changed = Buffer.from(sealed.sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => sealer.open({ ...sealed, sealed: changed }, 'p')).toThrow('does not open');
      expect(() => sealer.open({ ...sealed, sealed: sealed.sealed.subarray(0, at) }, 'p')).toThrow('does not open');
    }
  });

  it('from before a rotation opens while the old key is there', () => {
    const sealed = createSealer([key('old', 1)]).seal('secret', 'p');
    const rotated = createSealer([key('new', 2), key('old', 1)]);
    expect(rotated.open(sealed, 'p')).toBe('secret');
    expect(rotated.seal('secret', 'p').keyId).toBe('new');
  });
});

/** Protects that a typing error leaves no secret under a key that nobody has. */
describe('the variables about notifications', () => {
  const schema = z.object(NOTIFY_VARIABLES);
  const base64 = Buffer.alloc(32, 5).toString('base64');

  it('name keys, the current one first, and targets', () => {
    const read = schema.parse({
      ENCRYPTION_KEYS: `k2:${base64} k1:${base64}`,
      NOTIFY_ALLOWED_TARGETS: 'chat.example 10.0.0.0/8 ::1',
    });
    expect(read.ENCRYPTION_KEYS.map(({ id }) => id)).toEqual(['k2', 'k1']);
    expect(read.NOTIFY_ALLOWED_TARGETS).toEqual(['chat.example', '10.0.0.0/8', '::1']);
  });

  it.each([
    ['ENCRYPTION_KEYS', base64],
    ['ENCRYPTION_KEYS', 'k1:short'],
    ['ENCRYPTION_KEYS', `k1:${base64} k1:${base64}`],
    ['ENCRYPTION_KEYS', `K 1:${base64}`],
    ['NOTIFY_ALLOWED_TARGETS', 'https://chat.example'],
    ['NOTIFY_ALLOWED_TARGETS', '10.0.0.0/33'],
    ['NOTIFY_ALLOWED_TARGETS', '*'],
    ['LINEAR_API_URL', 'linear'],
  ])('refuse %s=%s, and tell nothing of it', (name, value) => {
    const parsed = schema.safeParse({ [name]: value });
    expect(parsed.success).toBe(false);
    if (name === 'ENCRYPTION_KEYS') expect(parsed.error?.message).not.toContain(base64.slice(0, 10));
  });
});
