import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** An authority of a test's own, and what it has signed for `localhost`, all as PEM. */
export interface Certificates {
  /** The file of the authority's certificate. */
  authority: string;
  certificate: string;
  key: string;
  remove(): Promise<void>;
}

/** Made by openssl: Node can read certificates and make none. */
export async function createCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'regreen-certificates-'));
  const openssl = (...more: string[]) =>
    run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', ...more], {
      cwd: folder,
    });
  await openssl('-subj', '/CN=An authority of the tests', '-keyout', 'ca.key', '-out', 'ca.crt');
  const name = [
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost',
    '-addext',
    'basicConstraints=critical,CA:FALSE',
  ];
  await openssl(...name, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-keyout', 'server.key', '-out', 'server.crt');
  const textOf = (file: string) => readFile(join(folder, file), 'utf8');
  return {
    authority: join(folder, 'ca.crt'),
    certificate: await textOf('server.crt'),
    key: await textOf('server.key'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
