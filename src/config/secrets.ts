import { createPrivateKey } from 'node:crypto';

/**
 * Reads an RSA private key given as PEM, as PEM with literal `\n`, or as base64 of a PEM.
 * @returns the PEM, or a sentence that says what is wrong; never a part of the key
 */
export function readPrivateKey(text: string): { pem: string } | { fault: string } {
  // "docker run --env-file" and kubectl hand on the quotes that setup writes around the key.
  const pem = toPem(text.trim().replace(/^"([^"]*)"$/, '$1'));
  if (pem === null) return { fault: `found ${text.length} characters that are neither a PEM nor base64 of one` };
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType !== 'rsa') return { fault: `found a key of type ${key.asymmetricKeyType}` };
    return { pem };
  } catch {
    return { fault: 'found a PEM that holds no readable private key' };
  }
}

function toPem(text: string): string | null {
  if (text.startsWith('-----BEGIN')) return text.replaceAll('\\n', '\n');
  if (!/^[A-Za-z0-9+/\s]+={0,2}$/.test(text)) return null;
  const decoded = Buffer.from(text, 'base64').toString('utf8').trim();
  return decoded.startsWith('-----BEGIN') ? decoded : null;
}

/** Values that examples and tutorials use; Probot accepts signatures made with `development` when none is set. */
const KNOWN_SECRETS = new Set([
  'development',
  'secret',
  'changeme',
  'change-me',
  'password',
  'webhook-secret',
  'your-webhook-secret',
]);

/** GitHub advises a random string of high entropy; 16 is the least that is not a word. */
export const SHORTEST_WEBHOOK_SECRET = 16;

/** Says what is wrong with a webhook secret, or `null`. Never repeats the secret, unless everybody knows it. */
export function webhookSecretFault(secret: string): string | null {
  if (KNOWN_SECRETS.has(secret.toLowerCase())) return `found "${secret}", which everybody knows`;
  if (secret.length < SHORTEST_WEBHOOK_SECRET) return `found ${secret.length} characters`;
  return null;
}
