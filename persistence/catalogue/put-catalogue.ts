import type { Catalogue, CatalogueItem } from '../../domain/booking/catalogue';
import type { TenantClient } from '../with-tenant';
import { type CatalogueRow, catalogueColumn, toCatalogue } from './catalogue-row';

/** Replaces all that the tenant sells, in one statement, and answers with it. Of two at once, one is kept whole. */
export async function putCatalogue(client: TenantClient, items: readonly CatalogueItem[]): Promise<Catalogue> {
  const result = await client.query<CatalogueRow>(
    `INSERT INTO catalogues (user_id, items)
     VALUES ($1::text, $2::jsonb)
     ON CONFLICT (user_id) DO UPDATE SET items = excluded.items, updated_at = excluded.updated_at
     RETURNING user_id, items, updated_at`,
    [client.tenant, catalogueColumn(items)],
  );
  const row = result.rows[0];
  if (row === undefined) throw new Error('put-catalogue answered without a row');
  return toCatalogue(row);
}
