const FNV_64_OFFSET = 0xcbf29ce484222325n;
const FNV_64_PRIME = 0x100000001b3n;
const encoder = new TextEncoder();

/** FNV-1a, 64 bits, as 16 lower-case hexadecimal digits. Names things; it is no defence against forgery. */
export function fnv1a64(text: string): string {
  let hash = FNV_64_OFFSET;
  for (const byte of encoder.encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * FNV_64_PRIME);
  return hash.toString(16).padStart(16, '0');
}
