import { confirmedBookingToWire, shownSummaryToWire } from '../../../../domain/booking/wire';
import { confirmedBookingAnswerSchema, shownSummaryAnswerSchema } from '../../../../domain/schemas/booking-wire';
import { bookingIdParamsSchema, confirmBookingSchema, stepQuerySchema } from '../../../../domain/schemas/bookings';
import type { UseCases } from '../../use-cases/contract';
import { answer, callContext, type RestApp } from './rest-call';
import { errorResponses, noQuery, routeOf, STEP_ERRORS } from './route-options';

/** GET /api/bookings/{id}/summary and POST /api/bookings/{id}/confirm: what is shown, and what was answered. */
export function confirmBookingRoutes(app: RestApp, useCases: UseCases): void {
  app.route({
    ...routeOf('getSummary'),
    // It counts as shown: a HEAD would have something shown that nobody can read.
    exposeHeadRoute: false,
    schema: {
      summary: 'Sum up the order, to be shown to the customer',
      description: 'Keeps what it gives out as what the customer was shown. A change of the draft undoes it.',
      tags: ['Bookings'],
      params: bookingIdParamsSchema,
      querystring: stepQuerySchema,
      response: {
        200: shownSummaryAnswerSchema.meta({ description: 'The summary. Show its `text` as it is.' }),
        ...errorResponses(...STEP_ERRORS),
      },
    },
    async handler(request) {
      const taken = useCases.getSummary(callContext(request), {
        bookingId: request.params.id,
        request: { action: 'get_summary' },
        ...request.query,
      });
      return answer(request, taken.then(shownSummaryToWire));
    },
  });

  app.route({
    ...routeOf('confirmBooking'),
    schema: {
      summary: 'Pass on the customer’s yes to the summary',
      description:
        'Only an explicit yes to the summary that was shown last counts. The answer holds the one key that makes the order, and ' +
        'the payload to send with it to `POST /api/ai/orders`.',
      tags: ['Bookings'],
      params: bookingIdParamsSchema,
      querystring: noQuery,
      body: confirmBookingSchema,
      response: {
        200: confirmedBookingAnswerSchema.meta({ description: 'Confirmed.' }),
        ...errorResponses(...STEP_ERRORS, 'STALE_CONFIRMATION'),
      },
    },
    async handler(request) {
      const ctx = callContext(request);
      const taken = useCases.confirmBooking(ctx, { bookingId: request.params.id, ...request.body });
      return answer(
        request,
        taken.then((confirmed) => confirmedBookingToWire(confirmed, ctx.caller.userId)),
      );
    },
  });
}
