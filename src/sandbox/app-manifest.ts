import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { permissionsSchema } from './registration/manifest-rules.ts';
import { type EventName, isEventName } from './state/events.ts';
import type { Permissions } from './state/model.ts';

const DEFAULT_PATH = join(import.meta.dirname, '..', '..', 'app.yml');

const manifest = z.object({
  name: z.string().min(1).default('Regreen'),
  description: z.string().nullable().default(null),
  default_permissions: permissionsSchema,
  default_events: z.array(z.string().refine(isEventName, 'is not an event that an app can subscribe to')),
});

export interface AppManifest {
  name: string;
  description: string | null;
  permissions: Permissions;
  events: EventName[];
}

/** Reads the app's manifest. Throws when it asks for an unknown permission or event. */
export async function readAppManifest(path = DEFAULT_PATH): Promise<AppManifest> {
  const read = manifest.parse(parse(await readFile(path, 'utf8')));
  return {
    name: read.name,
    description: read.description,
    permissions: read.default_permissions,
    events: read.default_events.filter(isEventName),
  };
}
