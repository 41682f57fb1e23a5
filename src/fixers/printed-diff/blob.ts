const encoder = new TextEncoder();

/** The name that git gives to a content: SHA-1 of its length and bytes, as 40 hexadecimal digits. */
export async function blobName(text: string): Promise<string> {
  const bytes = encoder.encode(text);
  const header = encoder.encode(`blob ${bytes.length}\0`);
  const whole = new Uint8Array(header.length + bytes.length);
  whole.set(header);
  whole.set(bytes, header.length);
  // biome-ignore lint/style/noRestrictedGlobals: a digest is a pure function of its bytes
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-1', whole));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
