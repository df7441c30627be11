import { bookingDecisionPageToWire } from '../../../../domain/booking/wire';
import { bookingDecisionPageAnswerSchema } from '../../../../domain/schemas/booking-wire';
import { bookingIdParamsSchema } from '../../../../domain/schemas/bookings';
import { listBookingDecisionsSchema } from '../../../../domain/schemas/list-booking-decisions';
import type { UseCases } from '../../use-cases/contract';
import { answer, callContext, type RestApp } from './rest-call';
import { errorResponses, routeOf } from './route-options';

/** GET /api/bookings/{id}/decisions */
export function listBookingDecisionsRoute(app: RestApp, useCases: UseCases): void {
  app.route({
    ...routeOf('listBookingDecisions'),
    schema: {
      summary: "Read a booking's records, oldest line first",
      description:
        'Every step with what was decided: what the customer was shown, what they answered, when, and what was refused.',
      tags: ['Bookings'],
      params: bookingIdParamsSchema,
      querystring: listBookingDecisionsSchema,
      response: {
        200: bookingDecisionPageAnswerSchema.meta({ description: 'A page of decisions.' }),
        ...errorResponses('NOT_FOUND'),
      },
    },
    async handler(request) {
      const page = useCases.listBookingDecisions(callContext(request), {
        bookingId: request.params.id,
        ...request.query,
      });
      return answer(request, page.then(bookingDecisionPageToWire));
    },
  });
}
