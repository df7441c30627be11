import type { Api } from '../api/client';
import type { Order, OrderEvent, OrderStatus, Page } from '../api/wire';
import type { PageAsked } from '../parts/use-pages';
import { apiQueryOf, type OrderFilters } from './order-filters';
import type { OrderList } from './order-list';

const PAGE_SIZE = 50;

export async function listOrders(
  api: Api,
  filters: OrderFilters,
  { pageToken, signal }: PageAsked,
): Promise<OrderList> {
  const query = { ...apiQueryOf(filters), page_size: PAGE_SIZE, page_token: pageToken };
  const page = await api.get<Page<'orders', Order>>('/api/orders', query, signal);
  return { rows: page.orders, nextPageToken: page.next_page_token ?? '' };
}

export async function getOrder(api: Api, id: string, signal?: AbortSignal): Promise<Order> {
  return (await api.get<{ order: Order }>(`/api/orders/${id}`, undefined, signal)).order;
}

/** All of it: an order has a handful of events, and a hundred would be an accident worth seeing. */
export async function listOrderEvents(api: Api, id: string, signal?: AbortSignal): Promise<readonly OrderEvent[]> {
  const page = await api.get<Page<'events', OrderEvent>>(`/api/orders/${id}/events`, { page_size: 100 }, signal);
  return page.events;
}

/** Moves an order that is still as it was seen. @throws ApiError VERSION_CONFLICT or INVALID_ORDER_STATE when it is not */
export async function moveOrder(api: Api, order: Order, to: OrderStatus, reason?: string | undefined): Promise<Order> {
  const given = { expected_version: order.version, ...(reason === undefined || reason === '' ? {} : { reason }) };
  const answer =
    to === 'cancelled'
      ? api.send<{ order: Order }>('POST', `/api/orders/${order.id}/cancel`, given)
      : api.send<{ order: Order }>('PATCH', `/api/orders/${order.id}/status`, { status: to, ...given });
  return (await answer).order;
}
