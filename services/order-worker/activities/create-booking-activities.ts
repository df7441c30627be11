import type { Pool } from 'pg';
import type { SigningKey } from '../../../domain/booking/confirmation-key';
import type { Logger } from '../../../platform/logger';
import type { BookingActivities } from '../../../workflows/booking-contract';
import { createExpireBooking } from './expire-booking';
import { createOpenBooking } from './open-booking';
import { createTakeBookingStep } from './take-booking-step';

export interface BookingActivityDependencies {
  readonly pool: Pool;
  readonly logger: Logger;
  /** Signs the keys that confirmed bookings are ordered with. */
  readonly signingKey: SigningKey;
}

/** What BookingWorkflow may ask of this worker. */
export function createBookingActivities(dependencies: BookingActivityDependencies): BookingActivities {
  return {
    openBooking: createOpenBooking(dependencies),
    takeBookingStep: createTakeBookingStep(dependencies),
    expireBooking: createExpireBooking(dependencies),
  };
}
