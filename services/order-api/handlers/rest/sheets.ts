import { pagingSchema } from '../../../../domain/schemas/paging';
import { resyncSheetSchema, sheetAnswerSchema, sheetAttemptPageAnswerSchema } from '../../../../domain/schemas/sheets';
import { sheetAttemptPageToWire, sheetToWire } from '../../../../domain/sheets/wire';
import type { UseCases } from '../../use-cases/contract';
import { answer, callContext, type RestApp } from './rest-call';
import { errorResponses, noQuery, routeOf } from './route-options';

/** `/api/sheets…`: how the tenant's Google Sheet stands. */
export function sheetRoutes(app: RestApp, useCases: UseCases): void {
  app.route({
    ...routeOf('getSheetStatus'),
    schema: {
      summary: 'Read how the Google Sheet stands',
      tags: ['Sheets'],
      querystring: noQuery,
      response: { 200: sheetAnswerSchema.meta({ description: 'The sheet as it is now.' }), ...errorResponses() },
    },
    async handler(request) {
      const status = useCases.getSheetStatus(callContext(request));
      return answer(
        request,
        status.then((read) => ({ sheet: sheetToWire(read) })),
      );
    },
  });

  app.route({
    ...routeOf('listSheetSyncAttempts'),
    schema: {
      summary: 'List what was tried to write to the sheet, newest first',
      tags: ['Sheets'],
      querystring: pagingSchema,
      response: {
        200: sheetAttemptPageAnswerSchema.meta({ description: 'A page of attempts.' }),
        ...errorResponses(),
      },
    },
    async handler(request) {
      const page = useCases.listSheetSyncAttempts(callContext(request), request.query);
      return answer(request, page.then(sheetAttemptPageToWire));
    },
  });

  app.route({
    ...routeOf('resyncSheet'),
    schema: {
      summary: 'Have the sheet be written to now',
      description:
        'Goes on with a sheet that was parked. Answers with how it stands now; what is written, `GET /api/sheets/attempts` tells.',
      tags: ['Sheets'],
      querystring: noQuery,
      body: resyncSheetSchema,
      response: { 200: sheetAnswerSchema.meta({ description: 'The sheet as it is now.' }), ...errorResponses() },
    },
    async handler(request) {
      const status = useCases.resyncSheet(callContext(request), request.body);
      return answer(
        request,
        status.then((read) => ({ sheet: sheetToWire(read) })),
      );
    },
  });
}
