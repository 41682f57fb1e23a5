import { UnavailableError } from '../errors.ts';

const NAME_MISMATCH = 'ERR_TLS_CERT_ALTNAME_INVALID';
/** Node's names for what OpenSSL finds: https://nodejs.org/docs/latest-v24.x/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE_CODE = /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_(?:CA|PURPOSE)|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/;
/** What `pg` says, without a code, when the server answers its question for TLS with no. */
const NO_TLS = 'The server does not support SSL connections';

/** The error of a connection told so that a person can mend it, where TLS is at fault; else null. */
export function explainTlsError(error: unknown): UnavailableError | null {
  if (!(error instanceof Error)) return null;
  const code = 'code' in error ? String(error.code) : '';
  if (code === NAME_MISMATCH) {
    return new UnavailableError(
      'DATABASE_UNTRUSTED',
      "The database's certificate is for another host name than DATABASE_URL has.",
      {
        cause: error,
        hint: 'Name the host as its certificate does, or check the certificate alone: sslmode=verify-ca with a root certificate.',
      },
    );
  }
  if (CERTIFICATE_CODE.test(code)) {
    return new UnavailableError('DATABASE_UNTRUSTED', `The database's certificate is not trusted: ${error.message}.`, {
      cause: error,
      hint: 'Name the PEM file of the authority that has signed it in DATABASE_SSL_ROOT_CERT, or as sslrootcert in DATABASE_URL.',
    });
  }
  if (error.message === NO_TLS) {
    return new UnavailableError(
      'DATABASE_WITHOUT_TLS',
      'The database does not speak TLS, and sslmode in DATABASE_URL wants it.',
      {
        cause: error,
        hint: 'Switch "ssl" on in PostgreSQL; or sslmode=disable, where nobody else can read the network.',
      },
    );
  }
  return null;
}
