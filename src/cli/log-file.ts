import { open } from 'node:fs/promises';

/** Bytes read from a file at a time. */
const CHUNK_BYTES = 1_024 * 1_024;

/**
 * The bytes of a log, in chunks whose memory is used again for the next but one: while one is worked on, the next is read.
 * @param file its path; `-` is standard input
 * @throws the file system's error when it can't be read
 */
export async function* chunksOf(file: string, stdin: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (file === '-') {
    yield* stdin;
    return;
  }
  const handle = await open(file);
  try {
    let memory = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    let other = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    let reading = handle.read(memory, 0, CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      const chunk = memory.subarray(0, bytesRead);
      [memory, other] = [other, memory];
      reading = handle.read(memory, 0, CHUNK_BYTES);
      // Whoever stops listening leaves it unawaited.
      reading.catch(() => {});
      yield chunk;
    }
  } finally {
    await handle.close();
  }
}
