/** Figures of one case: 0 to 1 each, or `null` where the case says nothing of it. `worth` orders cases, worst first. */
export type Scores = Record<string, number | null> & { worth: number };

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function f1(precision: number, recall: number): number {
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

export function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

export function rounded(value: number): number {
  return Number(value.toFixed(3));
}
