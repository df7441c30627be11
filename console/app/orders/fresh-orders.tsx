import { type ComponentChildren, createContext } from 'preact';
import { useCallback, useContext, useMemo, useRef, useState } from 'preact/hooks';
import type { Order } from '../api/wire';
import { countText, itemsText } from '../format/words';
import { useOrderChanges } from '../live/live';
import { useMessages } from '../shell/messages';

/** How long an order that nobody looked at counts as new. */
const FRESH_MS = 10 * 60_000;
/** In a rush, orders that come so soon after one that was told are told together: one by one, nothing else could be heard. */
const TOGETHER_MS = 8_000;

interface Fresh {
  readonly ids: ReadonlySet<string>;
  seen(id: string): void;
}

const Context = createContext<Fresh>({ ids: new Set(), seen: () => undefined });

/** The orders that came in while the console was open and were not opened yet. */
export function useFreshOrders(): Fresh {
  return useContext(Context);
}

export function FreshOrdersProvider({ children }: { readonly children: ComponentChildren }) {
  const { announce } = useMessages();
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());

  const seen = useCallback((id: string) => {
    setIds((now) => (now.has(id) ? new Set([...now].filter((other) => other !== id)) : now));
  }, []);
  /** What came since the last one was told; undefined while the next one is told at once. */
  const waiting = useRef<Order[]>();
  const tell = (order: Order): void => {
    if (waiting.current !== undefined) {
      waiting.current.push(order);
      return;
    }
    announce(`New order from ${order.customer_name}: ${itemsText(order.items)}`);
    waiting.current = [];
    setTimeout(() => {
      const [next, ...others] = waiting.current ?? [];
      waiting.current = undefined;
      if (next === undefined) return;
      if (others.length === 0) tell(next);
      else announce(`${countText(others.length + 1, 'more new order')}`);
    }, TOGETHER_MS);
  };
  useOrderChanges(
    ({ event, order }) => {
      if (event.type !== 'created') return;
      tell(order);
      setIds((now) => new Set([...now, order.id]));
      setTimeout(() => seen(order.id), FRESH_MS);
    },
    () => undefined,
  );

  const fresh = useMemo(() => ({ ids, seen }), [ids, seen]);
  return <Context.Provider value={fresh}>{children}</Context.Provider>;
}
