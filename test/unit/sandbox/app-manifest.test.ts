import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readAppManifest } from '../../../src/sandbox/app-manifest.ts';

async function manifest(text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'manifest-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, 'app.yml');
  await writeFile(path, text);
  return path;
}

/** Protects the rule that the app under test may do what app.yml says, and nothing else. */
describe('the app’s manifest', () => {
  it('of the project is one that GitHub would take', async () => {
    const read = await readAppManifest();
    expect(read.permissions).toMatchObject({ checks: 'write', contents: 'write', metadata: 'read' });
    expect(read.events).toContain('workflow_run');
  });

  it.each([
    ['an unknown permission', 'default_permissions: {everything: write}\ndefault_events: []\n'],
    ['an unknown level', 'default_permissions: {checks: admin}\ndefault_events: []\n'],
    ['an unknown event', 'default_permissions: {checks: write}\ndefault_events: [workflow_runs]\n'],
    ['events that cannot be subscribed to', 'default_permissions: {}\ndefault_events: [installation]\n'],
  ])('with %s is refused', async (_name, text) => {
    await expect(readAppManifest(await manifest(text))).rejects.toThrow();
  });
});
