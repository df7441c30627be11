import * as z from 'zod';
import { createOrderSchema } from '../../../../domain/schemas/create-order';
import { createdOrderAnswerSchema } from '../../../../domain/schemas/wire';
import { createdOrderToWire } from '../../../../domain/wire';
import { agreedIdempotencyKey } from '../../agreed-idempotency-key';
import type { UseCases } from '../../use-cases/contract';
import { answer, callContext, type RestApp } from './rest-call';
import { errorResponses, noQuery, routeOf } from './route-options';

/** POST /api/orders: 201 for a new order, 200 for one that this key had booked before. */
export function createOrderRoute(app: RestApp, useCases: UseCases): void {
  app.route({
    ...routeOf('createOrder'),
    schema: {
      summary: 'Book an order',
      description:
        'Books once, however often it is sent with the same idempotency key, which may stand in the body or in the header.',
      tags: ['Orders'],
      headers: z.object({ 'idempotency-key': z.string().optional() }),
      querystring: noQuery,
      body: createOrderSchema,
      response: {
        201: createdOrderAnswerSchema.meta({ description: 'Booked.' }),
        200: createdOrderAnswerSchema.meta({ description: 'Booked before, by an earlier request with this key.' }),
        ...errorResponses('DUPLICATE_ORDER', 'SLOT_UNAVAILABLE', 'IDEMPOTENCY_KEY_REUSED'),
      },
    },
    async handler(request, reply) {
      const { content, allowDuplicate, idempotencyKey } = request.body;
      const created = useCases.createOrder(callContext(request), {
        idempotencyKey: agreedIdempotencyKey(request.headers['idempotency-key'], idempotencyKey),
        content,
        allowDuplicate,
      });
      const envelope = await answer(request, created.then(createdOrderToWire));
      reply.code(envelope.data.idempotent_replayed ? 200 : 201);
      return envelope;
    },
  });
}
