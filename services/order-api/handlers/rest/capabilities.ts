import { updateCapabilitiesSchema } from '../../../../domain/schemas/capabilities';
import { capabilitiesAnswerSchema } from '../../../../domain/schemas/wire';
import { capabilitiesToWire } from '../../../../domain/wire';
import type { UseCases } from '../../use-cases/contract';
import { answer, callContext, type RestApp } from './rest-call';
import { errorResponses, noQuery, routeOf } from './route-options';

/** GET and PUT /api/capabilities */
export function capabilitiesRoutes(app: RestApp, useCases: UseCases): void {
  app.route({
    ...routeOf('getCapabilities'),
    schema: {
      summary: 'Read what the tenant switched on',
      tags: ['Capabilities'],
      querystring: noQuery,
      response: {
        200: capabilitiesAnswerSchema.meta({ description: 'The capabilities as they are now.' }),
        ...errorResponses(),
      },
    },
    async handler(request) {
      const capabilities = useCases.getCapabilities(callContext(request));
      return answer(
        request,
        capabilities.then((read) => ({ capabilities: capabilitiesToWire(read) })),
      );
    },
  });

  app.route({
    ...routeOf('updateCapabilities'),
    schema: {
      summary: 'Change what the tenant switched on',
      description:
        'Fields that are not sent stay as they are. A sheet that orders are to be written to is tried before anything is saved; what is ' +
        'wrong with it is told as INTEGRATION_FAILED.',
      tags: ['Capabilities'],
      querystring: noQuery,
      body: updateCapabilitiesSchema,
      response: {
        200: capabilitiesAnswerSchema.meta({ description: 'The capabilities after the change.' }),
        ...errorResponses('INTEGRATION_FAILED'),
      },
    },
    async handler(request) {
      const capabilities = useCases.updateCapabilities(callContext(request), request.body);
      return answer(
        request,
        capabilities.then((changed) => ({ capabilities: capabilitiesToWire(changed) })),
      );
    },
  });
}
