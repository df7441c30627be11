import type { Order } from '../../domain/order';
import type { TenantClient } from '../with-tenant';
import { type OrderRow, orderColumns, toOrder } from './order-row';

/** The order as a command left it, whatever came behind it; undefined when the command has not moved it. */
export async function findOrderAfterCommand(
  client: TenantClient,
  query: { readonly orderId: string; readonly commandId: string },
): Promise<Order | undefined> {
  const result = await client.query<OrderRow>({
    name: 'find-order-after-command',
    // A version is a change of status: the first one, and one for each such event up to the command's.
    text: `SELECT ${orderColumns('o')}, e.to_status AS status, e.occurred_at AS updated_at,
        (SELECT 1 + count(*) FROM order_events m
         WHERE m.order_id = e.order_id AND m.sequence <= e.sequence AND m.type = 'status_changed')::int AS version
      FROM order_events e JOIN orders o ON o.id = e.order_id
      WHERE e.user_id = $1::text AND o.user_id = $1::text AND e.order_id = $2::uuid
        AND e.command_id = $3::text AND e.type = 'status_changed'`,
    values: [client.tenant, query.orderId, query.commandId],
  });
  const row = result.rows[0];
  return row && toOrder(row);
}
