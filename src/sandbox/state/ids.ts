/** Kinds of things that are numbered apart. Each row starts elsewhere, so that an id of the wrong kind finds nothing. */
const FIRST_ID = {
  account: 1_000_001,
  installation: 50_000_001,
  repository: 700_000_001,
  issue: 2_000_000_001,
  pullRequest: 1_800_000_001,
  comment: 1_900_000_001,
  review: 1_700_000_001,
  reviewComment: 1_600_000_001,
  reaction: 200_000_001,
  label: 5_000_000_001,
  checkSuite: 30_000_000_001,
  checkRun: 40_000_000_001,
  status: 31_000_000_001,
  workflow: 100_000_001,
  run: 19_000_000_001,
  delivery: 170_000_000_001,
} as const;

export type IdKind = keyof typeof FIRST_ID;

export class Ids {
  private readonly next = new Map<IdKind, number>();

  take(kind: IdKind): number {
    const id = this.next.get(kind) ?? FIRST_ID[kind];
    this.next.set(kind, id + 1);
    return id;
  }
}

/** GraphQL's global id: a prefix for the kind, then the number, opaque to callers. */
export function nodeId(prefix: string, id: number | string): string {
  return `${prefix}_${Buffer.from(`${prefix}:${id}`).toString('base64url')}`;
}

/** The number inside a global id of that kind, or `null`. */
export function idOfNode(prefix: string, node: string): number | null {
  if (!node.startsWith(`${prefix}_`)) return null;
  const [kind, id] = Buffer.from(node.slice(prefix.length + 1), 'base64url')
    .toString('utf8')
    .split(':');
  return kind === prefix && id && /^\d+$/.test(id) ? Number(id) : null;
}
