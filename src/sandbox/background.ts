/** Work that goes on after an API answer: counted, so that `idle` knows when all of it has settled. */
export class Background {
  private readonly pending = new Set<Promise<unknown>>();
  private readonly faults: Error[] = [];

  /** Starts following a promise. A rejection is a fault of the sandbox itself and is thrown by `idle`. */
  track(work: Promise<unknown>): void {
    const followed = work
      .catch((error: unknown) => {
        this.faults.push(error instanceof Error ? error : new Error(String(error)));
      })
      .finally(() => this.pending.delete(followed));
    this.pending.add(followed);
  }

  get size(): number {
    return this.pending.size;
  }

  /** Resolves when nothing is under way any more, also nothing that the work itself has started. */
  async idle(): Promise<void> {
    while (this.pending.size > 0) await Promise.all(this.pending);
    const fault = this.faults.shift();
    if (fault) throw fault;
  }
}
