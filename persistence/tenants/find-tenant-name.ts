import type { TenantClient } from '../with-tenant';

/** What the tenant is called, or undefined when there is no such tenant. */
export async function findTenantName(client: TenantClient): Promise<string | undefined> {
  const result = await client.query<{ name: string }>({
    name: 'find-tenant-name',
    text: 'SELECT name FROM tenants WHERE user_id = $1::text',
    values: [client.tenant],
  });
  return result.rows[0]?.name;
}
