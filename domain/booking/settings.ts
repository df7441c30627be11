import type { BookingLocale } from './booking';

/** How a tenant wants its bookings; part of its capabilities. */
export interface BookingSettings {
  /** Whether AI agents may book at all. */
  readonly orderBookingEnabled: boolean;
  /** The language of bookings that do not say another. */
  readonly bookingLocale: BookingLocale;
  /** Seconds without a step after which a booking expires. */
  readonly bookingIdleExpirySeconds: number;
  /** Seconds for which the customer's yes is good. */
  readonly confirmationExpirySeconds: number;
  /** The tenant's own phrases that count as a yes. */
  readonly confirmationPhrases: readonly string[];
}

/** What holds for a tenant that never set anything. */
export const DEFAULT_BOOKING_SETTINGS: BookingSettings = {
  orderBookingEnabled: false,
  bookingLocale: 'en',
  bookingIdleExpirySeconds: 1_800,
  confirmationExpirySeconds: 600,
  confirmationPhrases: [],
};

/** Shorter, and a customer who looks something up comes back to nothing. Longer: an abandoned conversation stays open. */
export const IDLE_EXPIRY_SECONDS = { min: 60, max: 86_400 } as const;
/** Shorter than an agent's retries take: the yes is gone before it is used. Longer: it is used when nobody remembers it. */
export const CONFIRMATION_EXPIRY_SECONDS = { min: 30, max: 3_600 } as const;
export const CONFIRMATION_PHRASES_MAX = 20;
