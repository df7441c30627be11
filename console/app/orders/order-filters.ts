import type { Query } from '../api/client';
import type { Order, OrderSource, OrderStatus } from '../api/wire';

export const ORDER_STATUSES: readonly OrderStatus[] = ['pending', 'confirmed', 'processing', 'completed', 'cancelled'];
export const ORDER_SOURCES: readonly OrderSource[] = ['ai', 'api', 'web', 'phone', 'walk_in'];

/** Which orders are looked at. Days are local and whole, `YYYY-MM-DD`, both ends included. */
export interface OrderFilters {
  readonly search: string;
  readonly status: OrderStatus | undefined;
  readonly source: OrderSource | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export const NO_FILTERS: OrderFilters = {
  search: '',
  status: undefined,
  source: undefined,
  from: undefined,
  to: undefined,
};

/** The filters that a URL's query names; what it names wrongly is left out, since a person may have typed it. */
export function filtersOf(query: string): OrderFilters {
  const given = new URLSearchParams(query);
  return {
    search: given.get('q') ?? '',
    status: ORDER_STATUSES.find((status) => status === given.get('status')),
    source: ORDER_SOURCES.find((source) => source === given.get('source')),
    from: dayOf(given.get('from')),
    to: dayOf(given.get('to')),
  };
}

/** The query of a URL, with its question mark; empty when nothing is filtered. */
export function queryOf({ search, status, source, from, to }: OrderFilters): string {
  const named = Object.entries({ q: search, status, source, from, to }).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, value] as [string, string]],
  );
  return named.length === 0 ? '' : `?${new URLSearchParams(named)}`;
}

export function isFiltered(filters: OrderFilters): boolean {
  return queryOf(filters) !== '';
}

/** What `GET /api/orders` is asked. */
export function apiQueryOf(filters: OrderFilters): Query {
  const { after, before } = boundsOf(filters);
  return {
    search: filters.search.trim(),
    status: filters.status,
    source: filters.source,
    created_after: after?.toISOString(),
    created_before: before?.toISOString(),
  };
}

/** Whether an order that just came in belongs to what is looked at, by the rules the API filters by. */
export function matchesFilters(order: Order, filters: OrderFilters): boolean {
  const { after, before } = boundsOf(filters);
  const created = Date.parse(order.created_at);
  return (
    (filters.status === undefined || order.status === filters.status) &&
    (filters.source === undefined || order.source === filters.source) &&
    (after === undefined || created > after.getTime()) &&
    (before === undefined || created < before.getTime()) &&
    matchesSearch(order, filters.search)
  );
}

/** As the API has it: otherwise the next change of an order that was found would take it out of the list. */
function matchesSearch(order: Order, search: string): boolean {
  const wanted = folded(search);
  if (wanted === '') return true;
  // Numbers are kept with their country code, without the zero that is dialled before them at home.
  const digits = /^[\d\s+()./-]+$/.test(search) ? search.replace(/\D/g, '').replace(/^0+/, '') : '';
  return (
    folded(order.customer_name).includes(wanted) ||
    order.items.some(({ name }) => folded(name).includes(wanted)) ||
    (digits.length >= 3 && order.customer_phone.includes(digits)) ||
    (/^[0-9a-f][0-9a-f-]{3,35}$/.test(wanted) && order.id.startsWith(wanted))
  );
}

/** The API's bounds are both exclusive: the last millisecond of the day before, the first one of the day after. */
function boundsOf({ from, to }: OrderFilters): { readonly after: Date | undefined; readonly before: Date | undefined } {
  return {
    after: from === undefined ? undefined : new Date(startOf(from, 0).getTime() - 1),
    before: to === undefined ? undefined : startOf(to, 1),
  };
}

/** Midnight, local time, so many days after a day: not 24 hours, where a clock was changed. */
function startOf(day: string, daysLater: number): Date {
  const [year, month, date] = day.split('-').map(Number);
  return new Date(year ?? 0, (month ?? 1) - 1, (date ?? 1) + daysLater);
}

function dayOf(text: string | null): string | undefined {
  if (text === null || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  return dayText(startOf(text, 0)) === text ? text : undefined;
}

/** A local day as `YYYY-MM-DD`. */
export function dayText(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim();
}
