import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Order } from '../api/wire';
import { dayName } from '../format/time';
import { countText } from '../format/words';
import { useOrderChanges } from '../live/live';
import { Button } from '../parts/button';
import { Empty } from '../parts/empty';
import { Failure } from '../parts/failure';
import { Skeleton } from '../parts/skeleton';
import { LOCALE, useNow } from '../parts/time';
import { usePages } from '../parts/use-pages';
import { PATHS } from '../routing/route';
import { useRouter } from '../routing/router';
import { useSession } from '../session/session';
import { useMessages } from '../shell/messages';
import { PageHeading } from '../shell/page-heading';
import { FilterBar } from './filter-bar';
import { useFreshOrders } from './fresh-orders';
import { NewAbove } from './new-above';
import { listOrders } from './order-calls';
import { filtersOf, isFiltered, NO_FILTERS, type OrderFilters, queryOf } from './order-filters';
import { type OrderList, withOrder } from './order-list';
import { OrderPage } from './order-page';
import { OrderRow } from './order-row';

/** The list, and beside it (or, on a phone, in its place) one order. The filters are the URL's, so they survive both. */
export function OrdersPage({ orderId }: { readonly orderId: string | undefined }) {
  const { query, navigate } = useRouter();
  const { api } = useSession();
  const filters = useMemo(() => filtersOf(query), [query]);
  const list = usePages(queryOf(filters), (asked) => listOrders(api, filters, asked));
  const { ids: fresh } = useFreshOrders();

  useOrderChanges(
    ({ order }) => list.change((now) => withOrder(now, order, filters)),
    () => list.reload(),
  );
  useFocusOnReturn(orderId);
  useToldCount(queryOf(filters), list.data);
  const { shown } = list;

  const setFilters = (next: OrderFilters, replace = false): void => {
    navigate(`${orderId === undefined ? PATHS.orders : PATHS.order(orderId)}${queryOf(next)}`, { replace });
  };

  return (
    <div class={`split${orderId === undefined ? '' : ' has-detail'}`}>
      <section class="split-list" aria-labelledby="orders-title">
        <header class="list-head">
          <div class="list-title" id="orders-title">
            <PageHeading title="Orders" level={orderId === undefined ? 1 : 2} />
          </div>
          <FilterBar filters={filters} onChange={setFilters} />
        </header>
        {list.error === undefined ? null : <Failure error={list.error} onRetry={list.reload} />}
        {shown === undefined && list.error === undefined ? <Skeleton lines={7} what="orders" /> : null}
        {shown === undefined ? null : (
          <div class={`list-body${list.isStale ? ' is-stale' : ''}`} aria-busy={list.isStale}>
            <NewAbove orders={shown.rows} fresh={fresh} />
            <DayGroups
              orders={shown.rows}
              current={orderId}
              query={queryOf(filters)}
              fresh={fresh}
              level={orderId === undefined ? 2 : 3}
              more={shown.nextPageToken !== ''}
            />
            {shown.rows.length > 0 ? null : (
              <NoOrders filtered={isFiltered(filters)} onClear={() => setFilters(NO_FILTERS)} />
            )}
            {list.more.error === undefined ? null : <Failure error={list.more.error} onRetry={list.more.run} />}
            {shown.nextPageToken === '' || list.isStale ? null : (
              <div class="more">
                <Button busy={list.more.busy} onClick={() => list.more.run()}>
                  {list.more.busy ? 'Loading…' : 'Load older orders'}
                </Button>
              </div>
            )}
          </div>
        )}
      </section>
      <section class="split-detail" aria-label="The chosen order">
        {orderId === undefined ? (
          <Empty icon="orders" title="Choose an order">
            <p>Its items, its history and what can be done next appear here.</p>
          </Empty>
        ) : (
          <OrderPage
            key={orderId}
            id={orderId}
            known={shown?.rows.find(({ id }) => id === orderId)}
            listPath={`${PATHS.orders}${queryOf(filters)}`}
            onOrder={(order) => list.change((now) => withOrder(now, order, filters))}
          />
        )}
      </section>
    </div>
  );
}

function DayGroups({
  orders,
  current,
  query,
  fresh,
  level,
  more,
}: {
  readonly orders: readonly Order[];
  readonly current: string | undefined;
  readonly query: string;
  readonly fresh: ReadonlySet<string>;
  /** Of the days' headings: one below the list's. */
  readonly level: 2 | 3;
  /** Whether older orders are not here yet, of which some may be of the last day. */
  readonly more: boolean;
}) {
  const Level = `h${level}` as const;
  const now = useNow();
  const days: { name: string; orders: Order[] }[] = [];
  for (const order of orders) {
    const name = dayName(order.created_at, now, LOCALE);
    const last = days.at(-1);
    if (last?.name === name) last.orders.push(order);
    else days.push({ name, orders: [order] });
  }
  return (
    <>
      {days.map(({ name, orders: ofDay }, index) => (
        <section key={name} class="day" aria-label={name}>
          <Level class="day-name">
            <span>{name}</span>
            <span class="day-count">
              {more && index === days.length - 1
                ? `${countText(ofDay.length, 'order')} or more`
                : countText(ofDay.length, 'order')}
            </span>
          </Level>
          <ul class="rows">
            {ofDay.map((order) => (
              <OrderRow
                key={order.id}
                order={order}
                to={`${PATHS.order(order.id)}${query}`}
                current={order.id === current}
                fresh={fresh.has(order.id)}
              />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function NoOrders({ filtered, onClear }: { readonly filtered: boolean; readonly onClear: () => void }) {
  if (filtered) {
    return (
      <Empty icon="search" title="No orders like that">
        <p>Nothing matches this search and these filters.</p>
        <Button onClick={onClear}>Clear all filters</Button>
      </Empty>
    );
  }
  return (
    <Empty icon="orders" title="No orders yet">
      <p>The first one will appear here by itself, the moment it is booked. You can leave this page open.</p>
    </Empty>
  );
}

/** Whoever does not see the list hears what a search or a filter has found. */
function useToldCount(key: string, list: OrderList | undefined): void {
  const { announce } = useMessages();
  const told = useRef(key);
  useEffect(() => {
    if (list === undefined || told.current === key) return;
    told.current = key;
    announce(`${countText(list.rows.length, 'order')}${list.nextPageToken === '' ? '' : ' or more'}`);
  }, [announce, key, list]);
}

/** Back in the list, the keyboard goes on from the order that was looked at. */
function useFocusOnReturn(orderId: string | undefined): void {
  const before = useRef(orderId);
  useEffect(() => {
    const left = before.current;
    before.current = orderId;
    if (left === undefined || orderId !== undefined) return;
    document.getElementById(`order-${left}`)?.focus({ preventScroll: true });
  }, [orderId]);
}
