import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import type { Clock } from '../clock.ts';
import { delayed } from './delayed.ts';
import { type Listening, listen } from './listen.ts';

/** Source: https://docs.github.com/en/rest/actions/workflow-jobs#download-job-logs-for-a-workflow-run: "This link expires after 1 minute" */
const ADDRESS_LIFETIME_MS = 60_000;

interface Stored {
  content: Buffer;
  contentType: string;
  expiresAt: Date;
}

/**
 * Where logs lie: a server of another origin than the API's, as GitHub's storage is. Its addresses carry their own
 * right of access, so a client that follows a redirect must not send its token along.
 */
export class Storage {
  private readonly stored = new Map<string, Stored>();
  private readonly clock: Clock;
  private readonly listening: Listening;

  private constructor(clock: Clock, listening: Listening, answersAfterMs?: number) {
    this.clock = clock;
    this.listening = listening;
    listening.serve(delayed(this.routes(), answersAfterMs));
  }

  static async start(clock: Clock, answersAfterMs?: number): Promise<Storage> {
    return new Storage(clock, await listen(0), answersAfterMs);
  }

  /** An address at which the content can be had for one minute. */
  addressOf(content: Buffer, contentType: string): string {
    const secret = randomBytes(24).toString('base64url');
    const now = this.clock.now().getTime();
    for (const [known, { expiresAt }] of this.stored) {
      if (expiresAt.getTime() <= now) this.stored.delete(known);
    }
    this.stored.set(secret, { content, contentType, expiresAt: new Date(now + ADDRESS_LIFETIME_MS) });
    return `http://127.0.0.1:${this.listening.port}/results/${secret}`;
  }

  close(): Promise<void> {
    return this.listening.close();
  }

  private routes(): Hono {
    const app = new Hono();
    app.get('/results/:secret', (c) => {
      // Source: https://learn.microsoft.com/en-us/rest/api/storageservices/common-rest-api-error-codes: a signature and a header exclude each other
      if (c.req.header('authorization'))
        return c.body(xmlError('InvalidAuthenticationInfo'), 400, { 'content-type': 'application/xml' });
      const found = this.stored.get(c.req.param('secret'));
      if (!found || found.expiresAt <= this.clock.now()) {
        return c.body(xmlError('AuthenticationFailed'), 403, { 'content-type': 'application/xml' });
      }
      return answerPart(found, c.req.header('range'));
    });
    return app;
  }
}

/**
 * Source: https://learn.microsoft.com/en-us/rest/api/storageservices/specifying-the-range-header-for-blob-service-operations:
 * `bytes=startByte-` and `bytes=startByte-endByte`; another form is no range, so the whole blob is answered.
 */
function answerPart({ content, contentType }: Stored, range: string | undefined): Response {
  const headers = { 'content-type': contentType, 'accept-ranges': 'bytes' };
  const [, start, end] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(range ?? '') ?? [];
  if (start === undefined) return new Response(new Uint8Array(content), { headers });
  const last = end ? Math.min(Number(end), content.length - 1) : content.length - 1;
  if (Number(start) > last) {
    const refused = { 'content-type': 'application/xml', 'content-range': `bytes */${content.length}` };
    return new Response(xmlError('InvalidRange'), { status: 416, headers: refused });
  }
  return new Response(new Uint8Array(content.subarray(Number(start), last + 1)), {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${start}-${last}/${content.length}` },
  });
}

function xmlError(code: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code></Error>`;
}
