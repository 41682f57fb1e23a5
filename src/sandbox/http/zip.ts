import { crc32, deflateRawSync } from 'node:zlib';

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_CENTRAL = 0x06054b50;
const VERSION = 20;
const DEFLATE = 8;
/** Names are UTF-8. */
const FLAGS = 0x0800;

/** Packs files into one zip archive. Source of the layout: PKWARE's APPNOTE 4.3 (no zip64: archives here are small). */
export function zip(files: readonly { name: string; content: Buffer }[], modified: Date): Buffer {
  const body: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const name = Buffer.from(file.name);
    const packed = deflateRawSync(file.content);
    const facts = fileFacts(file.content, packed, name, modified);
    const local = Buffer.concat([uint32(LOCAL_HEADER), uint16(VERSION), facts, uint16(0), name, packed]);
    directory.push(
      Buffer.concat([
        uint32(CENTRAL_HEADER),
        uint16(VERSION),
        uint16(VERSION),
        facts,
        uint16(0),
        Buffer.alloc(10),
        uint32(offset),
        name,
      ]),
    );
    body.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const count = uint16(files.length);
  const end = Buffer.concat([
    uint32(END_OF_CENTRAL),
    Buffer.alloc(4),
    count,
    count,
    uint32(central.length),
    uint32(offset),
    uint16(0),
  ]);
  return Buffer.concat([...body, central, end]);
}

/** The fields that stand alike in both headers of a file. */
function fileFacts(content: Buffer, packed: Buffer, name: Buffer, modified: Date): Buffer {
  const time = (modified.getUTCHours() << 11) | (modified.getUTCMinutes() << 5) | (modified.getUTCSeconds() >> 1);
  const date = ((modified.getUTCFullYear() - 1980) << 9) | ((modified.getUTCMonth() + 1) << 5) | modified.getUTCDate();
  const sizes = [uint32(crc32(content)), uint32(packed.length), uint32(content.length)];
  return Buffer.concat([uint16(FLAGS), uint16(DEFLATE), uint16(time), uint16(date), ...sizes, uint16(name.length)]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
