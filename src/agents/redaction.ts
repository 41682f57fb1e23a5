import { redactSecrets, SECRET_IN_TEXT } from '../secrets.ts';

/** Accounts of the runners themselves: they are nobody's name. */
const RUNNER_NAMES = 'runner|runneradmin|root|vsts|circleci|ubuntu|Public|Default';

/** What names or reaches a person. Each is linear in the text; what looks alike and is none loses nothing but its form. */
const PERSONAL: readonly RegExp[] = [
  // E-mail addresses, RFC 5321's lengths.
  /(?<![\w.+%-])[\w.+%-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b/,
  // Versions have four parts as well; they come back where a file is changed.
  /(?<![\d.])(?!127\.|0\.0\.0\.0)(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])/,
  /(?<![\w:])(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}(?![\w:])/,
  /(?<![\w:])(?:[0-9A-Fa-f]{1,4}:){2,6}(?::[0-9A-Fa-f]{1,4}){1,6}(?![\w:])/,
  /(?<![\w:])[0-9A-Fa-f]{1,4}:(?::[0-9A-Fa-f]{1,4}){2,6}(?![\w:])/,
  // Phone numbers as people write them: with the country's code, or grouped as in North America.
  /(?<![\w+])\+[1-9]\d{0,2}[ .-]?\(?\d{1,4}\)?(?:[ .-]?\d{2,4}){2,4}(?!\d)/,
  /(?<![\w-])(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4}(?![\w-])/,
  new RegExp(`(?<=/(?:home|Users)/)(?!(?:${RUNNER_NAMES})(?:/|$))[\\w.-]{1,64}(?=/)`),
  new RegExp(`(?<=[A-Za-z]:\\\\{1,2}Users\\\\{1,2})(?!(?:${RUNNER_NAMES})\\\\)[\\w.-]{1,64}(?=\\\\)`),
];

/** Values that only their names make a secret. More eager than what may be pushed: code may hold such a name with no secret. */
const NAMED_SECRETS: readonly RegExp[] = [
  /(?<=\b\w{0,40}(?:[Pp]assw(?:or)?d|PASSW(?:OR)?D|[Pp]assphrase|PASSPHRASE|[Ss]ecret|SECRET|[Tt]oken|TOKEN|[Aa]pi_?[Kk]ey|API_?KEY|[Aa]ccess_?[Kk]ey|ACCESS_?KEY|[Pp]rivate_?[Kk]ey|PRIVATE_?KEY|[Cc]redentials?|CREDENTIALS?)\w{0,20}["']?\s{0,3}[:=]\s{0,3}["'])[^"'\s${}<>]{6,512}(?=["'])/,
  /(?<=\b\w{0,40}(?:PASSW(?:OR)?D|PASSPHRASE|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIALS?)\w{0,20}=)[^\s"'${}<>()[\],;]{6,512}/,
  /(?<=\s--?(?:password|passwd|token|secret|api-key|auth-token)[= ])[^\s"'${}<>-][^\s"'${}<>]{5,512}/,
  /(?<=\b(?:[Cc]ookie|[Xx]-[Aa]pi-[Kk]ey|[Pp]rivate-[Tt]oken)\s{0,3}:\s{0,3})[^\s"'${}<>][^\r\n"'${}<>]{5,1024}/,
];

const SENSITIVE = new RegExp([SECRET_IN_TEXT, ...NAMED_SECRETS, ...PERSONAL].map(({ source }) => source).join('|'), 'g');

/** Takes secrets and personal data out of a text for good. */
export function redactForAgent(text: string): string {
  return redactSecrets(text).replace(SENSITIVE, '[redacted]');
}

/** A text with names in the place of what was taken out, and what they stand for. */
export interface Redaction {
  text: string;
  originals: ReadonlyMap<string, string>;
}

/**
 * Takes secrets and personal data out of a file so that they can be put back: an agent that writes the file anew must not
 * write "[redacted]" into it.
 * @param label not guessable, so that nobody else can write such a name
 */
export function redactFile(text: string, label: string): Redaction {
  const originals = new Map<string, string>();
  const names = new Map<string, string>();
  const redacted = text.replace(SENSITIVE, (found) => {
    const known = names.get(found);
    if (known) return known;
    const name = `[redacted-${label}-${names.size + 1}]`;
    names.set(found, name);
    originals.set(name, found);
    return name;
  });
  return { text: redacted, originals };
}

/**
 * Puts back what was taken out of the same file.
 * @returns `null` when the text names something that was not in this file
 */
export function restored(text: string, { originals }: Redaction, label: string): string | null {
  const parts = text.split(`[redacted-${label}-`);
  let result = parts[0] ?? '';
  for (const part of parts.slice(1)) {
    const end = part.indexOf(']');
    const original = end < 0 ? undefined : originals.get(`[redacted-${label}-${part.slice(0, end)}]`);
    if (original === undefined) return null;
    result += original + part.slice(end + 1);
  }
  return result;
}
