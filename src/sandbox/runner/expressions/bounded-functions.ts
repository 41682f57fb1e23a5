import { type data, wellKnownFunctions } from '@actions/expressions';
import { ExpressionFault } from './fault.ts';

/**
 * No value of an expression may be longer than this, in characters. GitHub limits the memory of an evaluation to
 * 10 MB and says so in the words below; without a limit, `format` in `format` in `format` doubles at each level.
 * Source: `MaxMemory` in `EvaluationOptions` of https://github.com/actions/runner
 */
const MAX_VALUE_LENGTH = 10 * 1024 * 1024;

type FunctionDefinition = (typeof wellKnownFunctions)[string];

/** The longest that a function's result can be for arguments of these lengths. */
type Bound = (args: readonly string[], values: readonly data.ExpressionData[]) => number;

const BOUNDS: Readonly<Record<string, Bound>> = {
  format: ([template = '', ...args]) => template.length + occurrences(template, '{') * longest(args),
  join: ([, separator = ','], [list]) => {
    const items = list && 'values' in list ? list.values().map((item) => item.coerceString()) : [];
    return items.reduce((sum, item) => sum + item.length + separator.length, 0);
  },
  // A quote or a control character may become six characters.
  tojson: (_args, values) => values.reduce((sum, value) => sum + weight(value) * 6, 0),
};

/** GitHub's own `format`, `join` and `toJson`, refusing what would become too long before it does. */
export const boundedFunctions: ReadonlyMap<string, FunctionDefinition> = new Map(
  Object.entries(BOUNDS).flatMap(([name, bound]) => {
    const original = wellKnownFunctions[name];
    return original ? [[name, bounded(original, bound)] as const] : [];
  }),
);

function bounded(original: FunctionDefinition, bound: Bound): FunctionDefinition {
  return {
    ...original,
    call: (...values) => {
      const args = values.map((value) => value.coerceString());
      if (bound(args, values) > MAX_VALUE_LENGTH) throw new ExpressionFault('The maximum allowed memory size was exceeded');
      return original.call(...values);
    },
  };
}

function occurrences(text: string, character: string): number {
  return text.split(character).length - 1;
}

function longest(texts: readonly string[]): number {
  return texts.reduce((length, text) => Math.max(length, text.length), 0);
}

/** About how many characters a value holds, with indentation. */
function weight(value: data.ExpressionData, depth = 1): number {
  if ('pairs' in value)
    return value.pairs().reduce((sum, pair) => sum + pair.key.length + depth + weight(pair.value, depth + 1), 2);
  if ('values' in value) return value.values().reduce((sum, item) => sum + depth + weight(item, depth + 1), 2);
  return value.coerceString().length + 2;
}
