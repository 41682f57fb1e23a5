import { loadEnvironmentFile, readEnvironment } from '../config/environment.ts';
import { type ReplayOptions, replay } from '../replay/replay.ts';
import { tellError } from './tell-error.ts';

export type ReplayArguments = ReplayOptions;

/** Sends a webhook again. @returns the exit status: 0, or 1 with the reason on stderr */
export async function runReplay(what: string, options: ReplayArguments): Promise<number> {
  try {
    loadEnvironmentFile();
    const { guid, event, source, duplicate } = await replay(readEnvironment(), what, options);
    const taken = duplicate ? 'is known there and was not worked again' : 'was taken';
    process.stdout.write(
      `${event} from ${source === 'file' ? 'the file' : source === 'GitHub' ? 'GitHub' : 'the database'} ${taken}: ${guid}\n`,
    );
    return 0;
  } catch (error) {
    return tellError(error);
  }
}
