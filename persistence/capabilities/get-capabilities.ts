import type { Capabilities } from '../../domain/capabilities';
import type { TenantClient } from '../with-tenant';
import { CAPABILITIES_COLUMNS, type CapabilitiesRow, toCapabilities } from './capabilities-row';

/** What the tenant switched on; undefined for a tenant that never set anything (all off). */
export async function getCapabilities(client: TenantClient): Promise<Capabilities | undefined> {
  const result = await client.query<CapabilitiesRow>(
    `SELECT ${CAPABILITIES_COLUMNS} FROM ai_capabilities WHERE user_id = $1::text`,
    [client.tenant],
  );
  const row = result.rows[0];
  return row && toCapabilities(row);
}
