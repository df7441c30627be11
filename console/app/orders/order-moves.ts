import type { OrderStatus } from '../api/wire';

/** From each state, the one a click leads on to; cancelling is possible wherever there is one. */
const NEXT: Readonly<Record<OrderStatus, OrderStatus | undefined>> = {
  pending: 'confirmed',
  confirmed: 'processing',
  processing: 'completed',
  completed: undefined,
  cancelled: undefined,
};

export function nextStatus(status: OrderStatus): OrderStatus | undefined {
  return NEXT[status];
}

export function canBeCancelled(status: OrderStatus): boolean {
  return NEXT[status] !== undefined;
}

/** What the button says that moves an order there. */
export const MOVE_LABELS: Readonly<Record<OrderStatus, string>> = {
  pending: 'Reopen',
  confirmed: 'Confirm order',
  processing: 'Start preparing',
  completed: 'Complete order',
  cancelled: 'Cancel order',
};

export const STATUS_LABELS: Readonly<Record<OrderStatus, string>> = {
  pending: 'Pending',
  confirmed: 'Confirmed',
  processing: 'Processing',
  completed: 'Completed',
  cancelled: 'Cancelled',
};
