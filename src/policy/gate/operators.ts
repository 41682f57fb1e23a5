/** How tightly operators bind; more is tighter. What is between two levels here is the same in every language. */
export interface Operators {
  readonly binary: ReadonlyMap<string, number>;
  readonly prefix: ReadonlyMap<string, number>;
  /** Words after which an operand stands alone, so that brackets around all of it say nothing. */
  readonly openers: ReadonlySet<string>;
  /** A formatter takes the brackets of these away although commas stand between them. */
  readonly lists: ReadonlySet<string>;
  /** `f<T>(a)` is a call. */
  readonly hasGenerics: boolean;
  /** Texts side by side are one. */
  readonly joinsTexts: boolean;
  /** A brace after a condition without brackets opens a block. */
  readonly opensBlocks: boolean;
}

export const LOOSEST = 0;
export const ASSIGNMENT = 0.5;
export const POSTFIX = 15;
export const UNARY = 14;

function levels(rows: readonly (readonly [number, string])[]): ReadonlyMap<string, number> {
  return new Map(rows.flatMap(([level, operators]) => operators.split(' ').map((one): [string, number] => [one, level])));
}

const ASSIGNMENTS = '= := += -= *= /= %= &= |= ^= ??= ||= &&= **= <<= >>= //= => ->';

/** ECMAScript's, which C, C++, Java, C#, Kotlin and Dart share but for details that only keep more brackets. */
export const C_OPERATORS: Operators = {
  binary: levels([
    [ASSIGNMENT, ASSIGNMENTS],
    [1, '? :'],
    [2, '??'],
    [3, '||'],
    [4, '&&'],
    [5, '|'],
    [6, '^'],
    [7, '&'],
    [8, '== != === !=='],
    [9, '< > <= >= instanceof in is as satisfies of'],
    [10, '<< >> >>>'],
    [11, '+ -'],
    [12, '* / %'],
    [13, '**'],
    [POSTFIX, '. ?. :: ++ --'],
  ]),
  prefix: levels([
    [UNARY, '! ~ + - * & typeof void delete await new sizeof . ...'],
    [ASSIGNMENT, 'yield throw function class'],
  ]),
  openers: new Set(['return', 'case', 'throw', 'yield', 'default', 'async', 'extends', 'of']),
  lists: new Set(),
  hasGenerics: true,
  joinsTexts: false,
  opensBlocks: false,
};

export const GO_OPERATORS: Operators = {
  binary: levels([
    [ASSIGNMENT, ASSIGNMENTS],
    [0.6, ':'],
    [1, '||'],
    [2, '&&'],
    [3, '== != < <= > >='],
    [4, '+ - | ^'],
    [5, '* / % << >> & &^'],
    [POSTFIX, '. ++ --'],
  ]),
  prefix: levels([
    [UNARY, '! ^ + - * & < ...'],
    [ASSIGNMENT, 'func'],
  ]),
  openers: new Set(['return', 'case', 'if', 'for', 'switch', 'range']),
  lists: new Set(),
  hasGenerics: false,
  joinsTexts: false,
  opensBlocks: true,
};

export const RUST_OPERATORS: Operators = {
  binary: levels([
    [ASSIGNMENT, ASSIGNMENTS],
    [0.6, ': .. ..='],
    [1, '||'],
    [2, '&&'],
    [3, '== != < > <= >='],
    [4, '|'],
    [5, '^'],
    [6, '&'],
    [7, '<< >>'],
    [8, '+ -'],
    [9, '* / %'],
    [10, 'as'],
    [POSTFIX, '. ? ::'],
  ]),
  prefix: levels([
    [UNARY, '! - * & &mut'],
    [ASSIGNMENT, '| || .. ..= return break move async unsafe if match'],
  ]),
  openers: new Set(['return', 'if', 'while', 'match', 'in', 'break']),
  lists: new Set(),
  hasGenerics: true,
  joinsTexts: false,
  opensBlocks: true,
};

export const PYTHON_OPERATORS: Operators = {
  binary: levels([
    [LOOSEST, 'for async'],
    [0.1, ':'],
    [ASSIGNMENT, ASSIGNMENTS],
    [1, 'if else'],
    [2, 'or'],
    [3, 'and'],
    [5, '< > <= >= == != in is not as from'],
    [6, '|'],
    [7, '^'],
    [8, '&'],
    [9, '<< >>'],
    [10, '+ -'],
    [11, '* / // % @'],
    [13, '**'],
    [POSTFIX, '.'],
  ]),
  prefix: levels([
    [4, 'not'],
    [5, 'in'],
    [12, '+ - ~'],
    [UNARY, '* ** await'],
    [ASSIGNMENT, 'lambda yield from'],
  ]),
  openers: new Set([
    ...['return', 'if', 'elif', 'while', 'in', 'assert', 'yield', 'raise', 'del', 'with', 'for', 'import', 'else', 'except'],
  ]),
  lists: new Set(['for', 'del', 'import', 'with', 'return', 'yield', '=', 'in']),
  hasGenerics: false,
  joinsTexts: true,
  opensBlocks: false,
};
