import { create } from '@bufbuild/protobuf';
import { bookingId } from '../../../../domain/schemas/booking-fields';
import { confirmBookingSchema, getSummarySchema } from '../../../../domain/schemas/bookings';
import { parseInput } from '../../../../domain/schemas/parse';
import {
  type BookingService,
  ConfirmBookingResponseSchema,
  GetSummaryResponseSchema,
} from '../../../../gen/orderbooking/v1/booking_service_pb';
import type { UseCases } from '../../use-cases/contract';
import { payloadMessage, stepMessage, summaryMessage } from './booking-message';
import { timestampMessage } from './order-message';
import type { UnaryHandler } from './unary';

/** BookingService.GetSummary. */
export function getSummary(useCases: UseCases): UnaryHandler<typeof BookingService.method.getSummary> {
  return async (request, call) => {
    const step = parseInput(getSummarySchema, { step_id: request.stepId, confidence: request.confidence });
    const taken = await useCases.getSummary(call, {
      bookingId: parseInput(bookingId, request.bookingId, 'booking_id'),
      ...step,
    });
    const { summary, summaryDigest } = taken.result;
    if (summary === undefined || summaryDigest === undefined) throw new Error('no answer of GetSummary');
    return create(GetSummaryResponseSchema, {
      summary: summaryMessage(summary),
      summaryDigest,
      ...stepMessage(taken),
    });
  };
}

/** BookingService.ConfirmBooking. */
export function confirmBooking(useCases: UseCases): UnaryHandler<typeof BookingService.method.confirmBooking> {
  return async (request, call) => {
    const step = parseInput(confirmBookingSchema, {
      summary_digest: request.summaryDigest,
      customer_reply: request.customerReply,
      declined: request.declined,
      step_id: request.stepId,
      confidence: request.confidence,
    });
    const taken = await useCases.confirmBooking(call, {
      bookingId: parseInput(bookingId, request.bookingId, 'booking_id'),
      ...step,
    });
    const { confirmed } = taken.result;
    if (confirmed === undefined) throw new Error('no answer of ConfirmBooking');
    return create(ConfirmBookingResponseSchema, {
      idempotencyKey: confirmed.idempotencyKey,
      expiresAt: timestampMessage(confirmed.expiresAt),
      payload: payloadMessage(call.caller.userId, confirmed.content),
      ...stepMessage(taken),
    });
  };
}
