import { openBooking } from '../../../domain/booking/open-booking';
import { questionAt } from '../../../domain/booking/take-step';
import type { Block } from '../../../domain/guardrails/block';
import { findBooking } from '../../../persistence/bookings/find-booking';
import { getBookingSettings } from '../../../persistence/bookings/get-booking-settings';
import { recordBookingStep } from '../../../persistence/bookings/record-booking-step';
import { recordDecision } from '../../../persistence/bookings/record-decision';
import { type TenantClient, withTenant } from '../../../persistence/with-tenant';
import { databaseFailure } from '../../../platform/database-failure';
import type { BookingActivities, OpenBookingInput, OpenBookingResult } from '../../../workflows/booking-contract';
import type { BookingActivityDependencies } from './create-booking-activities';
import { tellDecision } from './tell-decision';

const DISABLED: Block = {
  guardrail: 'capability',
  code: 'ORDER_BOOKING_DISABLED',
  reason: 'order_booking_disabled',
  message: 'Booking by AI agents is switched off',
  ask: null,
};

/** There is one start of a booking, however often it is carried out. */
const START_COMMAND = 'start';

/**
 * Opens a booking, or finds the one that is there: then its run was lost, or this is the second run of the same opening,
 * and beginning anew would throw away what the customer said.
 */
export function createOpenBooking({ pool, logger }: BookingActivityDependencies): BookingActivities['openBooking'] {
  return async (input) => {
    const { fresh, ...result } = await withTenant(pool, input.userId, (client) => open(client, input)).catch(
      (error: unknown) => {
        throw databaseFailure(error);
      },
    );
    if (fresh) {
      const { userId, bookingId, correlationId, confidence } = input;
      const block = result.kind === 'disabled' ? result.block : null;
      const decision = block === null ? 'accepted' : 'blocked';
      tellDecision(logger, { userId, bookingId, step: 'start', decision, block, correlationId, confidence });
    }
    return result;
  };
}

async function open(
  client: TenantClient,
  input: OpenBookingInput,
): Promise<OpenBookingResult & { readonly fresh: boolean }> {
  const { bookingId, actor, correlationId, confidence, at } = input;
  const [settings, known] = await Promise.all([getBookingSettings(client), findBooking(client, bookingId)]);
  // Also where the switch is off by now: it is asked again before there is an order.
  if (known !== undefined)
    return { kind: 'opened', state: known, result: { say: questionAt(known, at) }, fresh: false };
  const record = { step: 'start', customerWords: null, shown: null, summaryDigest: null } as const;
  if (!settings.orderBookingEnabled) {
    const { guardrail, reason } = DISABLED;
    const blocked = { ...record, decision: 'blocked', guardrail, reason } as const;
    await recordDecision(client, { ...blocked, bookingId, actor, correlationId, confidence });
    return { kind: 'disabled', block: DISABLED, fresh: true };
  }
  const state = openBooking({
    id: bookingId,
    userId: input.userId,
    locale: input.locale ?? settings.bookingLocale,
    idleExpirySeconds: settings.bookingIdleExpirySeconds,
    at,
  });
  await recordBookingStep(client, {
    state,
    decision: { ...record, decision: 'accepted', guardrail: null, reason: null },
    commandId: START_COMMAND,
    actor,
    correlationId,
    confidence,
  });
  return { kind: 'opened', state, result: { say: questionAt(state, at) }, fresh: true };
}
