import type { Pool } from 'pg';
import { DEFAULT_BOOKING_SETTINGS } from '../../../domain/booking/settings';
import { type Capabilities, DEFAULT_SHEET_NAME } from '../../../domain/capabilities';
import { getCapabilities } from '../../../persistence/capabilities/get-capabilities';
import type { CallContext, UseCases } from './contract';
import { inTenant } from './in-tenant';

export interface ReadCapabilitiesDependencies {
  readonly pool: Pool;
  /** The address of the shared default; undefined when there is none. */
  readonly sharedServiceAccount: string | undefined;
}

/** What the tenant switched on, read by the tenant itself. */
export function readCapabilities({
  pool,
  sharedServiceAccount,
}: ReadCapabilitiesDependencies): Pick<UseCases, 'getCapabilities' | 'isOrderBookingEnabled'> {
  async function get(ctx: CallContext): Promise<Capabilities> {
    const capabilities = (await inTenant(pool, ctx, getCapabilities)) ?? allOff(ctx.caller.userId);
    return withServiceAccount(capabilities, sharedServiceAccount);
  }
  return {
    getCapabilities: get,
    isOrderBookingEnabled: async (ctx) => (await get(ctx)).orderBookingEnabled,
  };
}

/** With the shared service account where the tenant has none of its own. */
export function withServiceAccount(capabilities: Capabilities, shared: string | undefined): Capabilities {
  return { ...capabilities, sheetsServiceAccount: capabilities.sheetsServiceAccount ?? shared ?? null };
}

/** A tenant that never set anything. */
function allOff(userId: string): Capabilities {
  return {
    userId,
    sheetsSyncEnabled: false,
    sheetsSpreadsheetId: null,
    sheetsSheetName: DEFAULT_SHEET_NAME,
    sheetsServiceAccount: null,
    pendingOrderExpirySeconds: null,
    ...DEFAULT_BOOKING_SETTINGS,
    updatedAt: new Date(0).toISOString(),
  };
}
