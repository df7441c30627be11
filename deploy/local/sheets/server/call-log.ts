import { EventEmitter } from 'node:events';
import type { Call } from './fault';

/** One call, without what was in it: who, what, how much, and how it ended. */
export interface LoggedCall extends Call {
  /** By the model's clock, in milliseconds. */
  readonly at: number;
  /** The requests of a batchUpdate. */
  readonly requests: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  /** Of what was sent. */
  readonly bytes: number;
  /** What it changed is in the spreadsheet, whatever the caller was told. */
  readonly committed: boolean;
  /** Undefined: it was not answered. */
  readonly status: number | undefined;
  /** The injected fault it met. */
  readonly fault: string | undefined;
}

/** More than a test makes or a page shows; older ones are forgotten. */
const KEPT = 5_000;

export interface CallLog {
  add(call: LoggedCall): void;
  all(): readonly LoggedCall[];
  clear(): void;
  /** @returns a function that ends it. */
  onAdd(listener: (call: LoggedCall) => void): () => void;
}

export function createCallLog(): CallLog {
  let calls: LoggedCall[] = [];
  const news = new EventEmitter();
  // One for each open page.
  news.setMaxListeners(0);
  return {
    add(call) {
      if (calls.length >= KEPT * 2) calls = calls.slice(-KEPT);
      calls.push(call);
      news.emit('call', call);
    },
    all: () => calls.slice(-KEPT),
    clear() {
      calls = [];
    },
    onAdd(listener) {
      news.on('call', listener);
      return () => news.off('call', listener);
    },
  };
}
