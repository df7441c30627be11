import { create } from '@bufbuild/protobuf';
import { listBookingsSchema } from '../../../../domain/schemas/list-bookings';
import { parseInput } from '../../../../domain/schemas/parse';
import { type BookingService, ListBookingsResponseSchema } from '../../../../gen/orderbooking/v1/booking_service_pb';
import type { UseCases } from '../../use-cases/contract';
import { bookingStatusWord, listedBookingMessage } from './booking-message';
import type { UnaryHandler } from './unary';

/** BookingService.ListBookings. */
export function listBookings(useCases: UseCases): UnaryHandler<typeof BookingService.method.listBookings> {
  return async (request, call) => {
    const query = parseInput(listBookingsSchema, {
      status: bookingStatusWord(request.status),
      order_id: request.orderId,
      page_size: request.pageSize,
      page_token: request.pageToken,
    });
    const page = await useCases.listBookings(call, query);
    return create(ListBookingsResponseSchema, {
      bookings: page.bookings.map(listedBookingMessage),
      nextPageToken: page.nextPageToken ?? '',
    });
  };
}
