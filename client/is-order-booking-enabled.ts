import { environmentClient } from './environment-client';
import type { OrderClient } from './order-client';

/**
 * Whether AI agents may book orders for a tenant now. The tenant has to be the API key's.
 *
 * The service is the one of the environment: see `environmentClient`.
 * @throws FailedCall when it cannot be found out, as PERMISSION_DENIED for another tenant: false would say that the tenant
 * switched it off. Error when the environment names no service.
 */
export async function isOrderBookingEnabled(user_id: string): Promise<boolean> {
  return isOrderBookingEnabledWith(environmentClient())(user_id);
}

/** The same over a client of the caller's. */
export function isOrderBookingEnabledWith(
  client: Pick<OrderClient, 'isOrderBookingEnabled'>,
): (user_id: string) => Promise<boolean> {
  return async (userId) => (await client.isOrderBookingEnabled({ userId })).enabled;
}
