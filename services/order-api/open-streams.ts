/** One stream that a caller has open. */
export interface OpenStream {
  /** Aborted when the caller is gone or the server drains. */
  readonly signal: AbortSignal;
  /** Whether it is the server that ends the stream: the caller must be told to come back, not that all is said. */
  draining(): boolean;
  /** Aborts the signal. */
  readonly end: () => void;
  /** Aborts the signal and forgets the stream. Always call it in the end, or the list of streams only grows. */
  readonly close: () => void;
}

/** The streams of both doors, which a drain has to end: nothing else would, they are meant to stay open. */
export interface OpenStreams {
  /** @param options.lasting that it is told of a drain, but closed only after it: a drain that waited would wait for ever */
  open(options?: { readonly lasting?: boolean }): OpenStream;
  /**
   * Aborts every stream, and every later one as it opens. Resolves when those that were open have closed, the lasting ones
   * aside; one that hangs keeps it waiting.
   */
  drain(): Promise<void>;
}

export function createOpenStreams(): OpenStreams {
  const streams = new Map<AbortController, Promise<void>>();
  let draining = false;
  return {
    open({ lasting = false } = {}) {
      const controller = new AbortController();
      let closed: () => void = () => undefined;
      const untilClosed = new Promise<void>((resolve) => {
        closed = resolve;
      });
      streams.set(controller, lasting ? Promise.resolve() : untilClosed);
      if (draining) controller.abort();
      return {
        signal: controller.signal,
        draining: () => draining,
        end: () => controller.abort(),
        close() {
          streams.delete(controller);
          controller.abort();
          closed();
        },
      };
    },
    async drain() {
      draining = true;
      const ending = [...streams];
      for (const [controller] of ending) controller.abort();
      await Promise.all(ending.map(([, untilClosed]) => untilClosed));
    },
  };
}
