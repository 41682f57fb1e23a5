import { Session } from 'node:inspector/promises';

/**
 * Has V8 give back what the start took: sources that were compiled, and a young generation that has grown to 40 MB for it and
 * would shrink by itself only after an hour of work. The inspector's command is the one documented way to ask for a collection
 * that also gives memory back (https://chromedevtools.github.io/devtools-protocol/v8/HeapProfiler/#method-collectGarbage).
 * Takes a tenth of a second, once.
 */
export async function giveBackMemory(): Promise<void> {
  const session = new Session();
  session.connect();
  try {
    await session.post('HeapProfiler.collectGarbage');
  } finally {
    session.disconnect();
  }
}
