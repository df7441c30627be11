import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type ApiError, asApiError } from '../api/api-error';

export interface Loaded<Data> {
  /** Stays while it is loaded anew, and when that fails. */
  readonly data: Data | undefined;
  readonly error: ApiError | undefined;
  readonly loading: boolean;
  reload(): void;
  /** Changes what is there, for news that came in another way. */
  change(update: (data: Data) => Data): void;
}

export type Begins = 'at once' | 'when told';

interface State<Data> {
  /** What it was loaded for; another key's data is nobody's. */
  readonly key: string;
  readonly data: Data | undefined;
  readonly error: ApiError | undefined;
  readonly loading: boolean;
}

/**
 * Loads something when the component appears, and anew for every other key. Of two loads under way the later one counts. What is
 * changed while a load is under way is changed in its answer as well, which may be older. One that begins
 * when told does so by the first `reload`.
 */
export function useLoad<Data>(
  key: string,
  load: (signal: AbortSignal) => Promise<Data>,
  begins: Begins = 'at once',
): Loaded<Data> {
  const [state, setState] = useState<State<Data>>({ key, data: undefined, error: undefined, loading: true });
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  /** The changes since the load under way began; undefined while none is. */
  const changes = useRef<{ readonly key: string; readonly updates: ((data: Data) => Data)[] }>();

  // A new round loads the same thing again.
  useEffect(() => {
    if (round === 0 && begins === 'when told') return;
    const aborter = new AbortController();
    const since = { key, updates: [] as ((data: Data) => Data)[] };
    changes.current = since;
    const settle = (next: Partial<State<Data>>): void => {
      if (aborter.signal.aborted) return;
      changes.current = undefined;
      setState((now) => ({
        ...(now.key === key ? now : { data: undefined, error: undefined }),
        ...next,
        key,
        loading: false,
      }));
    };
    setState((now) =>
      now.key === key ? { ...now, loading: true } : { key, data: undefined, error: undefined, loading: true },
    );
    latest.current(aborter.signal).then(
      (data) => settle({ data: since.updates.reduce((changed, update) => update(changed), data), error: undefined }),
      (thrown: unknown) => settle({ error: asApiError(thrown) }),
    );
    return () => aborter.abort();
  }, [key, round]);

  const reload = useCallback(() => setRound((now) => now + 1), []);
  // Bound to the key: an answer that comes late belongs to what it was asked for.
  const change = useCallback(
    (update: (data: Data) => Data) => {
      if (changes.current?.key === key) changes.current.updates.push(update);
      setState((now) => (now.key !== key || now.data === undefined ? now : { ...now, data: update(now.data) }));
    },
    [key],
  );
  // Between the new key and its effect, what is in the state belongs to the old one.
  const current = state.key === key ? state : { data: undefined, error: undefined, loading: true };
  return { data: current.data, error: current.error, loading: current.loading, reload, change };
}
