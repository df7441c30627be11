import { type ComponentChildren, createContext } from 'preact';
import { useCallback, useContext, useMemo, useState } from 'preact/hooks';
import { itemsText } from '../format/words';
import { useOrderChanges } from '../live/live';
import { useMessages } from '../shell/messages';

/** How long an order that nobody looked at counts as new. */
const FRESH_MS = 10 * 60_000;

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
  useOrderChanges(
    ({ event, order }) => {
      if (event.type !== 'created') return;
      announce(`New order from ${order.customer_name}: ${itemsText(order.items)}`);
      setIds((now) => new Set([...now, order.id]));
      setTimeout(() => seen(order.id), FRESH_MS);
    },
    () => undefined,
  );

  const fresh = useMemo(() => ({ ids, seen }), [ids, seen]);
  return <Context.Provider value={fresh}>{children}</Context.Provider>;
}
