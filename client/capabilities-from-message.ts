import { BOOKING_LOCALES } from '../domain/booking/booking';
import type { Capabilities } from '../domain/capabilities';
import type { Capabilities as CapabilitiesMessage } from '../gen/orderbooking/v1/capability_service_pb';
import { isoOf, known, required } from './message-words';

/** @throws SystemError INTERNAL when there are no capabilities, or not all of them. */
export function capabilitiesFrom(message: CapabilitiesMessage | undefined): Capabilities {
  const capabilities = required(message, 'capabilities');
  return {
    userId: required(capabilities.userId, 'a user_id'),
    orderBookingEnabled: required(capabilities.orderBookingEnabled, 'order_booking_enabled'),
    sheetsSyncEnabled: required(capabilities.sheetsSyncEnabled, 'sheets_sync_enabled'),
    sheetsSpreadsheetId: capabilities.sheetsSpreadsheetId ?? null,
    sheetsSheetName: required(capabilities.sheetsSheetName, 'sheets_sheet_name'),
    sheetsServiceAccount: capabilities.sheetsServiceAccount ?? null,
    pendingOrderExpirySeconds: capabilities.pendingOrderExpirySeconds ?? null,
    bookingLocale: known(BOOKING_LOCALES, required(capabilities.bookingLocale, 'booking_locale')),
    bookingIdleExpirySeconds: required(capabilities.bookingIdleExpirySeconds, 'booking_idle_expiry_seconds'),
    confirmationExpirySeconds: required(capabilities.confirmationExpirySeconds, 'confirmation_expiry_seconds'),
    confirmationPhrases: [...capabilities.confirmationPhrases],
    updatedAt: isoOf(capabilities.updatedAt),
  };
}
