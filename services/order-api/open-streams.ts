/** One stream that a caller has open. */
export interface OpenStream {
  /** Aborted when the caller is gone or the server drains. */
  readonly signal: AbortSignal;
  /** Whether it is the server that ends the stream: the caller must be told to come back, not that all is said. */
  draining(): boolean;
  /** Aborts the signal. */
  readonly end: () => void;
  /** Aborts the signal and forgets the stream. Always call it in the end, or the list of streams only grows. */
  close(): void;
}

/** The streams of both doors, which a drain has to end: nothing else would, they are meant to stay open. */
export interface OpenStreams {
  open(): OpenStream;
  /** Aborts every stream, and every later one as it opens. */
  drain(): void;
}

export function createOpenStreams(): OpenStreams {
  const controllers = new Set<AbortController>();
  let draining = false;
  return {
    open() {
      const controller = new AbortController();
      controllers.add(controller);
      if (draining) controller.abort();
      return {
        signal: controller.signal,
        draining: () => draining,
        end: () => controller.abort(),
        close() {
          controllers.delete(controller);
          controller.abort();
        },
      };
    },
    drain() {
      draining = true;
      for (const controller of controllers) controller.abort();
    },
  };
}
