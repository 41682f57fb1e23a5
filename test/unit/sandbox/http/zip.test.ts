import { crc32, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { zip } from '../../../../src/sandbox/http/zip.ts';

const MODIFIED = new Date('2026-11-20T10:11:12Z');

/** Reads an archive by its central directory, as readers do. */
function read(archive: Buffer): Map<string, string> {
  const end = archive.length - 22;
  const files = new Map<string, string>();
  let at = archive.readUInt32LE(end + 16);
  for (let index = 0; index < archive.readUInt16LE(end + 10); index += 1) {
    const size = archive.readUInt32LE(at + 20);
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    const local = archive.readUInt32LE(at + 42);
    const start = local + 30 + archive.readUInt16LE(local + 26);
    const content = inflateRawSync(archive.subarray(start, start + size));
    if (crc32(content) !== archive.readUInt32LE(at + 16)) throw new Error(`wrong checksum of ${name}`);
    files.set(name, content.toString('utf8'));
    at += 46 + nameLength;
  }
  return files;
}

/** Protects the archives that hold a run's logs: other programs must be able to open them. */
describe('zip', () => {
  // A Map, for `__proto__` is a name like any other.
  it('gives back what was put in', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ name: fc.stringMatching(/^[a-z0-9_]{1,12}$/), text: fc.string() }), {
          selector: (file) => file.name,
        }),
        (files) => {
          const archive = zip(
            files.map(({ name, text }) => ({ name, content: Buffer.from(text) })),
            MODIFIED,
          );
          expect(read(archive)).toEqual(new Map(files.map(({ name, text }) => [name, Buffer.from(text).toString('utf8')])));
        },
      ),
    );
  });
});
