import type { BookingState } from '../../../domain/booking/booking';
import { expiresAt, isExpired } from '../../../domain/booking/view';
import { findBooking } from '../../../persistence/bookings/find-booking';
import { recordBookingStep } from '../../../persistence/bookings/record-booking-step';
import { type TenantClient, withTenant } from '../../../persistence/with-tenant';
import { databaseFailure } from '../../../platform/database-failure';
import type { BookingActivities, ExpireBookingInput } from '../../../workflows/booking-contract';
import type { BookingActivityDependencies } from './create-booking-activities';
import { tellDecision } from './tell-decision';

/**
 * Ends a booking that nobody goes on with. Postgres is asked first: the booking may have become an order of which nobody told
 * the run, or the run may have missed a step of its own (written, but its workflow task was lost and nobody asked again).
 */
export function createExpireBooking({ pool, logger }: BookingActivityDependencies): BookingActivities['expireBooking'] {
  return async (input) => {
    const { userId, id: bookingId } = input.state;
    const correlationId = `expiry_${bookingId}`;
    const state = await withTenant(pool, userId, (client) => expire(client, input, correlationId)).catch(
      (error: unknown) => {
        throw databaseFailure(error);
      },
    );
    if (state.status === 'expired') {
      tellDecision(logger, { userId, bookingId, step: 'expire', decision: 'accepted', block: null, correlationId });
    }
    return { state };
  };
}

async function expire(
  client: TenantClient,
  { state: known, at }: ExpireBookingInput,
  correlationId: string,
): Promise<BookingState> {
  const state = (await findBooking(client, known.id)) ?? known;
  if (state.status !== 'open' || !isExpired(expiresAt(state), at)) return state;
  const expired: BookingState = { ...state, status: 'expired', version: state.version + 1, confirmation: null };
  const recorded = await recordBookingStep(client, {
    state: expired,
    decision: {
      step: 'expire',
      decision: 'accepted',
      guardrail: null,
      reason: null,
      customerWords: null,
      shown: null,
      summaryDigest: null,
    },
    commandId: 'expire',
    actor: 'system',
    correlationId,
    confidence: undefined,
  });
  return recorded.kind === 'recorded' ? expired : { ...state, status: 'ordered', orderId: recorded.orderId };
}
