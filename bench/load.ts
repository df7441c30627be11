export interface LoadOptions {
  /** Callers, each of which calls again as soon as it has its answer. */
  readonly concurrency: number;
  /** No call begins after this long or after this many; those under way are awaited. */
  readonly atMost: { readonly seconds: number; readonly calls: number };
  /** Aborted: no call begins any more, and the load fails. */
  readonly signal: AbortSignal;
}

export interface Load {
  /** From the first call to the last answer. */
  readonly seconds: number;
  readonly latenciesMs: readonly number[];
}

/** Runs `call` in a closed loop. @throws what the first call that fails rejects with: a failed call is no measurement. */
export async function runLoad(call: () => Promise<void>, { concurrency, atMost, signal }: LoadOptions): Promise<Load> {
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  const endAt = startedAt + atMost.seconds * 1_000;
  let left = atMost.calls;

  async function caller(): Promise<void> {
    while (left > 0 && performance.now() < endAt) {
      signal.throwIfAborted();
      left -= 1;
      const calledAt = performance.now();
      await call();
      latenciesMs.push(performance.now() - calledAt);
    }
  }

  await Promise.all(Array.from({ length: concurrency }, caller));
  return { seconds: (performance.now() - startedAt) / 1_000, latenciesMs };
}
