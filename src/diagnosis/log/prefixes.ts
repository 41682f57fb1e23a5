/**
 * What runs several commands at once writes a name before each line of theirs. Matchers know the tools behind, so it
 * is taken off. Forms that nothing else writes are known beforehand; names that could be anything (`web:test: `) are
 * learned from the line that announces them.
 */

/** By the first character, so that most lines cost one look-up. Each is linear. */
const KNOWN: ReadonlyMap<string, RegExp> = new Map([
  ['#', /^#\d{1,4} \d{1,6}\.\d{1,3} /], // BuildKit: step and seconds
  ['[', /^\[\d{1,2}\] (?!\s{0,20}(?:["'<\d.-]|TRUE\b|FALSE\b|NA\b|NULL\b))/], // concurrently; R numbers what it prints, from 1
  ['@', /^@[\w.-]{1,100}\/[\w.-]{1,100}(?::[\w:.-]{1,100})?: /], // lerna, turbo: a package with a scope
]);

/** docker compose: `web-1  | `, of old `web_1  | `. */
const COMPOSE = /^[A-Za-z][\w.-]{0,62}[-_]\d{1,3} {1,40}\| ?/;

const ANNOUNCEMENTS: readonly RegExp[] = [
  /^(?<name>[^\s:]{1,200}:[^\s:]{1,100}(?::[^\s:]{1,100})?): cache (?:miss|hit|bypass)\b/, // turbo
  /^(?<name>[^\s$]{1,200} [\w:.-]{1,60})\$ /, // pnpm --recursive: `packages/web test$ vitest`
  /^(?<name>\[[^\s\]]{1,200}\]): Process started$/, // yarn workspaces foreach
  /^(?<name>\[[^\s\]]{1,200}\]) > [^\s@]{1,200}@[^\s]{1,100} [\w:.-]{1,60}$/, // concurrently with names: npm's banner behind the name
  /^(?<name>[\w./-]{1,200}): > [^\s@]{0,200}(?:@[^\s]{1,100})? [\w:.-]{1,60}/, // lerna, nx: npm's banner behind the name
];

/** `concurrently -n api,web …`: the names are told with the command, each in brackets before its lines. */
const NAMES_GIVEN = /\bconcurrently\b.{0,1000}?\s(?:-n|--names)[ =]["'\\]{0,2}(?<names>[\w:./-]{1,60}(?:,[\w:./-]{1,60}){0,40})/;

/** Literals of the lines that announce a name. */
export const ANNOUNCEMENT_HINTS: readonly string[] = [
  ': cache ',
  'test$ ',
  'build$ ',
  'lint$ ',
  'check$ ',
  'format$ ',
  'fmt$ ',
  'types$ ',
  'tsc$ ',
  'prettier$ ',
  'eslint$ ',
  'unit$ ',
  'ci$ ',
  'js$ ',
  'ts$ ',
  'css$ ',
  'style$ ',
  'verify$ ',
  'validate$ ',
  'compile$ ',
  'generate$ ',
  ': process started',
  ': > ',
  '] > ',
  'concurrently ',
];

const NUMBER = /^\[\d{1,2}\] /;

/** Names kept; a log that announces more is not of a task runner. */
const MAX_NAMES = 500;

/** Takes the names of commands off the beginnings of lines; knows those that were announced so far. */
export class LinePrefixes {
  readonly #names = new Set<string>();
  /** Commands are numbered, which begins at 0: R does not. */
  #isNumbered = false;

  /** The names that a line announces, and that are not known yet. */
  announcedIn(text: string): string[] {
    const given =
      NAMES_GIVEN.exec(text)
        ?.groups?.['names']?.split(',')
        .map((name) => `[${name}]`) ?? [];
    const announced = ANNOUNCEMENTS.map((announcement) => announcement.exec(text)?.groups?.['name']);
    const names = [...announced, ...given].filter((name) => name !== undefined && !this.#names.has(name));
    return (names as string[]).slice(0, MAX_NAMES - this.#names.size);
  }

  /** Takes the names off the lines from now on. */
  add(names: readonly string[]): void {
    for (const name of names) this.#names.add(name);
  }

  /** The line as the command wrote it. */
  strip(text: string): string {
    const first = text.charAt(0);
    if (first === '[' && text.startsWith('[0] ')) this.#isNumbered = true;
    if (first === '[' && this.#isNumbered && NUMBER.test(text)) return text.replace(NUMBER, '');
    const known = KNOWN.get(first);
    if (known?.test(text)) return text.replace(known, '');
    if (text.includes('| ') && COMPOSE.test(text)) return text.replace(COMPOSE, '');
    if (this.#names.size === 0) return text;
    const bracket = first === '[' ? text.indexOf(']') + 1 : 0;
    if (bracket > 0 && text[bracket] !== ':' && this.#names.has(text.slice(0, bracket))) return text.slice(bracket + 1);
    const end = text.indexOf(': ');
    return end > 0 && this.#names.has(text.slice(0, end)) ? text.slice(end + 2) : text;
  }
}
