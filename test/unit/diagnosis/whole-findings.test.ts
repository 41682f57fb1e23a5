import { describe, expect, it } from 'vitest';
import { analyzeText } from './support.ts';

const PLACE = 'src/till.f90:7:10:\n\n';
const MESSAGE = "Error: Symbol 'total' at (1) has no IMPLICIT type\n";

// Guards that a message is not put to a place that it may not belong to: builds in parallel mix their lines.
describe('a finding of gfortran', () => {
  it('has a place, the source, the column that is meant and a message', () => {
    const { diagnostics } = analyzeText(`${PLACE}    7 |   total = 1\n      |          1\n${MESSAGE}`);
    expect(diagnostics).toMatchObject([{ path: 'src/till.f90', line: 7, column: 10 }]);
  });

  it.each([
    ['the column', '    7 |   total = 1\n\n'],
    ['the source', '\n          1\n'],
  ])('is none without %s', (_, source) => {
    expect(analyzeText(`${PLACE}${source}${MESSAGE}`).diagnostics).toEqual([]);
  });
});
