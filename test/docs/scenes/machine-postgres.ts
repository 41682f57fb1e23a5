import { execFile } from 'node:child_process';
import { chmod, chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../support/free-port.ts';

const run = promisify(execFile);

const VERSIONS = '/usr/lib/postgresql';
/** PostgreSQL does not run as root; this is Debian's account of nobody. */
const NOBODY = 65_534;

/** A PostgreSQL of this machine, of the version of its `pg_dump`: an older one refuses a newer server. */
export interface MachinePostgres {
  /** For `DATABASE_URL`. */
  url: string;
  stop(): Promise<void>;
}

/** Where the machine has the programs of a server; `null` without. */
export async function findServerPrograms(): Promise<string | null> {
  const versions = await namesIn(VERSIONS);
  for (const version of versions.toSorted().toReversed()) {
    const programs = join(VERSIONS, version, 'bin');
    if ((await namesIn(programs)).includes('initdb')) return programs;
  }
  return null;
}

function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((): string[] => []);
}

export async function startMachinePostgres(programs: string): Promise<MachinePostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'regreen-docs-postgres-'));
  const account = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  await chmod(folder, 0o700);
  if (account.uid !== undefined) await chown(folder, NOBODY, NOBODY);
  const data = join(folder, 'data');
  const port = await freePort();
  const program = (name: string, ...args: string[]) =>
    run(join(programs, name), args, { cwd: folder, ...account, env: { PATH: process.env['PATH'] } });
  await program('initdb', '-D', data, '-U', 'regreen', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync');
  const settings = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off`;
  await program('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', settings, 'start');
  await program('createdb', '-h', '127.0.0.1', '-p', String(port), '-U', 'regreen', 'regreen');
  return {
    url: `postgresql://regreen@127.0.0.1:${port}/regreen`,
    stop: async () => {
      await program('pg_ctl', '-D', data, '-w', '-m', 'fast', 'stop');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
