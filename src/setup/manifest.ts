import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** app.yml, the one place that says what the App may do and hear. */
export const APP_MANIFEST_PATH = join(import.meta.dirname, '..', '..', 'app.yml');

const appFileSchema = z.object({
  name: z.string().min(1),
  description: z.string(),
  url: z.url(),
  public: z.boolean(),
  default_permissions: z.record(z.string(), z.enum(['read', 'write'])),
  default_events: z.array(z.string()),
});

/** What the App may do and hear. */
export type AppFile = z.output<typeof appFileSchema>;

export async function readAppFile(path = APP_MANIFEST_PATH): Promise<AppFile> {
  return appFileSchema.parse(parse(await readFile(path, 'utf8')));
}

/** Where the App finds this server, and how it is called. */
export interface ManifestFacts {
  name: string | null;
  /** Where GitHub sends webhooks to: the receiver, or a channel of smee. */
  hookUrl: string;
  /** Where the browser comes back to with the code. */
  redirectUrl: string;
  /** Where people come back to who sign in with GitHub; `null` where nobody can. */
  callbackUrl: string | null;
}

/**
 * The manifest as GitHub takes it in a form.
 * @see https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest#github-app-manifest-parameters
 */
export function buildManifest(file: AppFile, { name, hookUrl, redirectUrl, callbackUrl }: ManifestFacts): object {
  return {
    ...file,
    name: name ?? file.name,
    hook_attributes: { url: hookUrl, active: true },
    redirect_url: redirectUrl,
    ...(callbackUrl === null ? {} : { callback_urls: [callbackUrl] }),
  };
}
