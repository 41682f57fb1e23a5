import { inflateRawSync } from 'node:zlib';

const END_OF_CENTRAL = 0x06054b50;
const END_SIZE = 22;

/** The files of an archive without comment and zip64, by PKWARE's APPNOTE 4.3: read from its list, which is what says that it is whole. */
export function unzip(archive: Buffer): Record<string, string> {
  const end = archive.length - END_SIZE;
  if (archive.readUInt32LE(end) !== END_OF_CENTRAL) throw new Error('the archive has no end');
  const files: Record<string, string> = {};
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const [packed, nameLength, extra, comment] = [
      archive.readUInt32LE(at + 20),
      archive.readUInt16LE(at + 28),
      archive.readUInt16LE(at + 30),
      archive.readUInt16LE(at + 32),
    ];
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    const local = archive.readUInt32LE(at + 42);
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    files[name] = inflateRawSync(archive.subarray(start, start + packed)).toString();
    at += 46 + nameLength + extra + comment;
  }
  return files;
}
