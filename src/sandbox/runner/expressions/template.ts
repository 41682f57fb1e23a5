import { AVAILABILITY, type WorkflowKey } from './availability.ts';
import { evaluateExpression, isTruthy, parseExpression, type Scope, toPlain } from './expression.ts';
import { ExpressionFault } from './fault.ts';

const OPEN = '${{';

type Segment = { text: string } | { expression: string };

/** Cuts a text into what stands outside and inside `${{ }}`. A `}}` inside a quoted string does not close. Throws ExpressionFault. */
function segments(template: string): Segment[] {
  const found: Segment[] = [];
  let at = 0;
  for (let open = template.indexOf(OPEN); open >= 0; open = template.indexOf(OPEN, at)) {
    if (open > at) found.push({ text: template.slice(at, open) });
    const close = closing(template, open + 3);
    found.push({ expression: template.slice(open + 3, close) });
    at = close + 2;
  }
  if (at < template.length) found.push({ text: template.slice(at) });
  return found;
}

function closing(template: string, from: number): number {
  let quoted = false;
  for (let at = from; at < template.length; at++) {
    if (template[at] === "'") quoted = !quoted;
    else if (!quoted && template.startsWith('}}', at)) return at;
  }
  throw new ExpressionFault(
    `The expression is not closed. An unescaped ${OPEN} sequence was found, but the closing }} sequence was not found.`,
  );
}

/** Checks all expressions of a text without evaluating them. Throws ExpressionFault. */
export function checkTemplate(template: string, key: WorkflowKey): void {
  for (const segment of segments(template)) {
    if (!('expression' in segment)) continue;
    if (segment.expression.trim() === '') throw new ExpressionFault('An expression was expected');
    parseExpression(segment.expression, AVAILABILITY[key]);
  }
}

/** Checks an `if`, which is an expression with or without `${{ }}`. Throws ExpressionFault. */
export function checkCondition(condition: string, key: 'job.if' | 'step.if'): void {
  if (condition.includes(OPEN)) checkTemplate(condition, key);
  else parseExpression(condition, AVAILABILITY[key]);
}

/** A text with its expressions replaced by their values. Throws ExpressionFault. */
export function evaluateText(template: string, key: WorkflowKey, scope: Scope): string {
  return segments(template)
    .map((segment) =>
      'text' in segment ? segment.text : evaluateExpression(segment.expression, AVAILABILITY[key], scope).coerceString(),
    )
    .join('');
}

/**
 * Any value of the workflow file with all expressions in it evaluated. A text that is one expression gets that
 * expression's value with its type (so a matrix may come from `fromJSON`); other texts stay texts. Throws ExpressionFault.
 */
export function evaluateValue(value: unknown, key: WorkflowKey, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => evaluateValue(item, key, scope));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, evaluateValue(item, key, scope)]));
  }
  if (typeof value !== 'string' || !value.includes(OPEN)) return value;
  const [only, ...others] = segments(value.trim());
  if (only && others.length === 0 && 'expression' in only) {
    return toPlain(evaluateExpression(only.expression, AVAILABILITY[key], scope));
  }
  return evaluateText(value, key, scope);
}

/**
 * Whether a job or step runs. Without a status function in it, a condition means `success() && (condition)`.
 * Source: https://docs.github.com/actions/reference/workflows-and-actions/expressions#status-check-functions
 * Throws ExpressionFault.
 */
export function evaluateCondition(condition: string | undefined, key: 'job.if' | 'step.if', scope: Scope): boolean {
  const success = scope.functions.success?.() === true;
  if (condition === undefined || condition.trim() === '') return success;
  const parts = segments(condition.trim());
  const [only] = parts;
  if (parts.length === 1 && only) {
    const text = 'expression' in only ? only.expression : only.text;
    const { usesStatusFunction } = parseExpression(text, AVAILABILITY[key]);
    if (!usesStatusFunction && !success) return false;
    return isTruthy(evaluateExpression(text, AVAILABILITY[key], scope));
  }
  // Text around an expression makes the whole a text, which is true unless empty; GitHub does so too.
  return success && evaluateText(condition, key, scope) !== '';
}
