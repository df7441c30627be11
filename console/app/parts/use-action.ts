import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type ApiError, asApiError } from '../api/api-error';

export interface Action<Given extends readonly unknown[]> {
  readonly busy: boolean;
  readonly error: ApiError | undefined;
  /** Does it, unless it is being done: a second click on the same button changes nothing. Never throws. */
  run(...given: Given): Promise<void>;
  clear(): void;
}

/** Something that a click does and that can fail. What is thrown is kept to be shown. */
export function useAction<Given extends readonly unknown[]>(
  work: (...given: Given) => Promise<unknown>,
): Action<Given> {
  const [state, setState] = useState<{ readonly busy: boolean; readonly error: ApiError | undefined }>({
    busy: false,
    error: undefined,
  });
  // A ref, not the state: two clicks can come before the first one has been drawn.
  const running = useRef(false);
  const gone = useRef(false);
  const latest = useRef(work);
  latest.current = work;
  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
    };
  }, []);

  const run = useCallback(async (...given: Given) => {
    if (running.current) return;
    running.current = true;
    setState({ busy: true, error: undefined });
    let error: ApiError | undefined;
    try {
      await latest.current(...given);
    } catch (thrown) {
      error = asApiError(thrown);
    }
    running.current = false;
    if (!gone.current) setState({ busy: false, error });
  }, []);
  const clear = useCallback(() => setState((now) => ({ ...now, error: undefined })), []);
  return { ...state, run, clear };
}
