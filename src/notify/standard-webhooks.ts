import { createHmac } from 'node:crypto';

/**
 * Signatures as Standard Webhooks has them: HMAC-SHA256 over id, time and body, under a secret `whsec_BASE64` of 24 to 64
 * bytes. The package `standardwebhooks`, which its authors keep, checks them in the tests.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signatureHeaders(message: { id: string; at: Date; body: string }, secret: string): Record<string, string> {
  const timestamp = Math.floor(message.at.getTime() / 1000);
  const signature = createHmac('sha256', keyOf(secret)).update(`${message.id}.${timestamp}.${message.body}`).digest('base64');
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${signature}`,
  };
}

const SECRET = /^whsec_([A-Za-z0-9+/]{32,88}={0,2})$/;

/** Whether a text is a secret of that form. */
export function isSigningSecret(text: string): boolean {
  const bytes = Buffer.from(SECRET.exec(text)?.[1] ?? '', 'base64').length;
  return bytes >= 24 && bytes <= 64;
}

function keyOf(secret: string): Buffer {
  return Buffer.from(secret.slice('whsec_'.length), 'base64');
}
