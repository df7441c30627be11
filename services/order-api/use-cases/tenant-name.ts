import type { Pool } from 'pg';
import { findTenantName } from '../../../persistence/tenants/find-tenant-name';
import type { UseCases } from './contract';
import { inTenant } from './in-tenant';

/** The name of the caller's business; its id where it has none to show. */
export function createTenantName(pool: Pool): UseCases['tenantName'] {
  return async (ctx) => (await inTenant(pool, ctx, findTenantName)) ?? ctx.caller.userId;
}
