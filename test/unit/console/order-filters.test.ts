import type { Order } from '../../../console/app/api/wire';
import {
  apiQueryOf,
  filtersOf,
  matchesFilters,
  NO_FILTERS,
  type OrderFilters,
  queryOf,
} from '../../../console/app/orders/order-filters';
import { sampleOrder } from './sample-order';

const filters = (given: Partial<OrderFilters>): OrderFilters => ({ ...NO_FILTERS, ...given });

describe('the filters in the address', () => {
  test.each<Partial<OrderFilters>>([
    {},
    { search: 'Zoë & Söhne + 2' },
    { status: 'pending', source: 'walk_in' },
    { from: '2026-11-24', to: '2026-11-25' },
    { search: '4930', status: 'cancelled', source: 'ai', from: '2026-02-28', to: '2026-03-01' },
  ])('%j comes back as it went', (given) => {
    expect(filtersOf(queryOf(filters(given)))).toEqual(filters(given));
  });

  it('nothing filtered is no query at all', () => {
    expect(queryOf(NO_FILTERS)).toBe('');
  });

  test.each(['?status=lost', '?source=moon', '?from=yesterday', '?to=2026-02-30', '?from=2026-13-01', '?unknown=1'])(
    '%s filters nothing: somebody typed it',
    (query) => {
      expect(filtersOf(query)).toEqual(NO_FILTERS);
    },
  );
});

describe('what the API is asked', () => {
  it('days are whole and local, and both ends belong to them', () => {
    const { created_after, created_before } = apiQueryOf(filters({ from: '2026-11-24', to: '2026-11-24' }));
    expect(new Date(String(created_after)).getTime()).toBe(new Date(2026, 10, 24).getTime() - 1);
    expect(new Date(String(created_before)).getTime()).toBe(new Date(2026, 10, 25).getTime());
  });

  it('what is not filtered is not asked for', () => {
    expect(Object.values(apiQueryOf(NO_FILTERS)).filter((value) => value !== undefined && value !== '')).toEqual([]);
  });
});

describe('whether an order that came in belongs to what is looked at', () => {
  const order: Order = sampleOrder({
    customer_name: 'Zoë García',
    customer_phone: '4930901820',
    items: [{ name: 'Butter croissant', quantity: 6 }],
    created_at: new Date(2026, 10, 24, 23, 59, 59, 999).toISOString(),
  });

  test.each<Partial<OrderFilters>>([
    {},
    { search: 'garcía' },
    { search: 'GARCÍA' },
    { search: 'croiss' },
    { search: '30 9018' },
    { search: '+49 (30)' },
    // As it is dialled at home, which is how customers say it.
    { search: '030 901820' },
    { search: '0198c2de-7f3a' },
    { search: '0198C2DE' },
    { status: 'pending' },
    { source: 'web' },
    { from: '2026-11-24', to: '2026-11-24' },
  ])('%j: yes', (given) => {
    expect(matchesFilters(order, filters(given))).toBe(true);
  });

  test.each<Partial<OrderFilters>>([
    { search: 'bagel' },
    { search: '6' },
    { search: 'c2de' },
    // So many ids begin like that that the API does not look for it among them.
    { search: '0' },
    { search: '019' },
    { search: '049' },
    { status: 'confirmed' },
    { source: 'ai' },
    { from: '2026-11-25' },
    { to: '2026-11-23' },
    { search: 'garcía', status: 'cancelled' },
  ])('%j: no', (given) => {
    expect(matchesFilters(order, filters(given))).toBe(false);
  });
});
