/** How long to wait before the next attempt. `linear` and `fibonacci` are ours; pg-boss knows only the other two. */
export interface RetryPlan {
  strategy: 'fixed' | 'linear' | 'exponential' | 'fibonacci';
  /** The unit, in seconds: the first wait of every strategy. */
  baseSeconds: number;
  /** No wait is longer, in seconds. */
  capSeconds: number;
  /** Attempts after the first. */
  limit: number;
}

/**
 * Seconds to wait before retry number `retry` (1 for the first), without jitter.
 * fixed 1 1 1 1, linear 1 2 3 4, exponential 1 2 4 8, fibonacci 1 2 3 5 times the base, each at most the cap.
 */
export function retryDelaySeconds(plan: RetryPlan, retry: number): number {
  return Math.min(plan.capSeconds, plan.baseSeconds * factor(plan.strategy, retry));
}

function factor(strategy: RetryPlan['strategy'], retry: number): number {
  switch (strategy) {
    case 'fixed':
      return 1;
    case 'linear':
      return retry;
    case 'exponential':
      return 2 ** Math.min(retry - 1, 30);
    case 'fibonacci':
      return fibonacci(retry);
  }
}

function fibonacci(retry: number): number {
  let [previous, current] = [1, 1];
  for (let step = 1; step < Math.min(retry, 60); step++) [previous, current] = [current, previous + current];
  return current;
}
