import type { Scene } from '../scene.ts';
import { actionScene } from './action.ts';
import { installationScene } from './installation.ts';
import { notificationsScene } from './notifications.ts';
import { operationsScene } from './operations.ts';
import { readmeScene } from './readme.ts';

/** Where the commands of each document are run. */
export const SCENES: Readonly<Record<string, () => Promise<Scene>>> = {
  'README.md': readmeScene,
  'docs/action.md': actionScene,
  'docs/installation.md': installationScene,
  'docs/notifications.md': notificationsScene,
  'docs/operations.md': operationsScene,
};
