import { ORDER_STATUSES, type OrderStatus } from '../../../domain/order';
import { canTransition, isTerminal, ORDER_TRANSITIONS } from '../../../domain/order-state';

const ALLOWED = new Set([
  'pending→confirmed',
  'pending→cancelled',
  'confirmed→processing',
  'confirmed→cancelled',
  'processing→completed',
  'processing→cancelled',
]);

const PAIRS = ORDER_STATUSES.flatMap((from) => ORDER_STATUSES.map((to): [OrderStatus, OrderStatus] => [from, to]));

test.each(PAIRS)('an order that is %s may become %s only if the contract says so', (from, to) => {
  expect(canTransition(from, to)).toBe(ALLOWED.has(`${from}→${to}`));
});

test('completed and cancelled are the only ends, and every state has its row', () => {
  expect(ORDER_STATUSES.filter(isTerminal)).toEqual(['completed', 'cancelled']);
  expect(Object.keys(ORDER_TRANSITIONS)).toEqual([...ORDER_STATUSES]);
});
