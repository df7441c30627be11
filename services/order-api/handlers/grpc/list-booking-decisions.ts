import { create } from '@bufbuild/protobuf';
import { bookingId } from '../../../../domain/schemas/booking-fields';
import { listBookingDecisionsSchema } from '../../../../domain/schemas/list-booking-decisions';
import { parseInput } from '../../../../domain/schemas/parse';
import {
  type BookingService,
  ListBookingDecisionsResponseSchema,
} from '../../../../gen/orderbooking/v1/booking_service_pb';
import type { UseCases } from '../../use-cases/contract';
import { bookingDecisionMessage } from './booking-message';
import type { UnaryHandler } from './unary';

/** BookingService.ListBookingDecisions. */
export function listBookingDecisions(
  useCases: UseCases,
): UnaryHandler<typeof BookingService.method.listBookingDecisions> {
  return async (request, call) => {
    const paging = parseInput(listBookingDecisionsSchema, {
      page_size: request.pageSize,
      page_token: request.pageToken,
    });
    const page = await useCases.listBookingDecisions(call, {
      bookingId: parseInput(bookingId, request.bookingId, 'booking_id'),
      ...paging,
    });
    return create(ListBookingDecisionsResponseSchema, {
      decisions: page.decisions.map(bookingDecisionMessage),
      nextPageToken: page.nextPageToken ?? '',
    });
  };
}
