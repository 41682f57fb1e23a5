/** Numbers of a set of times, in milliseconds; those of no times are null. */
export interface Spread {
  n: number;
  /** Exact. */
  meanMs: number | null;
  /** Within `RELATIVE_ERROR` of the value at that rank. */
  medianMs: number | null;
  p95Ms: number | null;
}

/** What is stored of a set of times: how many, their sum, and a sketch or several ones after another. */
export interface StoredTimes {
  n: number;
  sumMs: number;
  sketch: Uint8Array;
  /** Of times that are in `sketch` and do not belong there; `n` and `sumMs` lack them already. */
  taken?: Uint8Array;
}

const BUCKETS = 256;
const FIRST_MS = 1_000;
/** The last full bucket ends at 35 days, GitHub's limit for a run: https://docs.github.com/en/actions/reference/limits */
const SPAN_S = 3_024_000;
const GAMMA = SPAN_S ** (1 / (BUCKETS - 2));
const ENTRY_BYTES = 4;

/** How far a quantile may be from the value that stands at its rank, for times from 1 s to 35 days: 2.94 %. */
export const RELATIVE_ERROR = (GAMMA - 1) / (GAMMA + 1);

/**
 * Merges sketches and reads their quantiles. A sketch counts times in logarithmic buckets (as DDSketch, Masson et al. 2019),
 * so any number of them add up to the sketch of all their times, in any order; a list of them is their bytes one after
 * another. The migration 0006 holds the same buckets in SQL.
 */
export function spreadOf({ n, sumMs, sketch, taken }: StoredTimes): Spread {
  if (n === 0) return { n: 0, meanMs: null, medianMs: null, p95Ms: null };
  const counts = countsOf(sketch);
  if (taken) for (const [bucket, count] of countsOf(taken).entries()) counts[bucket] = (counts[bucket] ?? 0) - count;
  return { n, meanMs: Math.round(sumMs / n), medianMs: quantile(counts, n, 0.5), p95Ms: quantile(counts, n, 0.95) };
}

function countsOf(sketch: Uint8Array): Float64Array {
  const counts = new Float64Array(BUCKETS);
  const view = new DataView(sketch.buffer, sketch.byteOffset, sketch.byteLength);
  for (let at = 0; at + ENTRY_BYTES <= sketch.byteLength; at += ENTRY_BYTES) {
    const entry = view.getUint32(at);
    counts[entry >>> 24] = (counts[entry >>> 24] ?? 0) + (entry & 0xff_ff_ff);
  }
  return counts;
}

/** The value at rank ⌈q·n⌉. */
function quantile(counts: Float64Array, n: number, q: number): number {
  const rank = Math.ceil(q * n);
  let seen = 0;
  for (const [bucket, count] of counts.entries()) {
    seen += count;
    if (seen >= rank) return middleOf(bucket);
  }
  return middleOf(BUCKETS - 1);
}

/** The value of a bucket that is nowhere further from what fell into it than `RELATIVE_ERROR`. */
function middleOf(bucket: number): number {
  if (bucket === 0) return FIRST_MS / 2;
  return Math.round((2 * GAMMA ** bucket * FIRST_MS) / (GAMMA + 1));
}
