import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskSecrets } from '../../src/secret-mask.ts';

/** Not one that anybody has; pieced together, so that no scanner takes this file for a leak. */
const TOKEN = ['ghp', 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3gH6'].join('_');
const KEY_LINES = Array.from({ length: 26 }, (_, index) => `${'MIIEpAIBAAKCAQEAx7'.repeat(3)}${String(index).padStart(10, '0')}`);
const KEY = ['-----BEGIN RSA PRIVATE KEY-----', ...KEY_LINES, 'c2hvcnQ=', '-----END RSA PRIVATE KEY-----'];
const STAMP = '2026-11-20T09:00:00.1234567Z ';

async function masked(text: string, ...cuts: number[]): Promise<string> {
  const bytes = Buffer.from(text);
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
  const whole = await buffer(maskSecrets(arriving(chunks)));
  expect(whole.length).toBe(bytes.length);
  return whole.toString();
}

async function* arriving(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** Protects that nothing secret leaves with a log, however its bytes arrive, and that places in the log stay what they are. */
describe('a log with its secrets masked', () => {
  it('is what it was where it has none, to the byte', async () => {
    const text = `${STAMP}grüße, 漢字, 🙂\r\n\r\n${STAMP}no end`;

    expect(await masked(text, 3, 40, 41)).toBe(text);
    expect(await masked('')).toBe('');
  });

  it('has stars in the place of a token, as many as it had bytes', async () => {
    expect(await masked(`${STAMP}token ${TOKEN} is known\nnext`)).toBe(
      `${STAMP}token ${'*'.repeat(TOKEN.length)} is known\nnext`,
    );
    expect(await masked('git clone https://mona:pässwort@github.com/x\n')).toBe(
      'git clone https://mona:*********@github.com/x\n',
    );
  });

  it('shows nothing of a private key that is spread over lines with times or prefixes', async () => {
    for (const prefix of ['', STAMP, `${STAMP}#12 0.345 `]) {
      const text = await masked([STAMP, ...KEY.map((line) => prefix + line), `${STAMP}done`, ''].join('\n'), 700, 900);

      for (const line of KEY_LINES) expect(text).not.toContain(line);
      if (prefix !== `${STAMP}#12 0.345 `) expect(text).not.toContain('c2hvcnQ=');
      expect(text).toContain(`${STAMP}done`);
    }
  });

  it('masks no words behind a key that has no end', async () => {
    const text = await masked([...KEY.slice(0, 5), `${STAMP}npm error code ENOENT`, ''].join('\n'));

    expect(text).toContain('npm error code ENOENT');
  });

  it('is the same however its bytes arrive', async () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(TOKEN, `x=${TOKEN}`, 'https://a:secret-password@host/', ...KEY.slice(0, 3), KEY.at(-1) ?? ''),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 30 }), fc.array(fc.nat(5_000), { maxLength: 8 }), async (lines, cuts) => {
        const text = lines.join('\n').toWellFormed();
        expect(await masked(text, ...cuts)).toBe(await masked(text));
      }),
      { numRuns: 60 },
    );
  });

  it('finds a token anywhere in a line that is too long to be held, and one that is as long as the line', async () => {
    const filler = 'word '.repeat(13_000);
    for (const before of [1_000, 56_000, 57_200, 57_340, 64_990, 65_000]) {
      const text = `${filler.slice(0, before)} ${TOKEN} ${filler}`;
      const result = await masked(text, 20_000, 57_344, 65_536, 66_000);

      expect(result).toBe(text.replace(TOKEN, '*'.repeat(TOKEN.length)));
    }
    const endless = `${TOKEN}${'x'.repeat(200_000)} end\n`;
    expect(await masked(endless, 64_000, 70_000, 130_000)).toBe(`${'*'.repeat(endless.length - 5)} end\n`);
  });

  it('takes time that grows with the log', async () => {
    const hostile = ['://', 'eyJ', 'authorization: bearer ', '-----BEGIN ', 'aws_secret_access_key='];
    for (const part of hostile) {
      const startedAt = performance.now();
      await masked(part.repeat(Math.ceil(300_000 / part.length)), 100_000);
      expect(performance.now() - startedAt, part).toBeLessThan(5_000);
    }
  });
});
