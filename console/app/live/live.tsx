import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { OrderChange } from '../api/wire';
import { lookForNewVersion } from '../routing/new-version';
import { useSession, useSessionContext } from '../session/session';
import { createOrderStream, type LiveState } from './order-stream';
import { createSharedStream } from './shared-stream';

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

/** One stream for the whole page, and for all tabs that show the same business. */
export function LiveProvider({ children }: { readonly children: ComponentChildren }) {
  const { check } = useSessionContext();
  const { user_id: userId } = useSession().session;
  const [state, setState] = useState<LiveState>('connecting');
  const listeners = useMemo(() => new Set<Listener>(), []);

  useEffect(() => {
    let wasLive = false;
    const stream = createSharedStream({
      name: `order-booking.stream.${userId}`,
      channel: new BroadcastChannel(`order-booking.stream.${userId}`),
      locks: navigator.locks,
      setTimer,
      make: (told) =>
        createOrderStream({
          ...told,
          // Refused when another business has signed in meanwhile: its orders do not belong on this page.
          open: () => new EventSource(`/api/orders/stream?${new URLSearchParams({ user_id: userId })}`),
          onGivenUp: check,
          setTimer,
        }),
      onChange: (change) => {
        for (const { onChange } of listeners) onChange(change);
      },
      onGap: () => {
        for (const { onGap } of listeners) onGap();
      },
      onState(next) {
        setState(next);
        if (next !== 'live') return;
        // A stream that is back may be another server's.
        if (wasLive) void lookForNewVersion();
        wasLive = true;
      },
    });
    // A tab that was opened behind this one takes no part until it is looked at; from then on it does, hidden or not, so that
    // its title counts what has come in.
    const wake = (): void => {
      if (document.visibilityState === 'visible') stream.wake();
    };
    document.addEventListener('visibilitychange', wake);
    addEventListener('online', wake);
    wake();
    return () => {
      document.removeEventListener('visibilitychange', wake);
      removeEventListener('online', wake);
      stream.stop();
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

function setTimer(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
