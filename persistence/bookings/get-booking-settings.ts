import type { BookingLocale } from '../../domain/booking/booking';
import { type BookingSettings, DEFAULT_BOOKING_SETTINGS } from '../../domain/booking/settings';
import type { TenantClient } from '../with-tenant';

interface BookingSettingsRow {
  readonly order_booking_enabled: boolean;
  readonly booking_locale: BookingLocale;
  readonly booking_idle_expiry_seconds: number;
  readonly confirmation_expiry_seconds: number;
  readonly confirmation_phrases: readonly string[];
}

/** How the tenant wants its bookings; the defaults (booking is off) for a tenant that never set anything. */
export async function getBookingSettings(client: TenantClient): Promise<BookingSettings> {
  const result = await client.query<BookingSettingsRow>({
    name: 'get-booking-settings',
    text: `SELECT order_booking_enabled, booking_locale, booking_idle_expiry_seconds, confirmation_expiry_seconds,
        confirmation_phrases
      FROM ai_capabilities
      WHERE user_id = $1::text`,
    values: [client.tenant],
  });
  const row = result.rows[0];
  if (row === undefined) return DEFAULT_BOOKING_SETTINGS;
  return {
    orderBookingEnabled: row.order_booking_enabled,
    bookingLocale: row.booking_locale,
    bookingIdleExpirySeconds: row.booking_idle_expiry_seconds,
    confirmationExpirySeconds: row.confirmation_expiry_seconds,
    confirmationPhrases: row.confirmation_phrases,
  };
}
