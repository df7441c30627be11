import type { Order } from '../api/wire';
import type { Listing } from '../parts/listing';
import { matchesFilters, type OrderFilters } from './order-filters';

/** Newest first. */
export type OrderList = Listing<Order>;

/**
 * The list after a change of one order: put in, replaced, or taken out when it is no longer what is looked at. News that are
 * older than what is known change nothing: the stream and a click's answer come in any order.
 */
export function withOrder(list: OrderList, order: Order, filters: OrderFilters): OrderList {
  const known = list.rows.find(({ id }) => id === order.id);
  if (known !== undefined && known.version >= order.version) return list;
  const others = list.rows.filter(({ id }) => id !== order.id);
  if (!matchesFilters(order, filters)) return known === undefined ? list : { ...list, rows: others };
  const at = others.findIndex((other) => isNewer(order, other));
  // Older than all that is here, and there is more to load: it belongs to a page that is not here yet.
  if (at === -1 && known === undefined && list.nextPageToken !== '') return list;
  const place = at === -1 ? others.length : at;
  return { ...list, rows: [...others.slice(0, place), order, ...others.slice(place)] };
}

function isNewer(one: Order, other: Order): boolean {
  return one.created_at === other.created_at ? one.id > other.id : one.created_at > other.created_at;
}
