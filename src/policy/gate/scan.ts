import { redundantBrackets } from './brackets.ts';
import type { Language } from './languages.ts';
import { settledSeparators } from './separators.ts';

const BLANKS = /[^\S\n]+/y;
const WORD = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const NUMBER = /0[xob][\da-f_]+\w*|(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:e[+-]?\d+)?\w*/iy;
const REGULAR_EXPRESSION = /\/(?![/*])(?:[^/\\[\n]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n]){0,200}\]){1,500}\/\w*/y;
/** What a template of JavaScript holds up to the next code that it embeds. */
const TEMPLATE_TEXT = /[^`\\$]*(?:(?:\\[\s\S]|\$(?!\{))[^`\\$]*)*/y;
/** Templates in templates are read so deep; of what is deeper every sign counts. */
const MAX_NESTING = 8;
/** After one of these a slash begins a regular expression in JavaScript. */
const BEFORE_OPERAND = /^(?:[=:([,;!&|?{}<>+*%~^-]|return|typeof|case|in|of)$/;
/** Words that take a block in Python, which may follow on the same line. */
const BLOCK = /^(?:if|elif|else|for|while|try|except|finally|with|def|class|async)$/;
const NAMESPACE = /^\/\/ *(?:end )?(?:anonymous )?namespace\b/;

/** One reading of a text, in time linear in its length. */
export class Scan {
  private readonly code: string[] = [];
  /** Indices of what begins a line. */
  private readonly begins = new Set<number>();
  readonly comments: string[] = [];
  private readonly text: string;
  private readonly language: Language;
  private at = 0;
  /** The last sign, also one that does not count. */
  private last = '';
  private beforeLast = '';
  private depth = 0;
  private readonly indents = [0];
  /** Where a logical line of an off-side language stands. */
  private first = '';
  private isLambda = false;
  private closes = 0;
  private isTicked = false;
  private readonly nesting: number;
  private hasEnded = false;

  /** @param embedded where code begins that a template embeds, and in how many templates it is: it is read up to its brace. */
  constructor(text: string, language: Language, embedded: { at: number; nesting: number } = { at: 0, nesting: 0 }) {
    this.text = text;
    this.language = language;
    this.at = embedded.at;
    this.nesting = embedded.nesting;
    if (language.offside) this.indent();
    while (this.at < text.length && !this.hasEnded) this.step();
    if (language.offside) this.endLine();
  }

  /** What was read, less brackets and commas that are layout. */
  tokens(): string[] {
    const { code, begins, language } = this;
    const { operators, script = false } = language;
    const redundant = operators ? redundantBrackets({ tokens: code, begins }, operators, script) : new Set<number>();
    return settledSeparators(
      code.filter((_token, index) => !redundant.has(index)),
      language,
    );
  }

  private step(): void {
    if (this.take(BLANKS) !== null) return;
    const comment = this.take(this.language.comment);
    if (comment !== null) this.addComment(comment);
    else this.codeStep();
  }

  private codeStep(): void {
    const literal = this.template() ?? this.take(this.language.text) ?? this.regularExpression();
    const number = literal === null ? this.take(NUMBER) : null;
    const word = literal === null && number === null ? this.take(WORD) : null;
    if (literal !== null) this.addText(literal);
    else if (number !== null) this.add(plainNumber(number));
    else if (word !== null) this.addWord(word);
    else this.addSign(String.fromCodePoint(this.text.codePointAt(this.at) ?? 0));
  }

  private take(expression: RegExp): string | null {
    expression.lastIndex = this.at;
    const [found] = expression.exec(this.text) ?? [];
    if (found === undefined || found === '') return null;
    this.at += found.length;
    return found;
  }

  private regularExpression(): string | null {
    const isPlace = this.language.script && this.text[this.at] === '/' && BEFORE_OPERAND.test(this.last || ';');
    const literal = isPlace ? this.take(REGULAR_EXPRESSION) : null;
    if (literal === null) return null;
    const flags = literal.lastIndexOf('/') + 1;
    return literal.slice(0, flags) + [...literal.slice(flags)].sort().join('');
  }

  /** A template of JavaScript, less the layout of the code that it embeds. */
  private template(): string | null {
    if (!this.language.script || this.text[this.at] !== '`') return null;
    this.at++;
    const parts = ['`'];
    for (;;) {
      parts.push(this.take(TEMPLATE_TEXT) ?? '');
      if (this.text[this.at] !== '$') break;
      parts.push('${', this.embedded(), '}');
    }
    this.at++;
    return `${parts.join('')}\``;
  }

  private embedded(): string {
    const at = this.at + '${'.length;
    if (this.nesting === MAX_NESTING) {
      this.at = this.text.length;
      return this.text.slice(at);
    }
    const inner = new Scan(this.text, this.language, { at, nesting: this.nesting + 1 });
    this.at = inner.at;
    this.comments.push(...inner.comments);
    return inner.tokens().join(' ');
  }

  private add(token: string): void {
    if (this.first === '') this.first = token;
    this.code.push(token);
    this.beforeLast = this.last;
    this.last = token;
  }

  private addComment(comment: string): void {
    // clang-format says at the end of a namespace that it is one.
    if (!NAMESPACE.test(comment)) for (const word of comment.match(/[\p{L}\p{N}_$]+|@/gu) ?? []) this.comments.push(word);
  }

  private addWord(word: string): void {
    // A line's end ends a bare return; what follows is not returned.
    const isBare =
      this.language.script && word === 'return' && /^[^\S\n]*(?:[;\n}]|\/\/|$)/.test(this.text.slice(this.at, this.at + 80));
    if (word === 'lambda') this.isLambda = true;
    this.add(isBare ? 'return;' : word);
  }

  private addText(literal: string): void {
    if (this.language.offside) this.addPythonText(literal);
    else this.addOtherText(literal);
  }

  private addOtherText(literal: string): void {
    const isScript = this.language.script ?? false;
    const content = contentOf(literal);
    if (isScript && content.trim() === '' && this.last === '{' && this.text.startsWith('}', this.at)) {
      // JSX's {" "} comes and goes with the breaking of lines.
      this.code.pop();
      this.at += 1;
      this.last = '}';
      return;
    }
    // A key of an object needs no quotes.
    const isKey =
      isScript &&
      (/^[{,;]$/.test(this.last) || (this.last !== '?' && this.begins.has(this.code.length))) &&
      /^\s{0,9}:/.test(this.text.slice(this.at, this.at + 10)) &&
      /^(?:[\p{L}_$][\p{L}\p{N}_$]*|\d{1,15})$/u.test(content);
    this.addLiteral(isKey ? content : `"${content}`, !isKey);
  }

  private addPythonText(literal: string): void {
    if (/^(?:[rbuf]|[rbf]{2})$/i.test(this.last) && /\w/.test(this.text[this.at - literal.length - 1] ?? '')) {
      const prefix = this.code.pop()?.toLowerCase().replace('u', '') ?? '';
      if (this.beforeLast === '\n') this.first = '';
      this.last = this.beforeLast;
      if (prefix !== '') this.code.push(`${prefix}"`);
    }
    const isTriple = /^(?:"""|''')/.test(literal);
    const content = (isTriple ? literal.slice(3, -3) : literal.slice(1, -1)).replace(/\\(['"])/g, '$1');
    // A docstring is laid out like a comment.
    if (this.first === '' && this.depth === 0) {
      this.first = '"';
      this.code.push('"');
      for (const word of content.split(/\s+/)) if (word !== '') this.code.push(`"${word}`);
      this.last = 'docstring';
    } else this.addLiteral(`"${content}`, true);
  }

  /** Neighbours are one: formatters break and join long strings. */
  private addLiteral(content: string, joins: boolean): void {
    const previous = this.code.at(-1);
    if (joins && this.last === '"' && previous !== undefined) this.code[this.code.length - 1] = previous + content.slice(1);
    else this.add(content);
    this.last = joins ? '"' : content;
  }

  private addSign(sign: string): void {
    this.at += sign.length;
    if (sign === '}' && this.depth === 0 && this.nesting > 0) {
      this.hasEnded = true;
      return;
    }
    if ('([{'.includes(sign)) this.depth++;
    if (')]}'.includes(sign)) this.depth = Math.max(0, this.depth - 1);
    if (sign === '\n') {
      this.begins.add(this.code.length);
      if (this.language.shell) this.addSeparator();
      if (this.language.offside && this.depth === 0) this.endLine();
      return;
    }
    if (sign === '\\' && this.text[this.at] === '\n') {
      this.at += 1;
      return;
    }
    if (this.language.offside && this.depth === 0 && (sign === ';' || sign === ':')) {
      this.addPythonSign(sign);
      return;
    }
    // A type's first `|` is there only when each member has a line of its own.
    if (this.language.script && '|&'.includes(sign) && /^[=:<>?([|,]$/.test(this.last) && this.isAlone(sign)) return;
    if (this.language.shell && sign === ';') this.addSeparator();
    else if (this.language.shell && sign === '`') this.addTick();
    else if (!/\s/.test(sign)) this.add(sign);
  }

  /** The sign that was just read is not one of two. */
  private isAlone(sign: string): boolean {
    return this.text[this.at] !== sign && this.text[this.at - 2] !== sign;
  }

  /** Of a line's ends and semicolons one counts. */
  private addSeparator(): void {
    if (this.code.at(-1) !== ';') this.code.push(';');
    this.last = ';';
  }

  private addTick(): void {
    this.isTicked = !this.isTicked;
    this.add(this.isTicked ? '(' : ')');
  }

  private addPythonSign(sign: string): void {
    const rest = /^[^\S\n]*[^\s#]/.test(this.text.slice(this.at, this.at + 200));
    if (sign === ';') {
      if (rest) this.code.push('\n');
      return;
    }
    this.add(':');
    if (!rest || this.isLambda || !BLOCK.test(this.first)) return;
    this.code.push('\n', '⇥');
    this.closes++;
    this.first = '';
  }

  /** Ends a logical line of an off-side language, and reads how far the next is indented. */
  private endLine(): void {
    if (this.first !== '' || this.closes > 0) this.code.push('\n');
    for (; this.closes > 0; this.closes--) this.code.push('⇤');
    this.first = '';
    this.last = '\n';
    this.isLambda = false;
    this.indent();
  }

  private indent(): void {
    const blanks = this.take(BLANKS) ?? '';
    const next = this.text[this.at];
    if (next === '\n' || next === '#') return;
    const width = next === undefined ? 0 : blanks.replaceAll('\t', '        ').length;
    if (width > (this.indents.at(-1) ?? 0)) {
      this.indents.push(width);
      this.code.push('⇥');
    }
    while (width < (this.indents.at(-1) ?? 0)) {
      this.indents.pop();
      this.code.push('⇤');
    }
  }
}

/** What a literal holds, less the quotes and how they are escaped. */
function contentOf(literal: string): string {
  if (literal.startsWith('/') || literal.startsWith('`')) return literal;
  return literal.slice(1, -1).replace(/\\(['"])/g, '$1');
}

/** `0XAB` and `0xab`, `.50` and `0.5`, `1e+3` and `1e3` are one number each. */
function plainNumber(number: string): string {
  const lower = number.toLowerCase();
  if (/^0[xob]/.test(lower)) return lower;
  const [whole = '', exponent] = lower.replace('e+', 'e').split('e');
  const mantissa = whole.includes('.')
    ? whole
        .replace(/^0+(?=\d)/, '')
        .replace(/^\./, '0.')
        .replace(/(\.\d*?)0{1,400}(?=\D*$)/, '$1')
        .replace(/\.(?=\D*$)/, '')
    : whole;
  return exponent === undefined ? mantissa : `${mantissa}e${exponent}`;
}
