import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sealGenerated, verifyGenerated } from '../../../scripts/generated-document.ts';

describe('generated documents', () => {
  it('are recognised as their command wrote them', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => verifyGenerated(sealGenerated(text, 'npm run bench'))));
  });

  it('are refused after an edit of one character, or of the command', () => {
    const sealed = sealGenerated('# Performance\n\n| p99 | 16 ms |\n', 'npm run bench');
    expect(verifyGenerated(sealed.replace('16', '15'))).toBe(false);
    expect(verifyGenerated(`${sealed}\n`)).toBe(false);
    expect(verifyGenerated(sealed.replace('run bench', 'run bends'))).toBe(false);
    expect(verifyGenerated(sealed.split('\n').slice(1).join('\n'))).toBe(false);
    expect(verifyGenerated('')).toBe(false);
  });
});
