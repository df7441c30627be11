import type { Catalogue } from '../../domain/booking/catalogue';
import type { TenantClient } from '../with-tenant';
import { type CatalogueRow, toCatalogue } from './catalogue-row';

/** What the tenant sells; undefined for a tenant that never said. */
export async function getCatalogue(client: TenantClient): Promise<Catalogue | undefined> {
  const result = await client.query<CatalogueRow>({
    name: 'get-catalogue',
    text: 'SELECT user_id, items, updated_at FROM catalogues WHERE user_id = $1::text',
    values: [client.tenant],
  });
  const row = result.rows[0];
  return row && toCatalogue(row);
}
