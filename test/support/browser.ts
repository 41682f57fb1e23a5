/** A person's browser, as far as forms and cookies go: what `regreen setup` meets. */
export interface Browser {
  /** Opens an address; follows redirects within the same origin as browsers do. */
  open(address: string): Promise<Page>;
  /** Presses the one button of a page. @param fields what the person typed */
  submit(page: Page, fields?: Record<string, string>): Promise<Page>;
}

export interface Page {
  url: string;
  status: number;
  headers: Headers;
  text: string;
}

const MOST_REDIRECTS = 5;

export function createBrowser(): Browser {
  const cookies = new Map<string, string>();
  async function request(address: string, init: RequestInit, redirects = 0): Promise<Page> {
    const { origin } = new URL(address);
    const cookie = cookies.get(origin);
    const response = await fetch(address, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, ...(cookie ? { cookie } : {}) },
    });
    const set = response.headers.get('set-cookie');
    if (set) cookies.set(origin, set.split(';')[0] ?? '');
    const location = response.headers.get('location');
    if (location && redirects < MOST_REDIRECTS) return request(new URL(location, address).href, {}, redirects + 1);
    return { url: address, status: response.status, headers: response.headers, text: await response.text() };
  }
  return {
    open: (address) => request(address, {}),
    submit: (page, fields = {}) => {
      const { action, values } = formOf(page);
      return request(action, { method: 'POST', body: new URLSearchParams({ ...values, ...fields }) });
    },
  };
}

function formOf({ url, text }: Page): { action: string; values: Record<string, string> } {
  const action = /<form[^>]*action="([^"]*)"/.exec(text)?.[1];
  if (action === undefined) throw new Error(`${url} has no form:\n${text}`);
  const inputs = [...text.matchAll(/<input[^>]*name="([^"]*)"[^>]*value="([^"]*)"/g)];
  const values = inputs.map(([, name = '', value = '']) => [name, decoded(value)]);
  return { action: new URL(decoded(action), url).href, values: Object.fromEntries(values) };
}

function decoded(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
