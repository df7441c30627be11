import type { Order } from '../../../console/app/api/wire';
import { NO_FILTERS } from '../../../console/app/orders/order-filters';
import { type OrderList, withOrder } from '../../../console/app/orders/order-list';
import { withPage } from '../../../console/app/parts/listing';
import { sampleOrder } from './sample-order';

const at = (minute: number, given: Partial<Order> = {}): Order =>
  sampleOrder({
    id: `order-${minute}`,
    created_at: `2026-11-24T09:${String(minute).padStart(2, '0')}:00.000Z`,
    ...given,
  });
const list = (minutes: readonly number[], nextPageToken = ''): OrderList => ({
  rows: minutes.map((minute) => at(minute)),
  nextPageToken,
});
const ids = ({ rows }: OrderList): readonly string[] => rows.map(({ id }) => id);

describe('a change of an order, in the list', () => {
  it('a new one comes to its place, which is by time and not by arrival', () => {
    expect(ids(withOrder(list([30, 10]), at(40), NO_FILTERS))).toEqual(['order-40', 'order-30', 'order-10']);
    expect(ids(withOrder(list([30, 10]), at(20), NO_FILTERS))).toEqual(['order-30', 'order-20', 'order-10']);
    expect(ids(withOrder(list([]), at(20), NO_FILTERS))).toEqual(['order-20']);
  });

  it('one that is there is replaced where it is', () => {
    const changed = withOrder(list([30, 20, 10]), at(20, { version: 2, status: 'confirmed' }), NO_FILTERS);
    expect(changed.rows.map(({ status }) => status)).toEqual(['pending', 'confirmed', 'pending']);
  });

  it('older news than what is known change nothing', () => {
    const known = withOrder(list([20]), at(20, { version: 3, status: 'processing' }), NO_FILTERS);
    expect(withOrder(known, at(20, { version: 2, status: 'confirmed' }), NO_FILTERS)).toBe(known);
    expect(withOrder(known, at(20, { version: 3, status: 'processing' }), NO_FILTERS)).toBe(known);
  });

  it('one that is no longer what is looked at goes', () => {
    const filters = { ...NO_FILTERS, status: 'pending' } as const;
    expect(ids(withOrder(list([20, 10]), at(20, { version: 2, status: 'confirmed' }), filters))).toEqual(['order-10']);
    const stranger = list([10]);
    expect(withOrder(stranger, at(20, { status: 'confirmed' }), filters)).toBe(stranger);
  });

  it('one of a page that is not loaded yet stays there', () => {
    const first = list([30, 20], 'more');
    expect(withOrder(first, at(10), NO_FILTERS)).toBe(first);
    expect(ids(withOrder(list([30, 20]), at(10), NO_FILTERS))).toEqual(['order-30', 'order-20', 'order-10']);
  });
});

describe('the next page', () => {
  it('comes behind, without what is there already', () => {
    const both = withPage(list([30, 20], 'more'), list([20, 10]));
    expect(ids(both)).toEqual(['order-30', 'order-20', 'order-10']);
    expect(both.nextPageToken).toBe('');
  });
});
