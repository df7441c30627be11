import type { Pool } from 'pg';
import { DEFAULT_BOOKING_SETTINGS } from '../../../domain/booking/settings';
import type { Capabilities } from '../../../domain/capabilities';
import { getCapabilities } from '../../../persistence/capabilities/get-capabilities';
import { updateCapabilities } from '../../../persistence/capabilities/update-capabilities';
import type { CallContext, UseCases } from './contract';
import { inTenant } from './in-tenant';

/** What the tenant switched on, read and changed by the tenant itself. */
export function capabilityUseCases(
  pool: Pool,
): Pick<UseCases, 'getCapabilities' | 'updateCapabilities' | 'isOrderBookingEnabled'> {
  async function get(ctx: CallContext): Promise<Capabilities> {
    return (await inTenant(pool, ctx, getCapabilities)) ?? allOff(ctx.caller.userId);
  }
  return {
    getCapabilities: get,
    updateCapabilities: (ctx, change) => inTenant(pool, ctx, (client) => updateCapabilities(client, change)),
    isOrderBookingEnabled: async (ctx) => (await get(ctx)).orderBookingEnabled,
  };
}

/** A tenant that never set anything. */
function allOff(userId: string): Capabilities {
  return {
    userId,
    sheetsSyncEnabled: false,
    sheetsSpreadsheetId: null,
    sheetsSheetName: 'Orders',
    pendingOrderExpirySeconds: null,
    ...DEFAULT_BOOKING_SETTINGS,
    updatedAt: new Date(0).toISOString(),
  };
}
