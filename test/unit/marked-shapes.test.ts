import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayHoldSecret, replaceSecrets, SECRET_IN_TEXT, SHAPES_IN_TEXT } from '../../src/secrets.ts';

/** Says what was found, and where one thing ends and the next begins. */
const show = (found: string) => `<${found}>`;
const plainly = (text: string) => text.replace(SECRET_IN_TEXT, show);

/** Texts of a shape, with what it wants to stand before it; what it wants not to is left to chance. */
const piecesOf = SHAPES_IN_TEXT.map(({ shape, atMark, behind }) => {
  const source = (behind > 0 ? atMark : shape).source.replace(/\(\?<?[!=](?:\[[^\]]*\]|[^)])*\)|\\b/g, '');
  return fc.stringMatching(new RegExp(`^(?:${source})$`), { size: 'small' });
});
const filler = fc.oneof(
  fc.constantFrom(' ', '\n', '"', '@', '@host/', ':', '.', '-', '_', '/', '='),
  fc.string({ maxLength: 6 }),
);
const piece = fc.oneof(
  ...piecesOf,
  fc.constantFrom(...SHAPES_IN_TEXT.flatMap(({ marks }) => marks)),
  fc.stringMatching(/^[A-Za-z0-9]{8,48}$/),
  fc.stringMatching(/^[0-9a-f]{32}$/),
);
const cut = fc.tuple(piece, fc.nat(60)).map(([text, end]) => text.slice(0, end));
const texts = fc.array(fc.oneof(filler, piece, cut), { maxLength: 14 }).map((parts) => parts.join(''));

/** Protects what is shown of logs: the fast way must hide all that the plain expression hides, and nothing else. */
describe('secrets found by their marks', () => {
  it('are those that the expression finds, however they stand in or beside each other', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(replaceSecrets(text, show)).toBe(plainly(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it('are seen in a text that has one', () => {
    fc.assert(
      fc.property(texts, (text) => {
        if (plainly(text) !== text) expect(mayHoldSecret(text)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each(SHAPES_IN_TEXT.map((shape, index) => ({ name: String(shape.shape).slice(0, 60), index })))(
    'have a mark, each of them: $name',
    ({ index }) => {
      const pieces = piecesOf[index];
      if (!pieces) throw new Error('there is no such shape');
      fc.assert(
        fc.property(pieces, (text) => {
          // An address has its host behind it, and a key nothing of its own kind.
          const whole = ` ${text}@host `;
          expect(replaceSecrets(whole, show)).toBe(plainly(whole));
        }),
        { numRuns: 50 },
      );
    },
  );

  it('that stand in the context of another one hide neither', () => {
    const text = `https://AC${'0a'.repeat(16)}:password@host/ authorization: bearer ghp_${'a1B2'.repeat(9)}`;
    expect(replaceSecrets(text, show)).toBe(plainly(text));
    expect(replaceSecrets(text, () => '*')).not.toContain('password');
  });
});
