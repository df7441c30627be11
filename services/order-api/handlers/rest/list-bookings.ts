import { bookingPageToWire } from '../../../../domain/booking/wire';
import { bookingPageAnswerSchema } from '../../../../domain/schemas/booking-wire';
import { listBookingsSchema } from '../../../../domain/schemas/list-bookings';
import type { UseCases } from '../../use-cases/contract';
import { answer, callContext, type RestApp } from './rest-call';
import { errorResponses, routeOf } from './route-options';

/** GET /api/bookings */
export function listBookingsRoute(app: RestApp, useCases: UseCases): void {
  app.route({
    ...routeOf('listBookings'),
    schema: {
      summary: 'List bookings, newest first',
      tags: ['Bookings'],
      querystring: listBookingsSchema,
      response: { 200: bookingPageAnswerSchema.meta({ description: 'A page of bookings.' }), ...errorResponses() },
    },
    async handler(request) {
      return answer(request, useCases.listBookings(callContext(request), request.query).then(bookingPageToWire));
    },
  });
}
