import { bookingStepToWire, bookingToWire } from '../../../../domain/booking/wire';
import { bookingAnswerSchema, bookingStepAnswerSchema } from '../../../../domain/schemas/booking-wire';
import {
  abandonBookingSchema,
  addItemsSchema,
  bookingIdParamsSchema,
  confirmItemsSchema,
  removeItemParamsSchema,
  setCustomerSchema,
  startBookingSchema,
  stepQuerySchema,
} from '../../../../domain/schemas/bookings';
import type { UseCases } from '../../use-cases/contract';
import { answer, callContext, type RestApp } from './rest-call';
import { errorResponses, noQuery, routeOf, STEP_ERRORS } from './route-options';

/** The steps of a booking that answer with the booking and nothing else: `/api/bookings…` */
export function bookingRoutes(app: RestApp, useCases: UseCases): void {
  app.route({
    ...routeOf('startBooking'),
    schema: {
      summary: 'Begin a booking',
      description:
        'A conversation with one customer, which may become an order. `next_step`, `missing` and `allowed_actions` of every ' +
        'answer, refusals included, say how to go on.',
      tags: ['Bookings'],
      querystring: noQuery,
      body: startBookingSchema,
      response: {
        201: bookingStepAnswerSchema.meta({ description: 'The booking, open.' }),
        ...errorResponses('ORDER_BOOKING_DISABLED', 'IDEMPOTENCY_KEY_REUSED'),
      },
    },
    async handler(request, reply) {
      const started = useCases.startBooking(callContext(request), request.body);
      const envelope = await answer(request, started.then(bookingStepToWire));
      reply.code(201);
      return envelope;
    },
  });

  app.route({
    ...routeOf('getBooking'),
    schema: {
      summary: 'Read a booking',
      tags: ['Bookings'],
      params: bookingIdParamsSchema,
      querystring: noQuery,
      response: {
        200: bookingAnswerSchema.meta({ description: 'The booking as it is now.' }),
        ...errorResponses('NOT_FOUND'),
      },
    },
    async handler(request) {
      const booking = useCases.getBooking(callContext(request), request.params.id);
      return answer(
        request,
        booking.then((found) => ({ booking: bookingToWire(found) })),
      );
    },
  });

  app.route({
    ...routeOf('addItems'),
    schema: {
      summary: 'Add what the customer asked for',
      description:
        'Each item points at the words of the customer that name it and that say how many. What has no such words is refused, ' +
        'with what to ask. All items of one call are added, or none.',
      tags: ['Bookings'],
      params: bookingIdParamsSchema,
      querystring: noQuery,
      body: addItemsSchema,
      response: {
        200: bookingStepAnswerSchema.meta({ description: 'The booking with the items.' }),
        ...errorResponses(...STEP_ERRORS),
      },
    },
    async handler(request) {
      const taken = useCases.addItems(callContext(request), { bookingId: request.params.id, ...request.body });
      return answer(request, taken.then(bookingStepToWire));
    },
  });

  app.route({
    ...routeOf('removeItem'),
    schema: {
      summary: 'Take an item out again',
      description: 'One that is out already is not an error.',
      tags: ['Bookings'],
      params: removeItemParamsSchema,
      querystring: stepQuerySchema,
      response: {
        200: bookingStepAnswerSchema.meta({ description: 'The booking without the item.' }),
        ...errorResponses(...STEP_ERRORS),
      },
    },
    async handler(request) {
      const { id: bookingId, item_id: itemId } = request.params;
      const taken = useCases.removeItem(callContext(request), {
        bookingId,
        request: { action: 'remove_item', itemId },
        ...request.query,
      });
      return answer(request, taken.then(bookingStepToWire));
    },
  });

  app.route({
    ...routeOf('confirmItems'),
    schema: {
      summary: 'Pass on the customer’s yes to the items',
      tags: ['Bookings'],
      params: bookingIdParamsSchema,
      querystring: noQuery,
      body: confirmItemsSchema,
      response: {
        200: bookingStepAnswerSchema.meta({ description: 'The booking, its items confirmed.' }),
        ...errorResponses(...STEP_ERRORS),
      },
    },
    async handler(request) {
      const taken = useCases.confirmItems(callContext(request), { bookingId: request.params.id, ...request.body });
      return answer(request, taken.then(bookingStepToWire));
    },
  });

  app.route({
    ...routeOf('setCustomer'),
    schema: {
      summary: 'Say who orders',
      description: "Name and phone number have to be the customer's own words. Replaces what was said before.",
      tags: ['Bookings'],
      params: bookingIdParamsSchema,
      querystring: noQuery,
      body: setCustomerSchema,
      response: {
        200: bookingStepAnswerSchema.meta({ description: 'The booking with its customer.' }),
        ...errorResponses(...STEP_ERRORS),
      },
    },
    async handler(request) {
      const taken = useCases.setCustomer(callContext(request), { bookingId: request.params.id, ...request.body });
      return answer(request, taken.then(bookingStepToWire));
    },
  });

  app.route({
    ...routeOf('abandonBooking'),
    schema: {
      summary: 'End a booking without an order',
      description: 'One that was abandoned already is not an error.',
      tags: ['Bookings'],
      params: bookingIdParamsSchema,
      querystring: noQuery,
      body: abandonBookingSchema,
      response: {
        200: bookingStepAnswerSchema.meta({ description: 'The booking, abandoned.' }),
        ...errorResponses(...STEP_ERRORS),
      },
    },
    async handler(request) {
      const taken = useCases.abandonBooking(callContext(request), { bookingId: request.params.id, ...request.body });
      return answer(request, taken.then(bookingStepToWire));
    },
  });
}
