import type { OrderStatus } from '../../../domain/order';
import type { Call, OrderDoor } from './order-door';
import type { BookedOrder } from './play';

/** One event of a watched order, as the stream sent it. */
export interface WatchedEvent {
  readonly sequence: number;
  readonly from: OrderStatus | undefined;
  readonly to: OrderStatus;
}

/** Opens the stream of one order's events, from the first one on; it ends by itself after the last one. */
export type Watch = (call: Call, orderId: string) => AsyncIterable<WatchedEvent>;

/** The way of a pending order to its end. The first is where it is already. */
const WAY: readonly OrderStatus[] = ['pending', 'confirmed', 'processing', 'completed'];

/**
 * Watches a pending order over gRPC while it is moved to its end over REST, one step whenever the stream has told of the
 * one before.
 * @returns the differences from the way it should go.
 */
export async function watchMoment(
  order: BookedOrder,
  call: Call,
  options: { readonly watch: Watch; readonly door: OrderDoor; readonly onEvent: (event: WatchedEvent) => void },
): Promise<string[]> {
  const seen: WatchedEvent[] = [];
  for await (const event of options.watch(call, order.id)) {
    seen.push(event);
    options.onEvent(event);
    const next = WAY[seen.length];
    if (next === undefined) continue;
    const answer = await options.door.move(call, order.id, { status: next });
    if (answer.kind === 'error') return [`the watched order could not become ${next}: ${answer.code}`];
  }
  const told = seen.map(({ sequence, to }) => `${sequence} ${to}`).join(', ');
  const expected = WAY.map((status, index) => `${index + 1} ${status}`).join(', ');
  return told === expected ? [] : [`the stream told of ${told || 'nothing'} instead of ${expected}`];
}
