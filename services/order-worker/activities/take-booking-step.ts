import { ApplicationFailure } from '@temporalio/common';
import type { BookingState } from '../../../domain/booking/booking';
import { issueConfirmationKey } from '../../../domain/booking/confirmation-key';
import { DEFAULT_BOOKING_SETTINGS } from '../../../domain/booking/settings';
import { type StepOutcome, type StepRules, takeStep } from '../../../domain/booking/take-step';
import { createOrderRequestHash } from '../../../domain/canonical-request';
import { getBookingSettings } from '../../../persistence/bookings/get-booking-settings';
import { type RecordBookingStep, recordBookingStep } from '../../../persistence/bookings/record-booking-step';
import { getCatalogue } from '../../../persistence/catalogue/get-catalogue';
import { type TenantClient, withTenant } from '../../../persistence/with-tenant';
import { sha256Hex } from '../../../platform/sha256';
import type { BookingActivities, TakeBookingStepInput } from '../../../workflows/booking-contract';
import { bookingFailure } from './booking-failure';
import type { BookingActivityDependencies } from './create-booking-activities';
import { tellDecision } from './tell-decision';

/**
 * Judges a step and records it, in one transaction. Run again because its workflow task was lost, it judges again, and the
 * records then hold what the run goes on with: a second run of the same step adds no second line.
 */
export function createTakeBookingStep({
  pool,
  logger,
  signingKey,
}: BookingActivityDependencies): BookingActivities['takeBookingStep'] {
  return async (input) => {
    const { userId, id: bookingId } = input.state;
    const { state, decision, result } = await withTenant(pool, userId, (client) => takeAndRecord(client, input)).catch(
      (error: unknown) => {
        throw bookingFailure(error);
      },
    );
    tellDecision(logger, {
      userId,
      bookingId,
      step: decision.action,
      decision: decision.decision,
      block: decision.block,
      correlationId: input.correlationId,
      confidence: input.confidence,
    });
    return { state, result, block: decision.block };
  };

  async function takeAndRecord(client: TenantClient, input: TakeBookingStepInput): Promise<StepOutcome> {
    const rules = await rulesFor(client, input);
    const outcome = judge(input.state, input, rules);
    const recorded = await recordBookingStep(client, recordOf(outcome, input));
    if (recorded.kind === 'recorded') return outcome;
    // Postgres has the last word: the booking is an order by now, and what a step may do is judged by that.
    const ordered: BookingState = { ...input.state, status: 'ordered', orderId: recorded.orderId };
    const late = judge(ordered, input, rules);
    await recordBookingStep(client, recordOf(late, input));
    return late;
  }

  /** Reads what this step is judged by, and nothing else. */
  async function rulesFor(client: TenantClient, { request: { action }, at }: TakeBookingStepInput): Promise<StepRules> {
    const asksForYes = action === 'confirm_items' || action === 'confirm_booking';
    const settings = asksForYes ? await getBookingSettings(client) : DEFAULT_BOOKING_SETTINGS;
    const catalogue = action === 'add_items' || action === 'get_summary' ? await getCatalogue(client) : undefined;
    return {
      at,
      catalogue: catalogue?.items ?? [],
      confirmationPhrases: settings.confirmationPhrases,
      confirmationSeconds: settings.confirmationExpirySeconds,
      sha256Hex,
      issueKey: (claim) => issueConfirmationKey(claim, signingKey),
    };
  }
}

/** @throws ApplicationFailure INTERNAL for a defect of the rules: judged again, the same step would fail the same way for ever. */
function judge(state: BookingState, { request }: TakeBookingStepInput, rules: StepRules): StepOutcome {
  try {
    return takeStep(state, request, rules);
  } catch {
    // Without the error itself: what it says may quote the customer.
    throw ApplicationFailure.create({ type: 'INTERNAL', message: 'The step cannot be judged', nonRetryable: true });
  }
}

function recordOf({ state, decision, result }: StepOutcome, input: TakeBookingStepInput): RecordBookingStep {
  const { commandId, actor, correlationId, confidence, request } = input;
  const { action, block, customerWords, shown, summaryDigest } = decision;
  const confirmed = result?.confirmed;
  const record: RecordBookingStep = {
    state,
    decision: {
      step: action,
      decision: decision.decision,
      guardrail: block?.guardrail ?? null,
      reason: block?.reason ?? null,
      customerWords,
      shown,
      summaryDigest,
    },
    commandId,
    actor,
    correlationId,
    confidence,
  };
  if (confirmed === undefined || request.action !== 'confirm_booking') return record;
  const { content } = confirmed;
  const order = { content: { ...content, source: 'ai', slotId: null }, allowDuplicate: false } as const;
  const requestHash = createOrderRequestHash(order, sha256Hex);
  return { ...record, confirmation: { content, requestHash, reply: request.customerReply } };
}
