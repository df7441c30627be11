import type { Capabilities } from '../domain/capabilities';
import { GOOGLE_WAIT_MS } from '../domain/waits';
import { CapabilityService } from '../gen/orderbooking/v1/capability_service_pb';
import { capabilitiesFrom } from './capabilities-from-message';
import type { Answered, CallOptions } from './client-options';
import type { UnaryCaller } from './unary-caller';

/** Absent fields stay as they are; null clears one that can be absent, and an empty list empties it. */
export type CapabilitiesChange = {
  readonly [Field in keyof Omit<Capabilities, 'userId' | 'sheetsServiceAccount' | 'updatedAt'>]?:
    | Capabilities[Field]
    | undefined;
} & {
  /** The JSON key file of a service account of one's own, as text; null brings the shared one back. Never told again. */
  readonly sheetsCredentials?: string | null | undefined;
};

/** CapabilityService. Every method throws a `FailedCall`. */
export interface CapabilityCalls {
  getCapabilities(options?: CallOptions): Promise<Answered<{ readonly capabilities: Capabilities }>>;
  /** A change of the sheet that is written to is checked with Google first, which takes its time. */
  updateCapabilities(
    change: CapabilitiesChange,
    options?: CallOptions,
  ): Promise<Answered<{ readonly capabilities: Capabilities }>>;
  /** Whether AI agents may book orders for the tenant now. `userId`, where it is given, must be the API key's tenant. */
  isOrderBookingEnabled(
    query?: { readonly userId?: string | undefined },
    options?: CallOptions,
  ): Promise<Answered<{ readonly enabled: boolean }>>;
}

const { method } = CapabilityService;

const CHECKING = { repeatable: true, waitsMs: GOOGLE_WAIT_MS };

/** The names of the fields in an update's mask. */
const PATHS: Readonly<Record<keyof CapabilitiesChange, string>> = {
  orderBookingEnabled: 'order_booking_enabled',
  sheetsSyncEnabled: 'sheets_sync_enabled',
  sheetsSpreadsheetId: 'sheets_spreadsheet_id',
  sheetsSheetName: 'sheets_sheet_name',
  sheetsCredentials: 'sheets_credentials',
  pendingOrderExpirySeconds: 'pending_order_expiry_seconds',
  bookingLocale: 'booking_locale',
  bookingIdleExpirySeconds: 'booking_idle_expiry_seconds',
  confirmationExpirySeconds: 'confirmation_expiry_seconds',
  confirmationPhrases: 'confirmation_phrases',
};

export function capabilityCalls(call: UnaryCaller): CapabilityCalls {
  return {
    getCapabilities: (options) =>
      call(method.getCapabilities, {}, options, { repeatable: true }, ({ capabilities }) => ({
        capabilities: capabilitiesFrom(capabilities),
      })),
    updateCapabilities: (change, options) =>
      call(method.updateCapabilities, updateOf(change), options, CHECKING, ({ capabilities }) => ({
        capabilities: capabilitiesFrom(capabilities),
      })),
    isOrderBookingEnabled: ({ userId } = {}, options) =>
      call(
        method.isOrderBookingEnabled,
        userId === undefined ? {} : { userId },
        options,
        { repeatable: true },
        ({ enabled }) => ({ enabled }),
      ),
  };
}

/** With a mask always, so that null and an empty list change something. One that named nothing would read as no mask. */
function updateOf(change: CapabilitiesChange) {
  const fields = Object.entries(change).filter(([, value]) => value !== undefined);
  const paths = fields.flatMap(([name]) => (Object.hasOwn(PATHS, name) ? PATHS[name as keyof typeof PATHS] : []));
  return {
    capabilities: Object.fromEntries(fields.filter(([, value]) => value !== null)),
    ...(paths.length === 0 ? {} : { updateMask: { paths } }),
  };
}
