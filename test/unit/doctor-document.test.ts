import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { FINDING_CODES } from '../../src/doctor/catalogue.ts';

/** Protects people who search for a code: the document has every one, and none that is gone. */
describe('docs/troubleshooting.md', () => {
  it('has a row for each code of the doctor', async () => {
    const text = await readFile(new URL('../../docs/troubleshooting.md', import.meta.url), 'utf8');
    const rows = [...text.matchAll(/^\| `([A-Z0-9_]+)` \|/gm)].map(([, code]) => code);
    expect(rows.toSorted()).toEqual(FINDING_CODES.toSorted());
  });
});
