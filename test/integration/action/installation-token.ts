import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';

/** What a step such as actions/create-github-app-token hands to the steps after it. */
export async function installationToken({ apiUrl, app }: Sandbox, installationId: number): Promise<string> {
  const jwt = await new SignJWT({})
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(String(app.id))
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(createPrivateKey(app.privateKey));
  const answer = await fetch(`${apiUrl}/app/installations/${installationId}/access_tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${jwt}`, accept: 'application/vnd.github+json', 'user-agent': 'test' },
  });
  const { token } = (await answer.json()) as { token?: string };
  if (token === undefined) throw new Error(`no token: ${answer.status}`);
  return token;
}
