import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * libpq's modes (https://www.postgresql.org/docs/18/libpq-ssl.html), save `allow` and `prefer`, with which whoever is in between
 * decides whether anything is encrypted.
 */
const MODES = ['disable', 'require', 'verify-ca', 'verify-full'];
const LARGEST_FILE = 1_000_000;

/**
 * The address as `pg` takes it for libpq's meaning of `sslmode`; `pg` alone takes `require` for `verify-full`.
 * https://github.com/brianc/node-postgres/tree/master/packages/pg-connection-string#tcp-connections
 */
export function withTls(address: string, rootCertificate: string | undefined): string {
  const url = new URL(address);
  const { mode, root } = tlsOf(url, rootCertificate);
  if (mode === null) return address;
  url.searchParams.set('sslmode', mode);
  url.searchParams.set('uselibpqcompat', 'true');
  if (root === null) url.searchParams.delete('sslrootcert');
  else url.searchParams.set('sslrootcert', root);
  return url.href;
}

/** Why the address can't be used as it is, each under the variable at fault. */
export function tlsFaults(variable: string, address: string, rootCertificate: string | undefined): string[] {
  const url = new URL(address);
  const { mode, root } = tlsOf(url, rootCertificate);
  const faults: string[] = [];
  if (mode !== null && !MODES.includes(mode)) {
    faults.push(`${variable}: found sslmode "${mode.slice(0, 20)}"; wanted ${MODES.join(', ')}`);
  }
  if (mode === 'verify-ca' && root === null) {
    faults.push(`${variable}: found sslmode verify-ca and no root certificate; wanted one, or verify-full`);
  }
  const rootName = url.searchParams.has('sslrootcert') ? `${variable}: sslrootcert` : 'DATABASE_SSL_ROOT_CERT';
  if (root !== null && !holdsCertificate(root)) {
    faults.push(`${rootName}: found a path without a certificate that can be read; wanted a PEM file`);
  }
  for (const name of ['sslcert', 'sslkey']) {
    const path = url.searchParams.get(name);
    if (path !== null && read(path) === null) {
      faults.push(`${variable}: ${name}: found a path that can't be read; wanted a PEM file`);
    }
  }
  return faults;
}

/** What is said in the address wins. `system` are the authorities that Node trusts, and nobody in particular: so the name counts. */
function tlsOf(url: URL, rootCertificate: string | undefined): { mode: string | null; root: string | null } {
  const root = url.searchParams.get('sslrootcert') ?? rootCertificate ?? null;
  const mode = url.searchParams.get('sslmode') ?? (root === null ? null : 'verify-full');
  return root === 'system' ? { mode: 'verify-full', root: null } : { mode, root };
}

function holdsCertificate(path: string): boolean {
  const bytes = read(path);
  if (bytes === null) return false;
  try {
    return new X509Certificate(bytes).subject !== undefined;
  } catch {
    return false;
  }
}

function read(path: string): Buffer | null {
  try {
    const bytes = readFileSync(path);
    return bytes.length <= LARGEST_FILE ? bytes : null;
  } catch {
    return null;
  }
}
