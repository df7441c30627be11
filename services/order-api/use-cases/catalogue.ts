import type { Pool } from 'pg';
import { getCatalogue } from '../../../persistence/catalogue/get-catalogue';
import { putCatalogue } from '../../../persistence/catalogue/put-catalogue';
import type { UseCases } from './contract';
import { inTenant } from './in-tenant';

/** What the tenant sells, read and replaced by the tenant itself. */
export function catalogueUseCases(pool: Pool): Pick<UseCases, 'getCatalogue' | 'updateCatalogue'> {
  return {
    getCatalogue: async (ctx) => (await inTenant(pool, ctx, getCatalogue)) ?? none(ctx.caller.userId),
    updateCatalogue: (ctx, items) => inTenant(pool, ctx, (client) => putCatalogue(client, items)),
  };
}

/** Of a tenant that never said what it sells. */
function none(userId: string) {
  return { userId, items: [], updatedAt: new Date(0).toISOString() };
}
