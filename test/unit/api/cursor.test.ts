import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cursorReader, encodeCursor } from '../../../src/api/cursor.ts';

const SORTS = ['openedAt', 'failures'] as const;
const read = cursorReader(SORTS, 'uuid');
const ID = '0f8fad5b-d9cb-469f-a165-70867728950e';

describe('cursors', () => {
  it('come back as they went', () => {
    const values = fc.oneof(fc.nat(), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
    fc.assert(
      fc.property(fc.constantFrom(...SORTS), values, fc.uuid(), (sort, value, id) => {
        expect(read(encodeCursor({ sort, value, id }))).toEqual({ sort, value, id });
      }),
    );
  });

  it('of anybody else are refused', () => {
    fc.assert(fc.property(fc.string(), (text) => read(text) === undefined));
  });

  it.each([
    { sort: 'askedAt', value: 1, id: ID },
    { sort: 'openedAt', value: -1, id: ID },
    { sort: 'openedAt', value: 1.5, id: ID },
    { sort: 'openedAt', value: 2 ** 53, id: ID },
    { sort: 'openedAt', value: 1, id: '7' },
    { sort: 'openedAt', value: 1, id: `${ID} ${ID}` },
  ])('that no list of this kind has given are refused: $sort $value $id', (position) => {
    expect(read(encodeCursor(position))).toBeUndefined();
  });
});
