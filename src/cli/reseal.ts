import { type Environment, loadEnvironmentFile, readEnvironment } from '../config/environment.ts';
import { resealSecrets } from '../notify/reseal.ts';
import { createSealer } from '../notify/sealing.ts';
import { resealSessions } from '../sign-in/reseal.ts';
import { openStoreBesideServer } from '../store/open.ts';
import { createLog } from '../telemetry/log.ts';
import { tellError } from './tell-error.ts';

/** Puts the secrets of channels, and people's tokens, under the first of ENCRYPTION_KEYS. @returns the exit status: 0, or 1 where one can't be opened */
export async function runReseal(): Promise<number> {
  try {
    loadEnvironmentFile();
    return await reseal(readEnvironment(), (line) => process.stdout.write(`${line}\n`));
  } catch (error) {
    return tellError(error);
  }
}

/** The same with a configuration and a place for the lines. */
export async function reseal(environment: Environment, say: (line: string) => void): Promise<number> {
  const [current, ...older] = environment.notify.encryptionKeys;
  if (!current) {
    say('ENCRYPTION_KEYS has no key, so nothing lies under one.');
    return 1;
  }
  const log = createLog({ level: 'silent' });
  const store = await openStoreBesideServer({ environment, log, connections: 2 });
  try {
    const sealer = createSealer(environment.notify.encryptionKeys);
    const { resealed: channels, unreadable } = await resealSecrets(store.database, sealer);
    const resealed = channels + (await resealSessions(store.database, sealer));
    say(`${resealed} ${resealed === 1 ? 'secret was' : 'secrets were'} put under the key ${current.id}.`);
    for (const name of unreadable) say(`The secret of the channel ${name} lies under a key that is not there; give it anew.`);
    if (unreadable.length === 0 && older.length > 0) say(`Nothing lies under ${older.map(({ id }) => id).join(', ')} any more.`);
    return unreadable.length === 0 ? 0 : 1;
  } finally {
    await store.close();
  }
}
