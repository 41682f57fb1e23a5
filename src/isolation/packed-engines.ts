import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';
import { zstdDecompressSync } from 'node:zlib';

/** RFC 8878, 3.1.1: how a Zstandard frame begins, as a little-endian number. */
const ZSTANDARD = 0xfd2fb528;
/** The largest engine is 46 MB. */
const LARGEST_ENGINE = 128 * 1024 * 1024;

/**
 * From here on this process finds WASM files of a folder unpacked when it reads them. In the action's bundle they lie packed under
 * their own names, a fifth as large; each package reads its own file in its own way, but all of them by these three functions.
 * @param folder with a slash at its end
 */
export function unpackEnginesOf(folder: string): void {
  const { readFileSync, readFile: readLater } = fs;
  const { readFile } = fs.promises;
  const isEngine = (path: unknown) => {
    const name = path instanceof URL ? fileURLToPath(path) : String(path);
    return name.startsWith(folder) && name.endsWith('.wasm');
  };
  Object.assign(fs, {
    readFileSync: (...args: Parameters<typeof readFileSync>) => {
      const found = readFileSync(...args);
      return isEngine(args[0]) ? unpacked(found) : found;
    },
    readFile: (path: fs.PathLike, options: Options, callback?: Callback) => {
      const told = callback ?? (options as Callback);
      const answer: Callback = (error, data) => told(error, error === null && isEngine(path) ? unpacked(data) : data);
      return callback ? readLater(path, options as fs.ObjectEncodingOptions, answer) : readLater(path, answer);
    },
  });
  Object.assign(fs.promises, {
    readFile: async (...args: Parameters<typeof readFile>) => {
      const found = await readFile(...args);
      return isEngine(args[0]) ? unpacked(found) : found;
    },
  });
  syncBuiltinESMExports();
}

type Callback = (error: NodeJS.ErrnoException | null, data: string | Buffer) => void;
type Options = fs.ObjectEncodingOptions | BufferEncoding | null | undefined | Callback;

function unpacked(found: string | Buffer): string | Buffer {
  if (typeof found === 'string' || found.length < 4 || found.readUInt32LE(0) !== ZSTANDARD) return found;
  return zstdDecompressSync(found, { maxOutputLength: LARGEST_ENGINE });
}
