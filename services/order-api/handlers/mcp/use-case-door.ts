import {
  bookingStepToWire,
  bookingToWire,
  catalogueToWire,
  confirmedBookingToWire,
  shownSummaryToWire,
} from '../../../../domain/booking/wire';
import { bookingId } from '../../../../domain/schemas/booking-fields';
import {
  abandonBookingSchema,
  addItemsSchema,
  aiOrderSchema,
  confirmBookingSchema,
  confirmItemsSchema,
  getSummarySchema,
  removeItemSchema,
  setCustomerSchema,
  startBookingSchema,
} from '../../../../domain/schemas/bookings';
import { parseInput } from '../../../../domain/schemas/parse';
import { createdOrderToWire } from '../../../../domain/wire';
import { admit } from '../../authentication';
import { checkClaimedTenant } from '../../claimed-tenant';
import type { CallContext, UseCases } from '../../use-cases/contract';
import { withinDeadline } from '../../within-deadline';
import type { BookingDoor, BookingOperation, WireInput } from './booking-door';

/**
 * The door inside order-api. The key is looked up and its scope checked for every single call: a session outlives many of
 * them, and a key may be taken back meanwhile.
 */
export function createUseCaseDoor(
  useCases: UseCases,
  caller: { readonly authorization: string | undefined; readonly callDeadlineMs: number },
): BookingDoor {
  return {
    call(operation, input, { correlationId }) {
      const deadline = new Date(Date.now() + caller.callDeadlineMs);
      const admitted = admit(useCases, caller.authorization, operation);
      const answer = admitted.then((admittedCaller) =>
        OPERATIONS[operation](useCases, { caller: admittedCaller, correlationId, deadline }, input),
      );
      return withinDeadline(deadline, answer);
    },
  };
}

const OPERATIONS: Readonly<
  Record<BookingOperation, (useCases: UseCases, ctx: CallContext, input: WireInput) => Promise<object>>
> = {
  async isOrderBookingEnabled(useCases, ctx) {
    return { order_booking_enabled: await useCases.isOrderBookingEnabled(ctx) };
  },
  async getCatalogue(useCases, ctx) {
    return { catalogue: catalogueToWire(await useCases.getCatalogue(ctx)) };
  },
  async startBooking(useCases, ctx, input) {
    return bookingStepToWire(await useCases.startBooking(ctx, parseInput(startBookingSchema, input)));
  },
  async addItems(useCases, ctx, input) {
    const { id, fields } = addressed(input);
    return bookingStepToWire(await useCases.addItems(ctx, { ...id, ...parseInput(addItemsSchema, fields) }));
  },
  async removeItem(useCases, ctx, input) {
    const { id, fields } = addressed(input);
    return bookingStepToWire(await useCases.removeItem(ctx, { ...id, ...parseInput(removeItemSchema, fields) }));
  },
  async confirmItems(useCases, ctx, input) {
    const { id, fields } = addressed(input);
    const taken = await useCases.confirmItems(ctx, { ...id, ...parseInput(confirmItemsSchema, fields) });
    return bookingStepToWire(taken);
  },
  async setCustomer(useCases, ctx, input) {
    const { id, fields } = addressed(input);
    const taken = await useCases.setCustomer(ctx, { ...id, ...parseInput(setCustomerSchema, fields) });
    return bookingStepToWire(taken);
  },
  async getSummary(useCases, ctx, input) {
    const { id, fields } = addressed(input);
    return shownSummaryToWire(await useCases.getSummary(ctx, { ...id, ...parseInput(getSummarySchema, fields) }));
  },
  async confirmBooking(useCases, ctx, input) {
    const { id, fields } = addressed(input);
    const taken = await useCases.confirmBooking(ctx, { ...id, ...parseInput(confirmBookingSchema, fields) });
    return confirmedBookingToWire(taken, ctx.caller.userId);
  },
  async createOrderFromAi(useCases, ctx, input) {
    const request = { version: '1.0', action: 'create_order', ...input };
    const { userId, confirmationKey, content } = parseInput(aiOrderSchema, request);
    checkClaimedTenant(ctx.caller, userId, 'payload.user_id');
    return createdOrderToWire(await useCases.createOrderFromAi(ctx, { confirmationKey, content }));
  },
  async getBooking(useCases, ctx, input) {
    return { booking: bookingToWire(await useCases.getBooking(ctx, addressed(input).id.bookingId)) };
  },
  async abandonBooking(useCases, ctx, input) {
    const { id, fields } = addressed(input);
    const taken = await useCases.abandonBooking(ctx, { ...id, ...parseInput(abandonBookingSchema, fields) });
    return bookingStepToWire(taken);
  },
};

function addressed(input: WireInput): { readonly id: { readonly bookingId: string }; readonly fields: WireInput } {
  const { booking_id: id, ...fields } = input;
  return { id: { bookingId: parseInput(bookingId, id, 'booking_id') }, fields };
}
