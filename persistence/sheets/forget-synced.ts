import type { TenantClient } from '../with-tenant';

/**
 * Has every order of the tenant be written to the sheet once more. In a transaction that also touches the tenant's row this comes
 * first: an order's own statement locks the two in that order, and the other way round they would wait for each other.
 */
export async function forgetSynced(client: TenantClient): Promise<void> {
  await client.query({
    name: 'forget-synced',
    text: 'UPDATE orders SET sheet_synced_version = 0 WHERE user_id = $1::text AND sheet_synced_version <> 0',
    values: [client.tenant],
  });
}
