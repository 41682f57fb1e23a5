/** A message's values by the numbers of its fields, in their order: whole numbers, or bytes that a description says how to read. */
export type Fields = ReadonlyMap<number, readonly (bigint | Buffer)[]>;

/** Reads protobuf's wire format (https://protobuf.dev/programming-guides/encoding/). @throws RangeError where it is none */
export function readFields(bytes: Buffer): Fields {
  const fields = new Map<number, (bigint | Buffer)[]>();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number) => {
    if (at + length > bytes.length) throw new RangeError('the message ends in a field');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const value = readValue(tag & 7, varint, take);
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value]);
  }
  return fields;
}

function readValue(kind: number, varint: () => bigint, take: (length: number) => Buffer): bigint | Buffer {
  if (kind === 0) return varint();
  if (kind === 1) return take(8).readBigUInt64LE();
  if (kind === 2) return take(Number(varint()));
  if (kind === 5) return BigInt(take(4).readUInt32LE());
  throw new RangeError(`no kind of value has the number ${kind}`);
}

export function messagesOf(fields: Fields, number: number): Fields[] {
  return (fields.get(number) ?? []).map((value) => readFields(value as Buffer));
}

export function textOf(fields: Fields, number: number): string {
  const value = fields.get(number)?.[0];
  return Buffer.isBuffer(value) ? value.toString('utf8') : '';
}
