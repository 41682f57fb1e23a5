import type { Finding, Severity } from './types.ts';

interface Entry {
  severity: Severity;
  why: string;
  remedy: string;
}

/** All that the doctor can find. docs/troubleshooting.md has each code; a test sees to it. */
const CATALOGUE = {
  CONFIGURATION_MISSING: {
    severity: 'error',
    why: 'Without it Regreen does not start.',
    remedy: 'Run "regreen setup", or put the variable into .env; docs/configuration.md describes it.',
  },
  CONFIGURATION_INVALID: {
    severity: 'error',
    why: 'Regreen does not start with a value that it can not use.',
    remedy: 'Correct the variable in .env or in the environment; docs/configuration.md describes it.',
  },
  VARIABLE_UNKNOWN: {
    severity: 'warning',
    why: 'Nobody reads it, so what it was meant to say counts for nothing.',
    remedy: 'Correct its name after docs/configuration.md, or take it out.',
  },
  ENV_FILE_OPEN: {
    severity: 'warning',
    why: "Other accounts of this machine can read the App's private key, and act as the App.",
    remedy: 'Run: chmod 600 .env',
  },
  DATABASE_UNREACHABLE: {
    severity: 'error',
    why: 'Deliveries can not be stored, so GitHub is answered 503 and nothing is worked on.',
    remedy: 'Start PostgreSQL, or correct host and port in DATABASE_URL; look whether a firewall stands between.',
  },
  DATABASE_LOGIN_REFUSED: {
    severity: 'error',
    why: 'Without the database Regreen does not start.',
    remedy: 'Correct user and password in DATABASE_URL.',
  },
  DATABASE_MISSING: {
    severity: 'error',
    why: 'Without the database Regreen does not start.',
    remedy: 'Create it (createdb NAME), or correct its name in DATABASE_URL.',
  },
  DATABASE_UNTRUSTED: {
    severity: 'error',
    why: 'Whoever is in between could read and change all that Regreen keeps, so it does not connect.',
    remedy:
      'Name the PEM file of the authority that signed the certificate in DATABASE_SSL_ROOT_CERT; the host in DATABASE_URL as the certificate has it; where the server speaks no TLS, switch it on there or set sslmode=disable.',
  },
  DATABASE_TOO_OLD: {
    severity: 'error',
    why: 'Regreen uses what PostgreSQL has had since version 14.',
    remedy: 'Upgrade PostgreSQL, or leave DATABASE_URL out for the embedded one.',
  },
  DATABASE_NOT_UTF8: {
    severity: 'error',
    why: 'Logs and names hold characters that the database can not keep.',
    remedy:
      'Make a database with encoding UTF8 (createdb --encoding=UTF8 --template=template0 NAME), and name it in DATABASE_URL.',
  },
  DATA_FOLDER_UNUSABLE: {
    severity: 'error',
    why: 'The embedded PostgreSQL keeps its data there.',
    remedy: 'Give the account that Regreen runs under the right to write there, or set REGREEN_DATA_DIR to another folder.',
  },
  MIGRATIONS_PENDING: {
    severity: 'warning',
    why: 'The database is older than this program.',
    remedy: 'Start Regreen: it brings the database up to date. Make a backup before.',
  },
  MIGRATIONS_UNKNOWN: {
    severity: 'error',
    why: 'The database was brought up to date by a newer Regreen; this one does not start on it.',
    remedy: 'Run the newer version, or go back to the backup from before the upgrade.',
  },
  SERVER_NOT_READY: {
    severity: 'error',
    why: 'Webhooks are answered 503 until it is.',
    remedy: 'Wait a moment; if it stays, its log and /health say which part is missing.',
  },
  SERVER_DEGRADED: {
    severity: 'warning',
    why: 'A part of the running server has trouble.',
    remedy: 'Read the message; /health has the same from inside.',
  },
  PORT_TAKEN: {
    severity: 'error',
    why: 'Regreen can not listen there.',
    remedy: 'Stop the other program, or set PORT to another port.',
  },
  CLOCK_SKEW: {
    severity: 'error',
    why: 'GitHub refuses tokens of the App that come from the future or have ended, and times in the books are wrong.',
    remedy: "Set this machine's clock by NTP: timedatectl set-ntp true.",
  },
  GITHUB_UNREACHABLE: {
    severity: 'error',
    why: 'Logs can not be read and nothing can be said or fixed; deliveries wait meanwhile.',
    remedy: 'Look at network, proxy, DNS and GITHUB_API_URL from this machine: curl -I followed by that address.',
  },
  GITHUB_API_URL_WRONG: {
    severity: 'error',
    why: 'What answers there is not the REST API of a GitHub.',
    remedy: 'Leave GITHUB_API_URL out for github.com; for an Enterprise Server it is https://HOST/api/v3.',
  },
  GITHUB_FAILING: {
    severity: 'warning',
    why: 'Requests fail for now; jobs are tried again.',
    remedy: 'Look at https://www.githubstatus.com, and run this again later.',
  },
  APP_ID_UNKNOWN: {
    severity: 'error',
    why: 'Regreen can not act as the App.',
    remedy: "Correct APP_ID: it stands on the App's settings page. For an Enterprise Server, set GITHUB_API_URL too.",
  },
  APP_KEY_REFUSED: {
    severity: 'error',
    why: 'The private key is none of this App: it was deleted on GitHub, or belongs to another one.',
    remedy: "Generate a new private key on the App's settings page, and put it into PRIVATE_KEY.",
  },
  APP_PERMISSION_MISSING: {
    severity: 'error',
    why: 'What needs it fails; app.yml says what each permission is for.',
    remedy: "Grant it to the App on its page, under Permissions; each installation's owner is then asked to accept.",
  },
  APP_EVENT_MISSING: {
    severity: 'error',
    why: 'GitHub does not tell Regreen of it; app.yml says what each event is for.',
    remedy: "Tick the event on the App's page, under Permissions & events.",
  },
  NOT_INSTALLED: {
    severity: 'warning',
    why: 'The App sees no repository, so there is nothing to heal.',
    remedy: 'Install the App on a repository.',
  },
  INSTALLATION_PERMISSION_MISSING: {
    severity: 'error',
    why: 'The App asks for it, and the owner of the account has not accepted yet: what needs it fails there.',
    remedy: 'Let an owner of the account open the address and accept the new permissions.',
  },
  INSTALLATION_EVENT_MISSING: {
    severity: 'error',
    why: 'GitHub does not tell Regreen of it in the repositories of this account.',
    remedy: 'Let an owner of the account open the address and accept what has been changed.',
  },
  INSTALLATION_SUSPENDED: {
    severity: 'warning',
    why: 'No events come from there, and nothing can be read or written.',
    remedy: 'Let an owner of the account press "Unsuspend" there, or uninstall the App.',
  },
  WEBHOOK_MISSING: {
    severity: 'error',
    why: 'GitHub tells Regreen of nothing.',
    remedy: "Set the webhook's address on the App's settings page: https://YOUR-HOST/api/github/webhooks.",
  },
  WEBHOOK_ADDRESS_WRONG: {
    severity: 'error',
    why: 'Webhooks go to another place than this server listens at.',
    remedy: "Correct the webhook's address on the App's settings page, or PUBLIC_URL or WEBHOOK_PROXY_URL here.",
  },
  WEBHOOK_PROXY_MISSING: {
    severity: 'error',
    why: 'Webhooks go to a relay, and nobody here receives from it.',
    remedy: "Set WEBHOOK_PROXY_URL to that address; for production set the webhook's address to this server's own.",
  },
  WEBHOOK_CONTENT_TYPE: {
    severity: 'error',
    why: 'The receiver refuses forms with 415: it checks the signature of JSON as it was sent.',
    remedy: 'Set "Content type" to application/json on the App\'s settings page.',
  },
  WEBHOOK_INSECURE: {
    severity: 'warning',
    why: 'GitHub sends payloads of private repositories to whoever answers for the name.',
    remedy: "Switch SSL verification on, on the App's settings page; get a certificate that is valid first.",
  },
  WEBHOOK_SECRET_OTHER: {
    severity: 'error',
    why: 'The secret at GitHub is not the one here, so every delivery is refused with 401.',
    remedy: "Put the same secret into WEBHOOK_SECRET and on the App's settings page.",
  },
  WEBHOOK_UNREACHABLE: {
    severity: 'error',
    why: 'GitHub gets no connection to this server, so Regreen hears of nothing.',
    remedy:
      'Start the server; look at DNS, firewall and reverse proxy from outside. What was missed is fetched at the next start.',
  },
  WEBHOOK_TIMED_OUT: {
    severity: 'error',
    why: 'GitHub waits ten seconds for an answer, and never sends again by itself.',
    remedy: 'Look at the load of database and disk, and at the reverse proxy; what was missed is fetched within ten minutes.',
  },
  WEBHOOK_REFUSED: {
    severity: 'error',
    why: 'Something at the address answers, and refuses the deliveries.',
    remedy:
      'The status says who: 404 is another path or program, 403 and 421 allow-lists, 502 to 504 the reverse proxy; see the log.',
  },
  WEBHOOK_FAILED_BEFORE: {
    severity: 'warning',
    why: 'The last deliveries arrive, but some before them did not.',
    remedy: 'Nothing need be done: a running server fetches what was missed within ten minutes.',
  },
  WEBHOOK_SILENT: {
    severity: 'warning',
    why: 'Nothing happened in the repositories, or GitHub does not know of the webhook.',
    remedy: "Push something, and look at Advanced on the App's settings page whether a delivery appears.",
  },
  DELIVERIES_MISSED: {
    severity: 'warning',
    why: 'GitHub has sent them, and they are not in the books: a relay was blind, or the server was down.',
    remedy: 'Start the server: it fetches them. For a single one: regreen replay GUID.',
  },
  DELIVERIES_FAILED: {
    severity: 'warning',
    why: 'They were tried until the last attempt and failed.',
    remedy: 'Look for their GUIDs in the log; then regreen replay GUID, or send the dead letters back over the API.',
  },
  QUEUE_LAG: {
    severity: 'warning',
    why: 'Jobs wait longer than they should: red builds are diagnosed late.',
    remedy: 'Look whether a server runs; raise JOBS_AT_ONCE or ANALYSIS_THREADS, or start more workers.',
  },
  DEAD_LETTERS: {
    severity: 'warning',
    why: 'Jobs failed until their last attempt, and wait for somebody.',
    remedy: 'GET /api/v1/dead-letters has the reasons; mend them, then send them back by POST /api/v1/dead-letters/redrive.',
  },
  DISK_LOW: {
    severity: 'warning',
    why: 'The database stops when the disk is full.',
    remedy: 'Make room, or lower RETENTION_DELIVERIES_DAYS and RETENTION_RUNS_DAYS.',
  },
  DISK_FULL: {
    severity: 'error',
    why: 'The database can not write, so deliveries are refused.',
    remedy: 'Make room now; then start Regreen again.',
  },
  AGENT_UNREACHABLE: {
    severity: 'warning',
    why: 'Where no fixer has an answer, nobody can be asked; fixers go on.',
    remedy: 'Start it, or correct AGENT_URL; without AGENT_BACKEND no agent is asked.',
  },
  AGENT_REFUSES: {
    severity: 'warning',
    why: 'The agent does not take our key, so it answers nothing.',
    remedy: 'Put a key that is valid into AGENT_API_KEY.',
  },
  AGENT_MODEL_UNKNOWN: {
    severity: 'warning',
    why: 'The server of the agent does not offer that model.',
    remedy: 'Correct AGENT_MODEL to a name that its list of models has.',
  },
  TRACES_UNREACHABLE: {
    severity: 'warning',
    why: 'Traces are lost; nothing else is.',
    remedy:
      'Start the receiver, or correct OTEL_EXPORTER_OTLP_ENDPOINT: it wants OTLP over HTTP, port 4318 as a rule. Without it there are no traces.',
  },
  TRACES_REFUSED: {
    severity: 'warning',
    why: 'Traces are lost; nothing else is.',
    remedy:
      'Put what the receiver wants of a sender into OTEL_EXPORTER_OTLP_HEADERS; or correct the path: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is taken as it is.',
  },
  CHANNEL_PAUSED: {
    severity: 'warning',
    why: 'Nothing is told there until somebody resumes it.',
    remedy: 'Mend what the reason says, then POST /api/v1/notifications/channels/{id}/resume.',
  },
  CHANNEL_FAILING: {
    severity: 'warning',
    why: 'After five failures in a row it is paused.',
    remedy: 'Mend what the reason says; POST /api/v1/notifications/channels/{id}/test tries it.',
  },
  CHANNEL_SECRET_UNREADABLE: {
    severity: 'error',
    why: 'Its secret lies under a key that ENCRYPTION_KEYS does not have, so nothing can be sent there.',
    remedy: 'Put that key back into ENCRYPTION_KEYS, behind the current one, or give the channel its secret anew.',
  },
} as const satisfies Record<string, Entry>;

export type FindingCode = keyof typeof CATALOGUE;

export const FINDING_CODES = Object.keys(CATALOGUE) as FindingCode[];

/** @param what what was found in this case; more than one sentence is no harm, a secret is */
export function found(code: FindingCode, what: string, url: string | null = null): Finding {
  return { code, ...CATALOGUE[code], what, url };
}
