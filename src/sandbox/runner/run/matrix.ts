import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { ExpressionFault } from '../expressions/fault.ts';

export type Combination = Record<string, unknown>;

/** Source: https://docs.github.com/actions/reference/limits – "256 jobs per workflow run" from one matrix. */
const MAX_COMBINATIONS = 256;

const list = z.array(z.record(z.string(), z.unknown()));

/**
 * All combinations of a matrix whose expressions have been evaluated: the product of the lists, less `exclude`, and with
 * `include` merged in or added. Throws ExpressionFault.
 * Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrix
 */
export function unfoldMatrix(matrix: unknown): Combination[] {
  const parsed = z.record(z.string(), z.unknown()).safeParse(matrix);
  if (!parsed.success) throw new ExpressionFault("Error when evaluating 'strategy': a matrix must be a mapping");
  const { include, exclude, ...axes } = parsed.data;
  const includes = combinationList(include, 'include');
  const excludes = combinationList(exclude, 'exclude');
  const product = Object.keys(axes).length === 0 ? [] : productOf(axes);
  const originals = product.filter((one) => !excludes.some((excluded) => covers(one, excluded)));
  const combinations = merge(originals, includes);
  if (combinations.length === 0) throw new ExpressionFault('Matrix vector does not contain any values');
  if (combinations.length > MAX_COMBINATIONS) {
    throw new ExpressionFault(`Matrix exceeds the maximum of ${MAX_COMBINATIONS} jobs`);
  }
  return combinations;
}

function combinationList(value: unknown, name: string): Combination[] {
  if (value === undefined || value === null) return [];
  const parsed = list.safeParse(value);
  if (!parsed.success) throw new ExpressionFault(`Error when evaluating 'strategy': '${name}' must be a sequence of mappings`);
  return parsed.data;
}

function productOf(axes: Record<string, unknown>): Combination[] {
  let product: Combination[] = [{}];
  for (const [name, values] of Object.entries(axes)) {
    if (!Array.isArray(values) || values.length === 0)
      throw new ExpressionFault(`Matrix vector '${name}' does not contain any values`);
    if (product.length * values.length > MAX_COMBINATIONS * 16) {
      throw new ExpressionFault(`Matrix exceeds the maximum of ${MAX_COMBINATIONS} jobs`);
    }
    product = product.flatMap((one) => values.map((value: unknown) => ({ ...one, [name]: value })));
  }
  return product;
}

function covers(combination: Combination, part: Combination): boolean {
  return Object.entries(part).every(([name, value]) => isDeepStrictEqual(combination[name], value));
}

/** An `include` is merged into each original it doesn't contradict; when there is none, it is a combination of its own. */
function merge(originals: readonly Combination[], includes: readonly Combination[]): Combination[] {
  const merged = originals.map((one) => ({ ...one }));
  const added: Combination[] = [];
  for (const include of includes) {
    let isMerged = false;
    for (const [index, original] of originals.entries()) {
      const shared = Object.fromEntries(Object.entries(include).filter(([name]) => name in original));
      if (!covers(original, shared)) continue;
      merged[index] = { ...merged[index], ...include };
      isMerged = true;
    }
    if (!isMerged) added.push({ ...include });
  }
  return [...merged, ...added];
}

/** `build` → `build (ubuntu-latest, 20)`: how GitHub tells the jobs of a matrix apart when they have no names of their own. */
export function matrixSuffix(combination: Combination): string {
  const values = Object.values(combination).flatMap(leaves);
  return values.length === 0 ? '' : ` (${values.join(', ')})`;
}

function leaves(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [String(value ?? '')];
  return Object.values(value).flatMap(leaves);
}
