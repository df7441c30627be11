import * as z from 'zod';
import { aiOrderSchema } from '../../../../domain/schemas/bookings';
import { createdOrderAnswerSchema } from '../../../../domain/schemas/wire';
import { createdOrderToWire } from '../../../../domain/wire';
import { agreedIdempotencyKey } from '../../agreed-idempotency-key';
import { checkClaimedTenant } from '../../claimed-tenant';
import type { UseCases } from '../../use-cases/contract';
import { answer, callContext, type RestApp } from './rest-call';
import { errorResponses, noQuery, routeOf } from './route-options';

/** POST /api/ai/orders, the contract with AI agents: 201 for a new order, 200 for one that this key had booked before. */
export function createOrderFromAiRoute(app: RestApp, useCases: UseCases): void {
  app.route({
    ...routeOf('createOrderFromAi'),
    schema: {
      summary: 'Book what the customer confirmed',
      description:
        'Takes the key and the payload that confirming a booking gave out, and nothing else. Books once, however often it is ' +
        'sent; the key may stand in the body or in the header.',
      tags: ['Bookings'],
      headers: z.object({ 'idempotency-key': z.string().optional() }),
      querystring: noQuery,
      body: aiOrderSchema,
      response: {
        201: createdOrderAnswerSchema.meta({ description: 'Booked.' }),
        200: createdOrderAnswerSchema.meta({ description: 'Booked before, by an earlier request with this key.' }),
        ...errorResponses('DUPLICATE_ORDER', 'CONFIRMATION_REQUIRED', 'STALE_CONFIRMATION', 'ORDER_BOOKING_DISABLED'),
      },
    },
    async handler(request, reply) {
      const { userId, confirmationKey, content } = request.body;
      const ctx = callContext(request);
      checkClaimedTenant(ctx.caller, userId, 'payload.user_id');
      const created = useCases.createOrderFromAi(ctx, {
        confirmationKey: agreedIdempotencyKey(request.headers['idempotency-key'], confirmationKey),
        content,
      });
      const envelope = await answer(request, created.then(createdOrderToWire));
      reply.code(envelope.data.idempotent_replayed ? 200 : 201);
      return envelope;
    },
  });
}
