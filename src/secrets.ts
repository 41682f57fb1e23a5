/**
 * Shapes of secrets, in one place for all that may not show or push them. Pure; every expression is linear in the text.
 * Installation tokens of GitHub are about 520 characters: `ghs_APPID_JWT`, with dots, underscores and dashes.
 */
const SHAPES: readonly RegExp[] = [
  /\bgh[oprsu]_[A-Za-z0-9._-]{36,}/,
  /\bgithub_pat_\w{22,}/,
  /\bglpat-[\w-]{20,}/,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /(?<=\b(?:aws_secret_access_key|AWS_SECRET_ACCESS_KEY)["']?\s{0,5}[=:]\s{0,5}["']?)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/,
  /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/,
  /(?<=\bhooks\.slack\.com\/services\/)[\w/]{20,200}/,
  /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}/,
  /\b[rs]k_live_\w{16,}/,
  /\bAIza[\w-]{35}/,
  /\bnpm_[A-Za-z0-9]{36}/,
  /\bpypi-[\w-]{50,}/,
  /(?<![\w-])eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/,
  /(?<=\b(?:[Aa]uthorization|AUTHORIZATION)["']?\s{0,5}[:=]\s{0,5}["']?(?:[Bb]asic|[Bb]earer|[Tt]oken)\s{1,5})[\w.~+/=-]{8,}/,
  /(?<=\b_(?:authToken|auth|password)\s{0,5}=\s{0,5}["']?)[\w.~+/=-]{8,}/,
  /\bgl(?:ptt|dt|rt|cbt|oas|soat|ft|imt|agent)-[\w.-]{20,}/,
  /\bSG\.[\w-]{16,32}\.[\w-]{16,64}/,
  /\bkey-[0-9a-f]{32}\b/,
  /\b(?:AC|SK)[0-9a-f]{32}\b/,
  /\bdo[oprt]_v1_[0-9a-f]{64}\b/,
  /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b/,
  /\bsq0(?:atp|csp)-[\w-]{22,43}/,
  /\bdapi[0-9a-f]{32}\b/,
  /\bhf_[A-Za-z0-9]{30,}/,
  /\bdckr_(?:pat|oat)_[\w-]{20,}/,
  /\bATATT3[\w=.-]{50,}/,
  /\blin_api_[A-Za-z0-9]{32,}/,
  /\b(?:ntn_|secret_)[A-Za-z0-9]{40,}/,
  /\bhv[sbr]\.[\w-]{24,}/,
  /\b[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,}/,
  /\bNRAK-[A-Z0-9]{27}\b/,
  /\bgl(?:sa|c)_[\w+/=-]{32,}/,
  /\bpscale_(?:tkn|oauth|pw)_[\w.-]{32,}/,
  /\bsbp_[0-9a-f]{40}\b/,
  /\bdp\.(?:pt|st|ct|sa)\.[A-Za-z0-9]{40,}/,
  /\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b/,
  /\brubygems_[0-9a-f]{48}\b/,
  /\boy2[a-z0-9]{43}\b/,
  /\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}\b/,
  /\bsntry[su]_[\w+/=-]{40,}/,
  /\b\d{8,10}:AA[\w-]{33}\b/,
  /(?<=\bAccountKey=)[A-Za-z0-9+/]{86}==/,
  /\bxapp-\d-[A-Z0-9]{8,}-\d{8,}-[0-9a-f]{32,}/,
];
/** The first line of a private key. */
export const PRIVATE_KEY_BEGIN = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/;
/** A key that is cut off has no end; what follows its beginning is a secret all the same. */
const WHOLE_PRIVATE_KEY = new RegExp(
  `${PRIVATE_KEY_BEGIN.source}[A-Za-z0-9+/=\\s\\\\]{0,20000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?`,
);
const PASSWORD_IN_ADDRESS = /(?<=:\/\/[^\s:@/]{0,100}:)[^\s@/"\\]{1,200}(?=@)/;
/** Less eager: source code holds addresses with placeholders. */
const LITERAL_PASSWORD_IN_ADDRESS = /:\/\/[^\s:@/"']{1,100}:[^\s@/"'${}]{3,200}@/;

function anyOf(...shapes: readonly RegExp[]): RegExp {
  return new RegExp(shapes.map(({ source }) => source).join('|'), 'g');
}

/** What a patch may not add. */
export const SECRET_IN_CODE: RegExp = anyOf(...SHAPES, PRIVATE_KEY_BEGIN, LITERAL_PASSWORD_IN_ADDRESS);

/** What may not be shown: the same, and every password in an address. */
export const SECRET_IN_TEXT: RegExp = anyOf(...SHAPES, WHOLE_PRIVATE_KEY, PASSWORD_IN_ADDRESS);

/** Replaces what looks like a token, a password in an address or a private key. */
export function redactSecrets(text: string): string {
  return text.replace(SECRET_IN_TEXT, '[redacted]');
}

/** A change that a log shows, as far as secrets are looked for in it. */
interface ShownChange {
  text: string;
  command: string | null;
  isComplete: boolean;
  withheld?: true;
}

/**
 * Changes are kept as they were printed, for they must apply; so one that holds a secret is kept redacted, and as one that can't
 * be applied any more.
 */
export function withholdSecrets<T extends ShownChange>(changes: readonly T[]): T[] {
  return changes.map((one) => {
    const command = one.command === null ? null : redactSecrets(one.command);
    if (one.text.search(SECRET_IN_CODE) < 0) return { ...one, command };
    return { ...one, command, text: redactSecrets(one.text), isComplete: false, withheld: true };
  });
}

/** The same for every string in a value of plain objects and arrays. */
export function redactedDeep<T>(value: T): T {
  return redactAny(value) as T;
}

function redactAny(value: unknown): unknown {
  if (typeof value === 'string') return redactSecrets(value);
  if (Array.isArray(value)) return value.map(redactAny);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redactAny(inner)]));
}
