import { type ComponentChildren, createContext } from 'preact';
import { useCallback, useContext, useMemo, useRef, useState } from 'preact/hooks';
import { IconButton } from '../parts/button';
import { Icon } from '../parts/icon';

/** How long a message stays. Shorter is not read, longer stands in the way; whoever needs longer hears it announced. */
const TOAST_MS = 6_000;

interface Messages {
  /** Said to screen readers, and to nobody else. */
  announce(text: string): void;
  /** Shown for a while, and said; `bad`: of something that did not go well. */
  toast(text: string, tone?: ToastTone): void;
}

const Context = createContext<Messages>({ announce: () => undefined, toast: () => undefined });

export function useMessages(): Messages {
  return useContext(Context);
}

type ToastTone = 'good' | 'bad';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: ToastTone;
}

export function MessagesProvider({ children }: { readonly children: ComponentChildren }) {
  const [said, setSaid] = useState('');
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const count = useRef(0);

  const announce = useCallback((text: string) => {
    // The same text twice in a row would not be said again: a space more makes it another.
    setSaid((before) => (before === text ? `${text} ` : text));
  }, []);
  const drop = useCallback((id: number) => setToasts((now) => now.filter((toast) => toast.id !== id)), []);
  const toast = useCallback(
    (text: string, tone: ToastTone = 'good') => {
      count.current += 1;
      const id = count.current;
      setToasts((now) => [...now.slice(-2), { id, text, tone }]);
      announce(text);
      setTimeout(() => drop(id), TOAST_MS);
    },
    [announce, drop],
  );
  const messages = useMemo(() => ({ announce, toast }), [announce, toast]);

  return (
    <Context.Provider value={messages}>
      {children}
      <div class="sr-only" role="status" aria-live="polite">
        {said}
      </div>
      <div class="toasts">
        {toasts.map(({ id, text, tone }) => (
          <div class={`toast toast-${tone}`} key={id}>
            <Icon name={tone === 'good' ? 'check' : 'warning'} />
            <span>{text}</span>
            <IconButton name="close" label="Dismiss" onClick={() => drop(id)} />
          </div>
        ))}
      </div>
    </Context.Provider>
  );
}
