import { createMarkFinder, type MarkedShape } from './marked-shapes.ts';

/** In characters; that of an address is the longest. */
const LONGEST_CONTEXT = 110;

/**
 * Shapes of secrets, in one place for all that may not show or push them. Pure; every expression is linear in the text. Each
 * stands behind the marks that it can't be without: a text is searched for all marks at once, and only where one stands is it
 * held against expressions. Installation tokens of GitHub are about 520 characters: `ghs_APPID_JWT`, with dots, underscores and
 * dashes.
 */
const SHAPES: readonly MarkedShape[] = [
  at(['gho_', 'ghp_', 'ghr_', 'ghs_', 'ghu_'], /\bgh[oprsu]_[A-Za-z0-9._-]{36,}/),
  at(['github_pat_'], /\bgithub_pat_\w{22,}/),
  at(['glpat-'], /\bglpat-[\w-]{20,}/),
  at(['AKIA', 'ASIA'], /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/),
  after(
    ['aws_secret_access_key', 'AWS_SECRET_ACCESS_KEY'],
    /\b(?:aws_secret_access_key|AWS_SECRET_ACCESS_KEY)["']?\s{0,5}[=:]\s{0,5}["']?/,
    /[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/,
  ),
  at(['xoxa-', 'xoxb-', 'xoxe-', 'xoxo-', 'xoxp-', 'xoxr-', 'xoxs-'], /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/),
  after(['hooks.slack.com/services/'], /\bhooks\.slack\.com\/services\//, /[\w/]{20,200}/),
  at(['sk-'], /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}/),
  at(['rk_live_', 'sk_live_'], /\b[rs]k_live_\w{16,}/),
  at(['AIza'], /\bAIza[\w-]{35}/),
  at(['npm_'], /\bnpm_[A-Za-z0-9]{36}/),
  at(['pypi-'], /\bpypi-[\w-]{50,}/),
  at(['eyJ'], /(?<![\w-])eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/),
  after(
    ['authorization', 'Authorization', 'AUTHORIZATION'],
    /\b(?:[Aa]uthorization|AUTHORIZATION)["']?\s{0,5}[:=]\s{0,5}["']?(?:[Bb]asic|[Bb]earer|[Tt]oken)\s{1,5}/,
    /[\w.~+/=-]{8,}/,
  ),
  after(['_auth', '_password'], /\b_(?:authToken|auth|password)\s{0,5}=\s{0,5}["']?/, /[\w.~+/=-]{8,}/),
  at(
    ['glptt-', 'gldt-', 'glrt-', 'glcbt-', 'gloas-', 'glsoat-', 'glft-', 'glimt-', 'glagent-'],
    /\bgl(?:ptt|dt|rt|cbt|oas|soat|ft|imt|agent)-[\w.-]{20,}/,
  ),
  at(['SG.'], /\bSG\.[\w-]{16,32}\.[\w-]{16,64}/),
  at(['key-'], /\bkey-[0-9a-f]{32}\b/),
  at(['AC', 'SK'], /\b(?:AC|SK)[0-9a-f]{32}\b/),
  at(['doo_v1_', 'dop_v1_', 'dor_v1_', 'dot_v1_'], /\bdo[oprt]_v1_[0-9a-f]{64}\b/),
  at(['shpat_', 'shpca_', 'shppa_', 'shpss_'], /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b/),
  at(['sq0atp-', 'sq0csp-'], /\bsq0(?:atp|csp)-[\w-]{22,43}/),
  at(['dapi'], /\bdapi[0-9a-f]{32}\b/),
  at(['hf_'], /\bhf_[A-Za-z0-9]{30,}/),
  at(['dckr_pat_', 'dckr_oat_'], /\bdckr_(?:pat|oat)_[\w-]{20,}/),
  at(['ATATT3'], /\bATATT3[\w=.-]{50,}/),
  at(['lin_api_'], /\blin_api_[A-Za-z0-9]{32,}/),
  at(['ntn_', 'secret_'], /\b(?:ntn_|secret_)[A-Za-z0-9]{40,}/),
  at(['hvs.', 'hvb.', 'hvr.'], /\bhv[sbr]\.[\w-]{24,}/),
  { ...at(['.atlasv1.'], /\b[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,}/), before: 14, atMark: /\.atlasv1\.[\w-]{40,}/ },
  at(['NRAK-'], /\bNRAK-[A-Z0-9]{27}\b/),
  at(['glsa_', 'glc_'], /\bgl(?:sa|c)_[\w+/=-]{32,}/),
  at(['pscale_'], /\bpscale_(?:tkn|oauth|pw)_[\w.-]{32,}/),
  at(['sbp_'], /\bsbp_[0-9a-f]{40}\b/),
  at(['dp.pt.', 'dp.st.', 'dp.ct.', 'dp.sa.'], /\bdp\.(?:pt|st|ct|sa)\.[A-Za-z0-9]{40,}/),
  at(['AGE-SECRET-KEY-1'], /\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b/),
  at(['rubygems_'], /\brubygems_[0-9a-f]{48}\b/),
  at(['oy2'], /\boy2[a-z0-9]{43}\b/),
  at(['PMAK-'], /\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}\b/),
  at(['sntrys_', 'sntryu_'], /\bsntry[su]_[\w+/=-]{40,}/),
  { ...at([':AA'], /\b\d{8,10}:AA[\w-]{33}\b/), before: 10, atMark: /:AA[\w-]{33}\b/ },
  after(['AccountKey='], /\bAccountKey=/, /[A-Za-z0-9+/]{86}==/),
  at(['xapp-'], /\bxapp-\d-[A-Z0-9]{8,}-\d{8,}-[0-9a-f]{32,}/),
];
/** The first line of a private key. */
export const PRIVATE_KEY_BEGIN = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/;
/** A key that is cut off has no end; what follows its beginning is a secret all the same. */
const WHOLE_PRIVATE_KEY = new RegExp(
  `${PRIVATE_KEY_BEGIN.source}[A-Za-z0-9+/=\\s\\\\]{0,20000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?`,
);
/** Less eager: source code holds addresses with placeholders. */
const LITERAL_PASSWORD_IN_ADDRESS = /:\/\/[^\s:@/"']{1,100}:[^\s@/"'${}]{3,200}@/;

/** What may not be shown: every password in an address, too. */
export const SHAPES_IN_TEXT: readonly MarkedShape[] = [
  ...SHAPES,
  { ...at(['-----BEGIN '], WHOLE_PRIVATE_KEY), atMark: PRIVATE_KEY_BEGIN },
  after(['://'], /:\/\/[^\s:@/]{0,100}:/, /[^\s@/"\\]{1,200}(?=@)/),
];

/** A match begins with one of its marks. */
function at(marks: readonly string[], shape: RegExp): MarkedShape {
  return { marks, shape, before: 0, behind: 0, atMark: shape };
}

/** A match stands behind `context`, which begins with one of the marks. */
function after(marks: readonly string[], context: RegExp, secret: RegExp): MarkedShape {
  return {
    marks,
    shape: new RegExp(`(?<=${context.source})${secret.source}`),
    before: 0,
    behind: LONGEST_CONTEXT,
    atMark: new RegExp(context.source + secret.source),
  };
}

function anyOf(...shapes: readonly RegExp[]): RegExp {
  return new RegExp(shapes.map(({ source }) => source).join('|'), 'g');
}

/** What a patch may not add. */
export const SECRET_IN_CODE: RegExp = anyOf(...SHAPES.map(({ shape }) => shape), PRIVATE_KEY_BEGIN, LITERAL_PASSWORD_IN_ADDRESS);

/** What may not be shown. `replaceSecrets` finds the same, and much faster. */
export const SECRET_IN_TEXT: RegExp = anyOf(...SHAPES_IN_TEXT.map(({ shape }) => shape));

const inText = createMarkFinder(SHAPES_IN_TEXT, SECRET_IN_TEXT);

/** False for a text that has nothing that may not be shown. */
export const mayHoldSecret: (text: string) => boolean = inText.isMarked;

/** Replaces what may not be shown. */
export const replaceSecrets: (text: string, by: (secret: string) => string) => string = inText.replace;

/** Replaces what looks like a token, a password in an address or a private key. */
export function redactSecrets(text: string): string {
  return replaceSecrets(text, () => '[redacted]');
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
