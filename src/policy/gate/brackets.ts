import { ASSIGNMENT, LOOSEST, type Operators, POSTFIX, UNARY } from './operators.ts';

/** Tokens of a file, and the indices of those that begin a line. */
export interface Tokens {
  readonly tokens: readonly string[];
  readonly begins: ReadonlySet<number>;
}

/** A bracket that is open, and what is known of what stands in it. */
interface Group {
  readonly sign: string;
  readonly open: number;
  /** The level of the operator before the bracket, and that of the loosest one in it. */
  readonly before: number;
  readonly isCall: boolean;
  level: number;
  count: number;
  /** Commas and semicolons between its elements, and where the last stands. */
  commas: number;
  lastComma: number;
  /** The last token ended an operand, so that the next sign is an operator between two. */
  isAfterOperand: boolean;
  /** The level of the operator that the next operand belongs to. */
  left: number;
}

const OPENING = '([{';
const CLOSING = ')]}';
const SIGN = /^[^\p{L}\p{N}_$"\s]$/u;
const TIGHTEST = POSTFIX + 2;
const LONGEST_OPERATOR = 3;
/** `f"`, as a scan writes it before a text. */
const PREFIX_OF_TEXT = /^\w{1,3}"$/;

/** Pairs where the level is the same, and the brackets say nothing all the same: `(a + b) - c`, `a && (b && c)`. */
const LEFT_ASSOCIATIVE = /^(?:[+\-*/.]|&&|\|\||and|or)$/;

/**
 * Which round brackets group: those without which operators would take other operands, those of calls, and those of lists. The
 * rest is layout, which formatters add and take away. In doubt one counts.
 */
export function redundantBrackets(file: Tokens, operators: Operators, isScript: boolean): Set<number> {
  return new Reading(file, operators, isScript).redundant;
}

class Reading {
  readonly redundant = new Set<number>();
  private readonly file: Tokens;
  private readonly operators: Operators;
  private readonly isScript: boolean;
  private readonly groups: Group[] = [];
  private group: Group = newGroup('', -1, LOOSEST, false);

  constructor(file: Tokens, operators: Operators, isScript: boolean) {
    this.file = file;
    this.operators = operators;
    this.isScript = isScript;
    for (let at = 0; at < file.tokens.length; ) at += this.step(at);
  }

  private tokenAt(at: number): string {
    return this.file.tokens[at] ?? '';
  }

  /** Reads one token or operator; returns how many tokens it has. */
  private step(at: number): number {
    const token = this.tokenAt(at);
    this.group.count++;
    if (token !== '' && OPENING.includes(token)) return this.open(token, at);
    if (token !== '' && CLOSING.includes(token)) return this.close(at);
    if (token === ',' || token === ';' || token === '\n' || token === '⇥' || token === '⇤') {
      if (token === ',' || token === ';') {
        this.group.commas++;
        this.group.lastComma = at;
      }
      this.begin();
      return 1;
    }
    return this.operatorOrOperand(token, at);
  }

  private operatorOrOperand(token: string, at: number): number {
    const isSign = SIGN.test(token);
    const { isAfterOperand } = this.group;
    const table = isAfterOperand ? this.operators.binary : this.operators.prefix;
    const operator = this.operatorAt(at, table);
    const isWord = !isSign;
    if (operator !== null) {
      const level = table.get(operator) ?? LOOSEST;
      if (isAfterOperand || level < POSTFIX) this.group.level = Math.min(this.group.level, level);
      this.group.left = level;
      this.group.isAfterOperand = isAfterOperand && /^(?:\+\+|--|\?)$/.test(operator) && level === POSTFIX;
      return isWord ? 1 : operator.length;
    }
    if (isWord && this.operators.openers.has(token)) {
      this.group.level = LOOSEST;
      this.begin();
      return 1;
    }
    // The mark of a private name.
    if (token === '#' && this.isScript) return 1;
    if (isSign) {
      this.group.level = LOOSEST;
      this.group.left = POSTFIX;
      this.group.isAfterOperand = isAfterOperand;
      return 1;
    }
    if (PREFIX_OF_TEXT.test(token)) return 1;
    // Two operands side by side are a type and a name, or two statements; two texts of Python are one.
    if (isAfterOperand && !(this.operators.joinsTexts && /^\w{0,3}"/.test(token))) this.group.level = LOOSEST;
    this.group.isAfterOperand = true;
    return 1;
  }

  /** The longest operator at an index: signs are tokens of one character each. */
  private operatorAt(at: number, table: ReadonlyMap<string, number>): string | null {
    const first = this.tokenAt(at);
    if (!SIGN.test(first)) return table.has(first) ? first : null;
    let signs = '';
    let found: string | null = null;
    for (let end = at; end < at + LONGEST_OPERATOR && SIGN.test(this.tokenAt(end)); end++) {
      signs += this.tokenAt(end);
      if (table.has(signs)) found = signs;
    }
    return found;
  }

  private begin(): void {
    this.group.isAfterOperand = false;
    this.group.left = LOOSEST;
  }

  private open(sign: string, at: number): number {
    this.groups.push(this.group);
    this.group = newGroup(sign, at, this.group.left, this.group.isAfterOperand || this.isGeneric(at));
    return 1;
  }

  /** `f<T>(a)` is a call; `a > (b)` may count as one. */
  private isGeneric(at: number): boolean {
    return this.operators.hasGenerics && this.tokenAt(at - 1) === '>' && !/^[=-]$/.test(this.tokenAt(at - 2));
  }

  private close(at: number): number {
    const closed = this.group;
    this.group = this.groups.pop() ?? newGroup('', -1, LOOSEST, false);
    this.group.isAfterOperand = true;
    if (closed.sign === '(' && this.tokenAt(at) === ')' && this.isRedundant(closed, at)) {
      this.redundant.add(closed.open).add(at);
    }
    if (closed.sign === '{' && closed.isCall) this.group.level = LOOSEST;
    return 1;
  }

  private isRedundant(group: Group, end: number): boolean {
    const inner = group.count - 1;
    const previous = this.tokenAt(group.open - 1);
    if (inner === 0) return group.isCall && this.isEmptyLayout(group.open);
    if (group.isCall) return false;
    if (this.isArrowAt(end + 1)) return inner === 1 && this.isScript;
    if (group.commas > 0) return this.isBareList(group, end);
    if (this.isElement(group, end)) return true;
    const { level: after, operator } = this.levelAfter(end + 1);
    const isLeft = group.level > after || (group.level === after && LEFT_ASSOCIATIVE.test(operator));
    const isRight = group.level > group.before || (group.level === group.before && isChain(group.level, previous));
    return isLeft && isRight && group.level > LOOSEST;
  }

  /** `new A()` and `new A` are the same in JavaScript, `class A():` and `class A:` in Python. */
  private isEmptyLayout(open: number): boolean {
    if (!this.isScript) return this.operators.joinsTexts && this.tokenAt(open - 2) === 'class';
    let at = open - 1;
    for (let steps = 0; steps < 10 && this.tokenAt(at - 1) === '.'; steps++) at -= 2;
    return this.tokenAt(at - 1) === 'new' && this.tokenAt(open + 2) !== '.';
  }

  /** `return (a, b)` and `return a, b` are the same in Python, but `(a,)` is a list and `a` is none. */
  private isBareList({ open, commas, lastComma }: Group, end: number): boolean {
    const previous = this.tokenAt(open - 1);
    const isEnd = /^[=ry]/.test(previous) ? this.tokenAt(end + 1) === '\n' : true;
    if (!this.operators.lists.has(previous) || !isEnd) return false;
    if (lastComma !== end - 1) return true;
    const isRedundant = commas > 1 || /^(?:import|with)$/.test(previous);
    if (isRedundant) this.redundant.add(lastComma);
    return isRedundant;
  }

  private isArrowAt(at: number): boolean {
    return '=-'.includes(this.tokenAt(at) || ' ') && this.tokenAt(at + 1) === '>';
  }

  /** JSX that has lines of its own. */
  private isElement(group: Group, end: number): boolean {
    return this.isScript && this.tokenAt(group.open + 1) === '<' && this.tokenAt(end - 1) === '>' && group.before < UNARY;
  }

  private levelAfter(at: number): { level: number; operator: string } {
    const next = this.tokenAt(at);
    const ends = next === '' || CLOSING.includes(next) || /^[,;\n⇥⇤]$/.test(next);
    if (ends) return { level: LOOSEST, operator: '' };
    const operator = this.operatorAt(at, this.operators.binary);
    if (operator !== null) return { level: this.operators.binary.get(operator) ?? LOOSEST, operator };
    if (next === '{' ? this.operators.opensBlocks : this.isScript && this.file.begins.has(at) && !SIGN.test(next))
      return { level: LOOSEST, operator: '' };
    const isPostfix = next === '[' || (next === '(' && this.isScript);
    return { level: isPostfix ? POSTFIX : TIGHTEST, operator: '' };
  }
}

/** Whether brackets on the right side of an operator say nothing where the level in them is its own. */
function isChain(level: number, operator: string): boolean {
  // `!(await a)`, but not `-(-a)`.
  if (level === UNARY) return !/^[+-]$/.test(operator);
  // `a = (b = c)`, and `() => (b = c)`.
  if (level === ASSIGNMENT) return /^[=>]$/.test(operator);
  return /^[&|]$|^(?:and|or)$/.test(operator);
}

function newGroup(sign: string, open: number, before: number, isCall: boolean): Group {
  return {
    sign,
    open,
    before,
    isCall,
    level: TIGHTEST - 1,
    count: 0,
    commas: 0,
    lastComma: -1,
    isAfterOperand: false,
    left: LOOSEST,
  };
}
