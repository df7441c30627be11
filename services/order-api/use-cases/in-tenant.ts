import type { Pool } from 'pg';
import { type TenantClient, withTenant } from '../../../persistence/with-tenant';
import type { CallContext } from './contract';
import { databaseError } from './database-error';

/** Runs reads as the caller's tenant. @throws UNAVAILABLE when the database does not answer, INTERNAL on a defect. */
export function inTenant<T>(
  pool: Pool,
  ctx: Pick<CallContext, 'caller'>,
  work: (client: TenantClient) => Promise<T>,
): Promise<T> {
  return withTenant(pool, ctx.caller.userId, work).catch((error: unknown) => {
    throw databaseError(error);
  });
}
