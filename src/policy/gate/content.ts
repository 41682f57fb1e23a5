import { addedOf, type Check, type Forbidden } from './edit.ts';
import { tokensOf } from './tokens.ts';

const SECRETS: readonly Forbidden[] = [
  {
    what: 'adds what looks like a secret',
    expression:
      /\bgh[oprsu]_[A-Za-z0-9._-]{36,}|\bgithub_pat_\w{22,}|\bglpat-[\w-]{20,}|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bxox[abeoprs]-[A-Za-z0-9-]{10,}|\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}|\bsk_live_\w{16,}|\bAIza[\w-]{35}|\bnpm_[A-Za-z0-9]{36}|\bpypi-[\w-]{50,}|-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}|:\/\/[^\s:@/"']{1,100}:[^\s@/"'${}]{3,200}@/g,
  },
];

/**
 * Characters that make a person read another text than a compiler: https://trojansource.codes (CVE-2021-42574), and blanks
 * without a width. A byte-order mark at the start of a file is none.
 */
const HIDDEN: readonly Forbidden[] = [
  { what: 'adds hidden characters', expression: /[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2060]|(?<!^)\ufeff/g },
];

/** A patch may add neither secrets nor characters that hide what it does. */
export const addNothingHidden: Check = (edit) => addedOf(edit, [...SECRETS, ...HIDDEN]);

/** A file shorter than this may go down to nearly nothing: an import and little else. */
const MIN_TOKENS = 60;
const MIN_SHARE_LEFT = 0.5;

/** A patch mends; it does not empty files, nor take away the better part of one. */
export const keepCode: Check = ({ path, before, after }) => {
  if (after.trim() === '' && before.trim() !== '') return [`The patch empties ${path}.`];
  const held = tokensOf(before).length;
  const isGutted = held >= MIN_TOKENS && tokensOf(after).length < held * MIN_SHARE_LEFT;
  return isGutted ? [`The patch takes away more than half of ${path}.`] : [];
};
