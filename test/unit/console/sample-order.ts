import type { Order } from '../../../console/app/api/wire';

export function sampleOrder(given: Partial<Order> = {}): Order {
  return {
    id: '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f',
    user_id: 'bakery',
    customer_name: 'Ada Lovelace',
    customer_phone: '493012345678',
    items: [{ name: 'Rye bread', quantity: 1 }],
    total_quantity: 1,
    status: 'pending',
    source: 'web',
    notes: null,
    version: 1,
    created_at: '2026-11-24T09:30:00.000Z',
    updated_at: '2026-11-24T09:30:00.000Z',
    ...given,
  };
}
