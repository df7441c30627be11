import { randomInt } from 'node:crypto';
import { credentials } from '@grpc/grpc-js';
import { BookingService } from '../gen/orderbooking/v1/booking_service_pb';
import { createGrpcClient } from '../platform/grpc-client';

/** The calls of a whole booking, in their order. */
export const BOOKING_CALLS = [
  'StartBooking',
  'AddItems',
  'ConfirmItems',
  'SetCustomer',
  'GetSummary',
  'ConfirmBooking',
  'CreateOrderFromAi',
] as const;
export type BookingCall = (typeof BOOKING_CALLS)[number];

export interface BookedOrder {
  readonly bookingId: string;
  readonly idempotencyKey: string;
}

export interface BookingCaller {
  /** A conversation from its start to the order. `timed` gets how long each call took. */
  book(timed?: (call: BookingCall, ms: number) => void): Promise<BookedOrder>;
  close(): void;
}

const DEADLINE_MS = 60_000;

/** Books over gRPC, one connection for all calls, as an agent does. */
export function createBookingCaller(options: { address: string; aiKey: string }): BookingCaller {
  const client = createGrpcClient(BookingService, options.address, credentials.createInsecure());
  const call = () => ({
    metadata: { authorization: `Bearer ${options.aiKey}` },
    deadline: Date.now() + DEADLINE_MS,
  });

  return {
    async book(timed = () => undefined) {
      const time = async <T>(name: BookingCall, work: () => Promise<T>): Promise<T> => {
        const startedAt = performance.now();
        const answer = await work();
        timed(name, performance.now() - startedAt);
        return answer;
      };
      // Another customer each time, so that no two orders are duplicates of each other.
      const phone = `4930${randomInt(10_000_000, 99_999_999)}`;
      const { booking } = await time('StartBooking', () => client.startBooking({}, call()));
      const bookingId = booking?.id ?? '';
      await time('AddItems', () =>
        client.addItems(
          {
            bookingId,
            customerMessage: 'Hello! Two sourdough loaves and six butter croissants, please.',
            items: [
              { name: 'sourdough loaves', quantity: 2, nameWords: 'sourdough loaves', quantityWords: 'Two' },
              { name: 'butter croissants', quantity: 6, nameWords: 'butter croissants', quantityWords: 'six' },
            ],
          },
          call(),
        ),
      );
      await time('ConfirmItems', () => client.confirmItems({ bookingId, customerReply: 'Yes.' }, call()));
      await time('SetCustomer', () =>
        client.setCustomer(
          {
            bookingId,
            customerMessage: `Ada Example, ${phone}`,
            customerName: 'Ada Example',
            customerPhone: phone,
            notes: 'Please slice the bread.',
          },
          call(),
        ),
      );
      const { summaryDigest } = await time('GetSummary', () => client.getSummary({ bookingId }, call()));
      const { idempotencyKey, payload } = await time('ConfirmBooking', () =>
        client.confirmBooking({ bookingId, summaryDigest, customerReply: 'Yes, confirm!' }, call()),
      );
      const created = await time('CreateOrderFromAi', () =>
        client.createOrderFromAi({ idempotencyKey, ...(payload === undefined ? {} : { payload }) }, call()),
      );
      if (created.idempotentReplayed) throw new Error('a new order was answered as a replay');
      return { bookingId, idempotencyKey };
    },
    close: () => client.close(),
  };
}
