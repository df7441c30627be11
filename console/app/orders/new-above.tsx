import { useEffect, useRef, useState } from 'preact/hooks';
import type { Order } from '../api/wire';
import { countText } from '../format/words';
import { Icon } from '../parts/icon';

/**
 * Says how many new orders have come in above, for whoever has gone down the list: what they look at stays where it is, so they
 * would not see them.
 */
export function NewAbove({
  orders,
  fresh,
}: {
  readonly orders: readonly Order[];
  readonly fresh: ReadonlySet<string>;
}) {
  const top = useRef<HTMLDivElement>(null);
  const [isAway, setAway] = useState(false);
  /** The new ones that were there when the top was last in sight. */
  const seen = useRef<ReadonlySet<string>>(new Set());
  if (!isAway) seen.current = fresh;
  useEffect(() => {
    const element = top.current;
    if (element === null) return;
    const observer = new IntersectionObserver(([entry]) => setAway(entry?.isIntersecting === false));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const count = isAway ? orders.filter(({ id }) => fresh.has(id) && !seen.current.has(id)).length : 0;
  return (
    <>
      <div ref={top} class="list-top" />
      {count === 0 ? null : (
        <div class="new-above">
          <button
            type="button"
            class="button look-primary"
            onClick={() => top.current?.scrollIntoView({ block: 'end' })}
          >
            <Icon name="up" />
            <span>{countText(count, 'new order')}</span>
          </button>
        </div>
      )}
    </>
  );
}
