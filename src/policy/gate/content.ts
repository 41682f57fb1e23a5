import { SECRET_IN_CODE } from '../../secrets.ts';
import { addedOf, type Check, type Forbidden } from './edit.ts';
import { tokensOf } from './tokens.ts';

const SECRETS: readonly Forbidden[] = [{ what: 'adds what looks like a secret', expression: SECRET_IN_CODE }];

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
