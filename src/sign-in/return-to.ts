/** Longer ones fit into no cookie. */
const LONGEST = 1_000;
/** Browsers drop tabs and line ends out of an address, and read a backslash as a slash. */
const UNSAFE = /[\p{Cc}\\]/u;
const NOWHERE_ELSE = 'https://here.invalid';

/** Whether a text is a path of this server, and can't lead a browser anywhere else: `/builds?branch=main#top`. */
export function isOwnPath(text: string): boolean {
  if (text.length > LONGEST || !text.startsWith('/') || text.startsWith('//') || UNSAFE.test(text)) return false;
  return URL.canParse(text, NOWHERE_ELSE) && new URL(text, NOWHERE_ELSE).origin === NOWHERE_ELSE;
}
