/** One measured number. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  goal?: Goal;
}

export interface Goal {
  is: 'at most' | 'at least';
  value: number;
}

/** A part of the bench: one file in `sections/`. */
export interface Section {
  /** What `npm run bench NAME` takes. */
  name: string;
  title: string;
  /** What was done, so that a reader can judge the figures and repeat them. */
  about: string;
  /** Measures; `say` tells progress to the person who waits. */
  run(say: (text: string) => void): Promise<Figure[]>;
}

/** Whether a figure reaches its goal; null without one. */
export function isMet({ value, goal }: Figure): boolean | null {
  if (!goal) return null;
  return goal.is === 'at most' ? value <= goal.value : value >= goal.value;
}
