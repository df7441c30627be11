import { catalogueToWire } from '../../../../domain/booking/wire';
import { catalogueAnswerSchema } from '../../../../domain/schemas/booking-wire';
import { updateCatalogueSchema } from '../../../../domain/schemas/catalogue';
import type { UseCases } from '../../use-cases/contract';
import { answer, callContext, type RestApp } from './rest-call';
import { errorResponses, noQuery, routeOf } from './route-options';

/** GET and PUT /api/catalogue */
export function catalogueRoutes(app: RestApp, useCases: UseCases): void {
  app.route({
    ...routeOf('getCatalogue'),
    schema: {
      summary: 'Read what the tenant sells',
      description: 'A catalogue without items is none: bookings then go by the customer’s words alone.',
      tags: ['Catalogue'],
      querystring: noQuery,
      response: {
        200: catalogueAnswerSchema.meta({ description: 'The catalogue as it is now.' }),
        ...errorResponses(),
      },
    },
    async handler(request) {
      const catalogue = useCases.getCatalogue(callContext(request));
      return answer(
        request,
        catalogue.then((read) => ({ catalogue: catalogueToWire(read) })),
      );
    },
  });

  app.route({
    ...routeOf('updateCatalogue'),
    schema: {
      summary: 'Replace what the tenant sells',
      description: 'The whole of it: items that are not sent are gone. Orders and bookings that hold them stay.',
      tags: ['Catalogue'],
      querystring: noQuery,
      body: updateCatalogueSchema,
      response: {
        200: catalogueAnswerSchema.meta({ description: 'The catalogue after the change.' }),
        ...errorResponses(),
      },
    },
    async handler(request) {
      const catalogue = useCases.updateCatalogue(callContext(request), request.body);
      return answer(
        request,
        catalogue.then((changed) => ({ catalogue: catalogueToWire(changed) })),
      );
    },
  });
}
