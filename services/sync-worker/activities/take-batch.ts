import { orderCells } from '../../../domain/sheets/order-cells';
import type { UnsyncedOrder } from '../../../persistence/sheets/list-unsynced-orders';

/** Google advises at most 2 MB a request. A quarter is left for what surrounds the texts of a row. */
const BATCH_BYTES = 1_500_000;
const ROW_BYTES = 600;

/** As many of the orders, from the first on, as one request to Google may hold; one at least. */
export function takeBatch(orders: readonly UnsyncedOrder[], maxBytes = BATCH_BYTES): readonly UnsyncedOrder[] {
  let bytes = 0;
  const end = orders.findIndex(({ order }, index) => {
    bytes += ROW_BYTES + Buffer.byteLength(JSON.stringify(orderCells(order)));
    return bytes > maxBytes && index > 0;
  });
  return end === -1 ? orders : orders.slice(0, end);
}
