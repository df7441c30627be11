import type { OrderChange } from '../api/wire';
import type { LiveState, OrderStream } from './order-stream';

/** How often a tab that follows asks whether the one that leads is still there. Oftener wakes sleeping tabs for nothing. */
const ASK_MS = 20_000;
/**
 * How long the leading tab may take to answer. Shorter takes the stream from one that is only busy; longer leaves an owner, whose
 * phone has put the leading tab to sleep, without orders for so long.
 */
const ANSWER_MS = 3_000;

/** What a stream tells the page. */
export interface Told {
  readonly onChange: (change: OrderChange) => void;
  readonly onState: (state: LiveState) => void;
  /** Something may have been missed: what is shown has to be loaded again. */
  readonly onGap: () => void;
}

type Message =
  | { readonly kind: 'change'; readonly change: OrderChange }
  | { readonly kind: 'state'; readonly state: LiveState }
  | { readonly kind: 'gap' }
  /** Who leads? `wake`: somebody looks at a page, so a stream that waits to be opened again is opened now. */
  | { readonly kind: 'ask'; readonly wake: boolean };

/** As much of BroadcastChannel as is used. */
export interface ChannelLike {
  addEventListener(name: 'message', listener: (event: { readonly data: unknown }) => void): void;
  postMessage(message: unknown): void;
  close(): void;
}

/** As much of the Web Locks as is used. */
export interface LocksLike {
  request(
    name: string,
    options: { readonly signal?: AbortSignal; readonly steal?: boolean },
    callback: () => Promise<void>,
  ): Promise<unknown>;
}

export interface SharedStreamOptions extends Told {
  /** The same in all tabs that may share a stream, and in no other. */
  readonly name: string;
  readonly channel: ChannelLike;
  readonly locks: LocksLike;
  /** Makes the stream itself, for the tab that leads. */
  readonly make: (told: Told) => OrderStream;
  readonly setTimer: (run: () => void, ms: number) => () => void;
}

export interface SharedStream {
  /** Takes part, and has it opened at once if it is not open. */
  wake(): void;
  stop(): void;
}

/**
 * One stream for all tabs of a browser: it opens six connections to a server at most, over all tabs, and the seventh tab's own
 * stream would let none of its calls through. The tab that holds the lock leads: it has the stream, and hands on what it hears.
 * When it is closed, the browser gives the lock to the next one. A tab that was put to sleep keeps the lock and hands on nothing:
 * the others ask from time to time, and take the lock from one that does not answer.
 */
export function createSharedStream(options: SharedStreamOptions): SharedStream {
  const { name, channel, locks, make, setTimer, onChange, onState, onGap } = options;
  let state: LiveState = 'connecting';
  let leading: { readonly stream: OrderStream; readonly letGo: () => void } | undefined;
  /** This tab's turn in the queue for the lock; undefined until it takes part. */
  let turn: AbortController | undefined;
  /** Whether anything was heard of the tab that leads. */
  let attached = false;
  let stopped = false;
  let stopAsking: (() => void) | undefined;

  const say = (message: Message): void => channel.postMessage(message);

  function become(next: LiveState): void {
    if (next === state) return;
    state = next;
    onState(next);
  }

  channel.addEventListener('message', ({ data }) => {
    const message = data as Message;
    if (message.kind === 'ask') {
      if (leading === undefined) return;
      if (message.wake) leading.stream.wake();
      say({ kind: 'state', state });
      return;
    }
    // For a moment two may believe that they lead: each then listens to its own stream.
    if (leading !== undefined) return;
    if (message.kind === 'change') onChange(message.change);
    else if (message.kind === 'gap') onGap();
    else {
      waitToAsk();
      become(message.state);
      // What happened between this page's own load and this moment is in neither of them.
      if (!attached && message.state === 'live') {
        attached = true;
        onGap();
      }
    }
  });

  function waitToAsk(): void {
    stopAsking?.();
    // A hidden tab's timers are slow: whoever waits for it to open its stream again says so.
    stopAsking = setTimer(() => ask(state !== 'live'), ASK_MS);
  }

  function ask(wake: boolean): void {
    say({ kind: 'ask', wake });
    stopAsking?.();
    stopAsking = setTimer(() => takeTurn(true), ANSWER_MS);
  }

  function takeTurn(steal: boolean): void {
    turn?.abort();
    const mine = new AbortController();
    turn = mine;
    locks.request(name, steal ? { steal } : { signal: mine.signal }, lead).catch(() => {
      // Given up for another turn, which may lead already.
      if (stopped || turn !== mine) return;
      // Taken by a tab that heard nothing of this one.
      leading?.stream.rest();
      leading = undefined;
      // What that tab said meanwhile was not listened to, and what this one's stream still had to tell went with it.
      attached = false;
      takeTurn(false);
      ask(false);
    });
  }

  async function lead(): Promise<void> {
    if (stopped) return;
    stopAsking?.();
    attached = true;
    await new Promise<void>((letGo) => {
      const stream = make({
        onChange(change) {
          onChange(change);
          say({ kind: 'change', change });
        },
        onState(next) {
          become(next);
          say({ kind: 'state', state: next });
        },
        onGap() {
          onGap();
          say({ kind: 'gap' });
        },
      });
      leading = { stream, letGo };
      stream.wake();
    });
  }

  return {
    wake() {
      if (leading !== undefined) return leading.stream.wake();
      if (turn === undefined) takeTurn(false);
      ask(true);
    },
    stop() {
      stopped = true;
      stopAsking?.();
      turn?.abort();
      leading?.stream.rest();
      leading?.letGo();
      leading = undefined;
      channel.close();
    },
  };
}
