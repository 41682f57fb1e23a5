/** What a pull request of the action, or its review, says of itself, for the next run: it has no other memory. */
export interface Marker {
  /** The branch that failed, and the failed commit. */
  base: string;
  sha: string;
  fingerprints: readonly string[];
  /** `null` while nobody has judged it. */
  outcome: 'verified' | 'refuted' | null;
  /** Names of the jobs that must be green, by workflow. */
  heals: readonly { workflowPath: string; jobs: readonly string[] }[];
  /** Of suggestions only: the hash of all that they say. */
  saysHash?: string;
}

const BEGIN = '<!-- regreen:action=';
const PATTERN = /<!-- regreen:action=([\w%.~!*'()-]{2,20000}) -->/;

/** Hidden in Markdown. Encoded, so that no branch name ends the comment. */
export function writeMarker(marker: Marker): string {
  return `${BEGIN}${encodeURIComponent(JSON.stringify(marker))} -->`;
}

/** @returns `null` where there is none, or somebody has made another thing of it */
export function readMarker(body: string): Marker | null {
  const [, written] = PATTERN.exec(body) ?? [];
  if (written === undefined) return null;
  try {
    return toMarker(JSON.parse(decodeURIComponent(written)));
  } catch {
    return null;
  }
}

/** The same body with another marker. */
export function replaceMarker(body: string, marker: Marker): string {
  return body.replace(PATTERN, () => writeMarker(marker));
}

function toMarker(value: unknown): Marker | null {
  if (!isRecord(value)) return null;
  const { base, sha, fingerprints, outcome, heals, saysHash } = value;
  if (typeof base !== 'string' || typeof sha !== 'string' || !isTexts(fingerprints) || !Array.isArray(heals)) return null;
  const read = heals.flatMap((one: unknown) =>
    isRecord(one) && typeof one['workflowPath'] === 'string' && isTexts(one['jobs'])
      ? [{ workflowPath: one['workflowPath'], jobs: one['jobs'] }]
      : [],
  );
  return {
    base,
    sha,
    fingerprints,
    outcome: outcome === 'verified' || outcome === 'refuted' ? outcome : null,
    heals: read,
    ...(typeof saysHash === 'string' ? { saysHash } : {}),
  };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
