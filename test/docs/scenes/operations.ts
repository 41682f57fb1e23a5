import { randomBytes } from 'node:crypto';
import type { Expectation, Scene } from '../scene.ts';
import type { Session } from '../session.ts';
import { findServerPrograms, type MachinePostgres, startMachinePostgres } from './machine-postgres.ts';
import { createKey, READY, serverFolder } from './server-folder.ts';

/** A server with an embedded database, and later one on a PostgreSQL of this machine. */
export async function operationsScene(): Promise<Scene> {
  const server = await serverFolder();
  const key = () => randomBytes(32).toString('base64');
  await server.write({ ENCRYPTION_KEYS: `k2:${key()} k1:${key()}` });
  const programs = await findServerPrograms();
  let postgres: MachinePostgres | null = null;
  let prefix = '';
  let mark = '';
  const startsRestored: Expectation = { stays: READY, after: (_output, session) => expectKey(session, mark) };
  const expect = (command: string): Expectation | undefined => {
    if (command === 'npm start') return mark === '' ? { stays: READY } : startsRestored;
    if (command.startsWith('tar --create')) {
      return {
        before: async (session) => {
          mark = startOf(await createKey(session));
          await session.stop();
        },
      };
    }
    if (command.startsWith('mv .regreen')) return { before: loseKey };
    if (command.startsWith('pg_dump')) {
      return {
        lacks: async () => (programs ? null : "PostgreSQL's server is not on this machine (Debian's package postgresql has it)"),
        before: async (session) => {
          await session.stop();
          postgres = await startMachinePostgres(programs ?? '');
          await session.run(`export DATABASE_URL=${postgres.url}; npx regreen migrate`);
          mark = startOf(await createKey(session));
        },
      };
    }
    if (command.startsWith('DATABASE_URL="$RESTORED"'))
      return { after: (_output, session) => expectKey(session, mark, 'DATABASE_URL="$RESTORED" ') };
    if (command === 'npx regreen migrate') return { shows: [/The database is up to date/] };
    if (command.startsWith('npx regreen keys create')) {
      return {
        shows: [/^rg_\S+$/m, /viewer/],
        after: (output) => {
          prefix = /^(rg_\S+) {2}/m.exec(output)?.[1] ?? '';
        },
      };
    }
    if (command.startsWith('npx regreen keys list')) return { shows: [/viewer/] };
    if (command.startsWith('npx regreen keys revoke')) return { shows: [/taken back/] };
    if (command === 'npx regreen reseal') return { shows: [/Nothing lies under k1 any more/] };
    if (command === 'npx regreen doctor') return { before: healthy };
    return undefined;
  };
  const healthy = async (session: Session): Promise<void> => {
    await session.start('npm start', READY);
    const { people } = server.sandbox;
    people.installApp({ account: people.createAccount('octo', { kind: 'Organization' }) });
    await server.sandbox.idle();
  };
  const loseKey = async (session: Session): Promise<void> => {
    await session.run(`npx regreen keys revoke ${mark}`);
    await session.stop();
  };
  return {
    folder: server.folder,
    independentSections: true,
    here: (command) =>
      command
        .replace('rg_OLDKEY', prefix)
        .replace('postgresql://regreen@postgres.example.com:5432/regreen_restored', `${postgres?.url ?? ''}_restored`),
    expect,
    close: async () => {
      await postgres?.stop();
      await server.close();
    },
  };
}

/** The key of before is there, and nobody has taken it back. */
async function expectKey(session: Session, mark: string, variables = ''): Promise<void> {
  const { lines } = await session.run(`${variables}npx regreen keys list`);
  const line = lines.find((one) => one.startsWith(mark));
  if (line === undefined || line.includes('taken back'))
    throw new Error(`the key ${mark} is not as it was:\n${lines.join('\n')}`);
}

/** What lists show of a key: `rg_` and eight characters. */
function startOf(key: string): string {
  return key.slice(0, 11);
}
