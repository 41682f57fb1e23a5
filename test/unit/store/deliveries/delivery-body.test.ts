import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packBody, unpackBody } from '../../../../src/store/deliveries/delivery-body.ts';

describe('stored bodies', () => {
  it('come back as the very bytes that were sent', async () => {
    const body = fc.uint8Array({ maxLength: 5_000 }).map((bytes) => Buffer.from(bytes));
    await fc.assert(
      fc.asyncProperty(body, async (bytes) => {
        expect(await unpackBody(await packBody(bytes))).toEqual(bytes);
      }),
    );
  });

  it.each([0, 1_023, 1_024, 64 * 1024, 64 * 1024 + 1, 3_000_000])('%i bytes come back', async (length) => {
    const body = Buffer.alloc(length, '{"action":"completed"},');
    const stored = await packBody(body);
    expect(stored.length).toBeLessThanOrEqual(length);
    expect((await unpackBody(stored)).equals(body)).toBe(true);
  });

  it('keeps bytes apart that happen to look packed already', async () => {
    const body = zstdCompressSync(Buffer.from('{}'));
    expect(await unpackBody(await packBody(body))).toEqual(body);
  });

  it('never unpacks to more than any body can be', async () => {
    const bomb = zstdCompressSync(Buffer.alloc(25 * 2 ** 20 + 1));
    await expect(unpackBody(bomb)).rejects.toMatchObject({ code: 'ERR_BUFFER_TOO_LARGE' });
  });
});
