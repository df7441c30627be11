import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { OrderChange } from '../api/wire';
import { useSession, useSessionContext } from '../session/session';
import { createOrderStream, type LiveState } from './order-stream';

/**
 * How long a hidden tab keeps its stream. A browser opens six connections to a server at most, over all tabs: the seventh
 * tab would wait for ever. Shorter, and switching between two tabs opens a stream each time.
 */
const HIDDEN_REST_MS = 60_000;

interface Listener {
  readonly onChange: (change: OrderChange) => void;
  readonly onGap: () => void;
}

interface Live {
  readonly state: LiveState;
  listen(listener: Listener): () => void;
}

const Context = createContext<Live | undefined>(undefined);

export function useLiveState(): LiveState {
  return useContext(Context)?.state ?? 'connecting';
}

/** Tells every change of every order while the component is there, and when some may have been missed. */
export function useOrderChanges(onChange: (change: OrderChange) => void, onGap: () => void): void {
  const live = useContext(Context);
  const latest = useRef<Listener>({ onChange, onGap });
  latest.current = { onChange, onGap };
  const listen = live?.listen;
  useEffect(
    () => listen?.({ onChange: (change) => latest.current.onChange(change), onGap: () => latest.current.onGap() }),
    [listen],
  );
}

/** One stream for the whole page. */
export function LiveProvider({ children }: { readonly children: ComponentChildren }) {
  const { check } = useSessionContext();
  const { user_id: userId } = useSession().session;
  const [state, setState] = useState<LiveState>('connecting');
  const listeners = useMemo(() => new Set<Listener>(), []);

  useEffect(() => {
    const stream = createOrderStream({
      // Refused when another business has signed in meanwhile: its orders do not belong on this page.
      open: () => new EventSource(`/api/orders/stream?${new URLSearchParams({ user_id: userId })}`),
      onChange: (change) => {
        for (const { onChange } of listeners) onChange(change);
      },
      onGap: () => {
        for (const { onGap } of listeners) onGap();
      },
      onState: setState,
      onGivenUp: check,
      setTimer: (run, ms) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    });
    let resting: ReturnType<typeof setTimeout> | undefined;
    const follow = (): void => {
      clearTimeout(resting);
      if (document.visibilityState === 'visible') stream.wake();
      else resting = setTimeout(() => stream.rest(), HIDDEN_REST_MS);
    };
    const wake = (): void => {
      if (document.visibilityState === 'visible') stream.wake();
    };
    document.addEventListener('visibilitychange', follow);
    addEventListener('online', wake);
    // A tab that was opened behind this one waits until it is looked at: a few of those would take all connections.
    if (document.visibilityState === 'visible') stream.wake();
    return () => {
      clearTimeout(resting);
      document.removeEventListener('visibilitychange', follow);
      removeEventListener('online', wake);
      stream.rest();
    };
  }, [check, listeners, userId]);

  const live = useMemo<Live>(
    () => ({
      state,
      listen(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    }),
    [state, listeners],
  );
  return <Context.Provider value={live}>{children}</Context.Provider>;
}
