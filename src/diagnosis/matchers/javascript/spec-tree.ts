import { detached } from '../../log/text.ts';

/** `▶ suite` opens a suite, `✖ test (1.2ms)` and its kin are its tests, two blanks further in. */
const NODE = /^(?<indent> {0,60})(?<mark>[▶✖]) (?<name>\S.*?)(?: \([\d.]+ms\))?(?: # (?:TODO|SKIP)\b.*)?$/;

/** Failures whose suites are kept. */
const MAX_KEPT = 500;

/** The tree that node:test's spec reporter draws while the tests run: below it the failures come without their suites. */
export class SpecTree {
  readonly #parents: { indent: number; name: string }[] = [];
  /** The suites of what failed, by its name, in the order in which they were told. */
  readonly #suites = new Map<string, (string | null)[]>();
  #kept = 0;

  /** Takes a line of the tree; others are passed over. */
  read(text: string): void {
    const groups = NODE.exec(text)?.groups;
    if (!groups) return;
    const indent = groups['indent']?.length ?? 0;
    const name = groups['name'] ?? '';
    while ((this.#parents.at(-1)?.indent ?? -1) >= indent) this.#parents.pop();
    if (groups['mark'] === '▶') this.#parents.push({ indent, name: detached(name) });
    else if (this.#kept < MAX_KEPT) this.#keep(detached(name));
  }

  /** The suites of the next failure of this name. */
  take(name: string): string | null {
    return this.#suites.get(name)?.shift() ?? null;
  }

  #keep(name: string): void {
    const suite = this.#parents.map((parent) => parent.name).join(' › ') || null;
    const known = this.#suites.get(name);
    if (known) known.push(suite);
    else this.#suites.set(name, [suite]);
    this.#kept++;
  }
}
