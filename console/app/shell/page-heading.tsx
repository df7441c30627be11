import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useFreshOrders } from '../orders/fresh-orders';
import { useSession } from '../session/session';

/** Whether this page was come to by a step within the console; the first one leaves the focus where the browser has it. */
let arrived = false;

/** The heading of a page: names the tab, and takes the focus when one comes here, so that a screen reader reads on from it. */
export function PageHeading({
  title,
  level = 1,
  children,
}: {
  readonly title: string;
  readonly level?: 1 | 2;
  readonly children?: ComponentChildren;
}) {
  const { session } = useSession();
  const { ids } = useFreshOrders();
  const heading = useRef<HTMLHeadingElement>(null);
  // New orders are counted on the tab, for whoever has another one in front.
  const count = ids.size === 0 ? '' : `(${ids.size}) `;
  useEffect(() => {
    document.title = `${count}${title} · ${session.tenant_name}`;
  }, [count, title, session.tenant_name]);
  useEffect(() => {
    if (arrived) heading.current?.focus({ preventScroll: true });
    arrived = true;
  }, []);
  const Level = `h${level}` as const;
  return (
    <Level ref={heading} tabIndex={-1} class="page-title">
      {children ?? title}
    </Level>
  );
}
