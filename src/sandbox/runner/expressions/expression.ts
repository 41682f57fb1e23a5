import { data, Evaluator, type Expr, ExpressionError, Lexer, Parser } from '@actions/expressions';
import { TokenType } from '@actions/expressions/lexer';
import { boundedFunctions } from './bounded-functions.ts';
import { ExpressionFault } from './fault.ts';

/** Where an expression stands decides which contexts and functions it may use; see availability.ts. */
export interface Availability {
  contexts: readonly string[];
  functions: readonly FunctionName[];
}

export type FunctionName = 'always' | 'cancelled' | 'success' | 'failure' | 'hashFiles';

/** What an expression sees: a value for each context, and the functions that depend on where the run is. */
export interface Scope {
  contexts: Readonly<Record<string, unknown>>;
  functions: Readonly<Partial<Record<FunctionName, (...args: string[]) => boolean | string>>>;
}

/** Longer expressions are refused. Source: `MAX_EXPRESSION_LENGTH` of GitHub's own package (it does not check it itself). */
const MAX_EXPRESSION_LENGTH = 21_000;

const STATUS_FUNCTIONS = new Set(['always', 'cancelled', 'success', 'failure']);

/** An expression whose names and syntax have been checked. */
export interface ParsedExpression {
  /** Null for an empty expression, whose value is empty. */
  tree: Expr | null;
  usesStatusFunction: boolean;
}

/** Reads one expression, without `${{ }}`. Throws ExpressionFault. */
export function parseExpression(text: string, availability: Availability): ParsedExpression {
  if (text.length > MAX_EXPRESSION_LENGTH) {
    throw new ExpressionFault(`Exceeded max expression length ${MAX_EXPRESSION_LENGTH}`);
  }
  try {
    const { tokens } = new Lexer(text.trim()).lex();
    const functions = availability.functions.map((name) => ({ name, minArgs: name === 'hashFiles' ? 1 : 0, maxArgs: 255 }));
    // `parse` is typed as if there were always a tree; for no tokens it gives undefined.
    const tree: Expr | undefined = new Parser(tokens, [...availability.contexts], functions).parse();
    const usesStatusFunction = tokens.some(
      (token, index) =>
        token.type === TokenType.IDENTIFIER &&
        STATUS_FUNCTIONS.has(token.lexeme.toLowerCase()) &&
        tokens[index + 1]?.type === TokenType.LEFT_PAREN,
    );
    return { tree: tree ?? null, usesStatusFunction };
  } catch (error) {
    throw new ExpressionFault(describe(error, text), { cause: error });
  }
}

/** The value of one expression. Throws ExpressionFault. */
export function evaluateExpression(text: string, availability: Availability, scope: Scope): data.ExpressionData {
  const { tree } = parseExpression(text, availability);
  if (tree === null) return new data.StringData('');
  const contexts = new data.Dictionary(
    ...availability.contexts.map((key) => ({ key, value: toData(scope.contexts[key] ?? {}) })),
  );
  try {
    return new Evaluator(tree, contexts, functionTable(availability, scope)).evaluate();
  } catch (error) {
    if (error instanceof ExpressionFault) throw error;
    throw new ExpressionFault(`The template is not valid. ${message(error)}`, { cause: error });
  }
}

/** GitHub's truth: false, 0, -0, NaN, '' and null are false. */
export function isTruthy(value: data.ExpressionData): boolean {
  if (value.kind === data.Kind.Array || value.kind === data.Kind.Dictionary) return true;
  const plain = toPlain(value);
  return Boolean(plain);
}

/** JSON value → the evaluator's own. */
export function toData(value: unknown): data.ExpressionData {
  return JSON.parse(JSON.stringify(value ?? null), data.reviver);
}

/** The evaluator's value → JSON value. Throws ExpressionFault when it is nested too deep. */
export function toPlain(value: data.ExpressionData): unknown {
  try {
    return JSON.parse(JSON.stringify(value, data.replacer) ?? 'null');
  } catch (error) {
    throw new ExpressionFault(`The value can't be read: ${message(error)}`, { cause: error });
  }
}

type FunctionTable = NonNullable<ConstructorParameters<typeof Evaluator>[2]>;

function functionTable(availability: Availability, scope: Scope): FunctionTable {
  const table: FunctionTable = new Map(boundedFunctions);
  for (const name of availability.functions) {
    const call = scope.functions[name];
    if (!call) continue;
    table.set(name.toLowerCase(), {
      name,
      minArgs: 0,
      maxArgs: 255,
      call: (...args) => toData(call(...args.map((arg) => arg.coerceString()))),
    });
  }
  return table;
}

function describe(error: unknown, text: string): string {
  if (!(error instanceof ExpressionError)) return message(error);
  return `${error.message}. Located at position ${error.pos.column + 1} within expression: ${text.trim()}`;
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
