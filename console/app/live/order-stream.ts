import type { OrderChange } from '../api/wire';

/** How soon a stream that the browser has given up is opened again; the last one from then on. Sooner loads a server that is down. */
const REOPEN_MS = [1_000, 2_000, 5_000, 10_000, 30_000];

export type LiveState = 'connecting' | 'live' | 'reconnecting';

/** As much of EventSource as is used. */
export interface EventSourceLike {
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  addEventListener(name: string, listener: (event: { readonly data: string }) => void): void;
  close(): void;
}

const CLOSED = 2;

export interface OrderStreamOptions {
  readonly open: () => EventSourceLike;
  readonly onChange: (change: OrderChange) => void;
  readonly onState: (state: LiveState) => void;
  /** Something may have been missed: what is shown has to be loaded again. */
  readonly onGap: () => void;
  /** The browser has given the stream up, which it does when the session has ended, among others. */
  readonly onGivenUp: () => void;
  readonly setTimer: (run: () => void, ms: number) => () => void;
}

export interface OrderStream {
  /** Opens it at once, if it is not open. */
  wake(): void;
  /** Closes it until `wake`. */
  rest(): void;
}

/**
 * The stream of the tenant's changes, kept open. A browser that reconnects by itself names the last event it had, and nothing is
 * missed; where it had none, and whenever the stream is opened anew, it begins now, and what happened before has to be loaded.
 */
export function createOrderStream(options: OrderStreamOptions): OrderStream {
  let source: EventSourceLike | undefined;
  let stopTimer: (() => void) | undefined;
  let failures = 0;
  let everOpen = false;

  function open(): void {
    stopTimer?.();
    stopTimer = undefined;
    const opened = options.open();
    source = opened;
    /** Whether the browser has an event to go on from; without one, its own reconnecting begins now as well. */
    let resumes = false;
    options.onState(everOpen ? 'reconnecting' : 'connecting');
    opened.onopen = () => {
      failures = 0;
      options.onState('live');
      // What happened between the page's own load and this moment is in neither of them.
      if (!resumes) options.onGap();
      everOpen = true;
    };
    opened.onerror = () => {
      options.onState(everOpen ? 'reconnecting' : 'connecting');
      if (opened.readyState !== CLOSED || source !== opened) return;
      opened.close();
      source = undefined;
      options.onGivenUp();
      const wait = REOPEN_MS[Math.min(failures, REOPEN_MS.length - 1)] ?? 0;
      failures += 1;
      stopTimer = options.setTimer(open, wait);
    };
    opened.addEventListener('order', ({ data }) => {
      resumes = true;
      options.onChange(JSON.parse(data) as OrderChange);
    });
  }

  return {
    wake() {
      if (source === undefined) open();
    },
    rest() {
      stopTimer?.();
      stopTimer = undefined;
      source?.close();
      source = undefined;
    },
  };
}
