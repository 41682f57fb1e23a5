import type { CauseRule } from '../causes/cause-rules.ts';
import type { Evidence } from '../excerpt/evidence.ts';
import { weighWording } from '../excerpt/wording.ts';
import { MAX_WEIGHED_LINES } from '../limits.ts';
import type { Line } from '../matchers/matcher.ts';
import { FIRST_LOOK, FIRST_MATCHER, WORDING } from './dispatcher.ts';
import { drop, type KnownLine, prove } from './known-lines.ts';
import { RuleReaders } from './rule-readers.ts';

/** Reads single lines for the causes that rules know, and for how much they sound like a failure. */
export class SignReaders {
  readonly #evidence: Evidence;
  /** Takes no more hints of a listener. */
  readonly #mute: (listener: number) => void;
  readonly #rules = new RuleReaders();
  #weighedLines = 0;

  constructor(evidence: Evidence, mute: (listener: number) => void) {
    this.#evidence = evidence;
    this.#mute = mute;
  }

  /** The rules that have looked as often as they may. */
  worn(): readonly CauseRule[] {
    return this.#rules.worn();
  }

  /** Reads a line for the listeners among the hits that are rules or wording. */
  read(line: Line, hits: readonly number[], known: KnownLine | null): void {
    let isToWeigh = false;
    for (const hit of hits) {
      if (hit === WORDING) isToWeigh = true;
      else if (hit >= FIRST_LOOK && hit < FIRST_MATCHER && !this.#evidence.isNoise) this.#look(hit, line, known);
    }
    if (isToWeigh) this.#weigh(line, known);
  }

  /** Reads a line with these rules, whatever hints it holds. */
  readWith(rules: readonly CauseRule[], line: Line): void {
    for (const rule of rules) if (rule.expression.test(line.text)) this.#evidence.rule(line, rule);
  }

  #look(hit: number, line: Line, known: KnownLine | null): void {
    const look = hit - FIRST_LOOK;
    const rule: CauseRule | 'known' | null = this.#rules.read(look, line, known?.proven.includes(hit) === true);
    if (rule === null) {
      if (known) drop(known, hit);
    } else if (rule !== 'known') {
      this.#evidence.rule(line, rule);
      if (known) prove(known, hit);
    }
    if (this.#rules.isWorn(look)) this.#mute(hit);
  }

  #weigh(line: Line, known: KnownLine | null): void {
    if (++this.#weighedLines >= MAX_WEIGHED_LINES) this.#mute(WORDING);
    if (this.#evidence.isNoise || this.#evidence.findings.isClaimed(line.number)) return;
    const weight = known?.weight ?? weighWording(line.text);
    if (known) known.weight = weight;
    if (weight > 0) this.#evidence.wording(line, weight);
    else if (known) drop(known, WORDING);
  }
}
