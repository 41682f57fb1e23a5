import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from '../../../src/api/cursor.ts';

describe('cursors', () => {
  it('come back as they went', () => {
    const moments = fc
      .tuple(
        fc.date({ min: new Date('2000-01-01'), max: new Date('2999-12-31'), noInvalidDate: true }),
        fc.integer({ min: 0, max: 999 }),
      )
      .map(([date, micros]) => date.toISOString().replace('Z', `${String(micros).padStart(3, '0')}Z`));
    fc.assert(
      fc.property(moments, fc.uuid(), (openedAt, id) => {
        expect(decodeCursor(encodeCursor({ openedAt, id }))).toEqual({ openedAt, id });
      }),
    );
  });

  it('of anybody else are refused', () => {
    fc.assert(fc.property(fc.string(), (text) => decodeCursor(text) === undefined));
  });

  it.each(['2026-02-30T00:00:00.000000Z', '2026-13-01T00:00:00.000000Z', '0000-01-01T00:00:00.000000Z'])(
    'with a day that no calendar has are refused: %s',
    (openedAt) => {
      expect(decodeCursor(encodeCursor({ openedAt, id: '0f8fad5b-d9cb-469f-a165-70867728950e' }))).toBeUndefined();
    },
  );
});
