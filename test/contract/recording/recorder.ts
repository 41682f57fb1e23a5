import type { Json } from '../descriptions/json.ts';

/** One request to the sandbox and its answer. Bodies are `undefined` where there was none, text where it is not JSON. */
export interface Exchange {
  method: string;
  url: URL;
  requestBody: Json | undefined;
  status: number;
  contentType: string;
  headers: Headers;
  body: Json | undefined;
}

type Fetch = typeof globalThis.fetch;

/** Keeps every exchange that goes over its `fetch`, which Octokit is given in place of the global one. */
export class Recorder {
  readonly exchanges: Exchange[] = [];

  readonly fetch: Fetch = async (input, init) => {
    let request = new Request(input, init);
    for (;;) {
      const requestBody = parse(request.headers.get('content-type'), await request.clone().text());
      // Redirects are followed here, so that the answer that redirects is kept too.
      const response = await globalThis.fetch(request, { redirect: 'manual' });
      await this.keep(request, requestBody, response);
      const location = response.status === 302 ? response.headers.get('location') : null;
      if (location === null) return response;
      // Without credentials: GitHub's own redirects lead to other hosts, where clients send none.
      request = new Request(location);
    }
  };

  private async keep(request: Request, requestBody: Json | undefined, response: Response): Promise<void> {
    const contentType = response.headers.get('content-type') ?? '';
    this.exchanges.push({
      method: request.method,
      url: new URL(request.url),
      requestBody,
      status: response.status,
      contentType,
      headers: response.headers,
      body: parse(contentType, await response.clone().text()),
    });
  }
}

function parse(contentType: string | null, text: string): Json | undefined {
  if (text === '') return undefined;
  if (!/\bjson\b/.test(contentType ?? '')) return text;
  try {
    return JSON.parse(text);
  } catch {
    // The session also sends what is not JSON.
    return text;
  }
}
