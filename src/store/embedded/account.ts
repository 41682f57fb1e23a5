import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** The account that PostgreSQL's programs run under. `null`: the one that Regreen runs under. */
export interface Account {
  uid: number;
  gid: number;
}

/** On Linux `nobody` is 65534 where /etc/passwd does not say otherwise. */
const NOBODY: Account = { uid: 65534, gid: 65534 };

/** PostgreSQL refuses to run as root, so root hands it to `postgres`, or else to `nobody`. */
export async function accountForPostgres(): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return accountNamed('postgres', passwd) ?? accountNamed('nobody', passwd) ?? NOBODY;
}

function accountNamed(name: string, passwd: string): Account | null {
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find(([user]) => user === name);
  const uid = Number(fields?.[2]);
  const gid = Number(fields?.[3]);
  return Number.isInteger(uid) && Number.isInteger(gid) && uid > 0 ? { uid, gid } : null;
}

/** Whether the account may enter `folder`, judged by the modes of all folders above it. */
export async function mayEnter(account: Account | null, folder: string): Promise<boolean> {
  if (account === null) return true;
  for (let current = resolve(folder); ; current = dirname(current)) {
    const found = await stat(current).catch(() => null);
    if (found && !executable(found, account)) return false;
    if (current === dirname(current)) return true;
  }
}

function executable(folder: { mode: number; uid: number; gid: number }, account: Account): boolean {
  if (folder.uid === account.uid) return (folder.mode & 0o100) !== 0;
  if (folder.gid === account.gid) return (folder.mode & 0o010) !== 0;
  return (folder.mode & 0o001) !== 0;
}
