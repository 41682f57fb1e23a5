import { html } from 'hono/html';

export type Markup = ReturnType<typeof html>;

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:40em;margin:3em auto;padding:0 1em}button{font:inherit;padding:.5em 1em}code{background:#eee;padding:.1em .3em}';

/** A page may load and run nothing; its form may go to the given GitHub only. */
export function contentSecurityPolicy(formOrigin: string | null): string {
  return [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    `form-action ${formOrigin ?? "'none'"}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}

function frame(title: string, body: Markup): Markup {
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">
<title>${title}</title><style>${STYLE}</style></head><body><h1>${title}</h1>${body}</body></html>`;
}

/** What the page with the form shows. */
export interface FormFacts {
  /** The page of GitHub that takes the manifest. */
  action: string;
  manifest: object;
  hookUrl: string;
  owner: string;
}

export function formPage({ action, manifest, hookUrl, owner }: FormFacts): Markup {
  return frame(
    'Set up Regreen',
    html`<p>This makes a GitHub App of your own for ${owner}, with the permissions and events of app.yml. Webhooks will go to
<code>${hookUrl}</code>. GitHub shows you the App's name, which you may change, and then comes back here.</p>
<form method="post" action="${action}"><input type="hidden" name="manifest" value="${JSON.stringify(manifest)}">
<button>Go on to GitHub</button></form>`,
  );
}

export function donePage(): Markup {
  return frame('The App is registered', html`<p>Look at the terminal: it says what is left to do. You may close this page.</p>`);
}

export function refusedPage(why: string): Markup {
  return frame('That did not work', html`<p>${why}</p>`);
}
