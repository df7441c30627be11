import type { Pool } from 'pg';
import type { BookingDecision } from '../../../domain/booking/decision';
import { viewOf } from '../../../domain/booking/view';
import { decodePageToken, encodePageToken, type PageTokenBinding } from '../../../domain/page-token';
import { findBooking } from '../../../persistence/bookings/find-booking';
import { listBookingDecisions } from '../../../persistence/bookings/list-booking-decisions';
import { listBookings } from '../../../persistence/bookings/list-bookings';
import { sha256Hex } from '../../../platform/sha256';
import { noSuchBooking } from './bookings';
import type { CallContext, ListBookingDecisions, UseCases } from './contract';
import { firstThatFit } from './first-that-fit';
import { inTenant } from './in-tenant';
import { isSequence, isTimeAndId } from './page-position';

/** The reads of bookings: straight from Postgres, as the caller's tenant, so that they also work once Temporal has forgotten them. */
export function createReadBookings(pool: Pool): Pick<UseCases, 'getBooking' | 'listBookings' | 'listBookingDecisions'> {
  return {
    getBooking: async (ctx, bookingId) => viewOf(await read(ctx, bookingId), new Date().toISOString()),

    async listBookings(ctx, { status, orderId, pageSize, pageToken }) {
      const binding: PageTokenBinding = { list: 'bookings', userId: ctx.caller.userId, filter: { status, orderId } };
      const position =
        pageToken === undefined ? undefined : decodePageToken(pageToken, binding, sha256Hex, isTimeAndId);
      const after = position && { createdAt: position[0], id: position[1] };
      const query = { status, orderId, after, limit: pageSize + 1 };
      const rows = await inTenant(pool, ctx, (client) => listBookings(client, query));
      const bookings = rows.slice(0, pageSize);
      const last = bookings.at(-1);
      return {
        bookings,
        nextPageToken:
          last && rows.length > pageSize ? encodePageToken([last.createdAt, last.id], binding, sha256Hex) : undefined,
      };
    },

    async listBookingDecisions(ctx, query) {
      const binding = decisionsBinding(ctx, query);
      const position =
        query.pageToken === undefined ? undefined : decodePageToken(query.pageToken, binding, sha256Hex, isSequence);
      // One row more than asked for tells whether there is another page.
      const rows = await inTenant(pool, ctx, (client) =>
        listBookingDecisions(client, {
          bookingId: query.bookingId,
          afterSequence: position === undefined ? 0 : Number(position[0]),
          limit: query.pageSize + 1,
        }),
      );
      // Every booking has at least one line, so only a first page without any asks whether there is such a booking.
      if (rows.length === 0 && position === undefined) await read(ctx, query.bookingId);
      const decisions = firstThatFit(rows.slice(0, query.pageSize), bytesOf);
      const last = decisions.at(-1);
      return {
        decisions,
        nextPageToken:
          last && rows.length > decisions.length
            ? encodePageToken([String(last.sequence)], binding, sha256Hex)
            : undefined,
      };
    },
  };

  async function read(ctx: CallContext, bookingId: string) {
    const state = await inTenant(pool, ctx, (client) => findBooking(client, bookingId));
    if (state === undefined) throw noSuchBooking();
    return state;
  }
}

function bytesOf({ customerWords, shown }: BookingDecision): number {
  return Buffer.byteLength(customerWords ?? '') + Buffer.byteLength(shown ?? '');
}

function decisionsBinding(ctx: CallContext, { bookingId }: ListBookingDecisions): PageTokenBinding {
  return { list: 'booking-decisions', userId: ctx.caller.userId, filter: { bookingId } };
}
