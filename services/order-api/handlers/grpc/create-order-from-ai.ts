import { create } from '@bufbuild/protobuf';
import { aiOrderSchema } from '../../../../domain/schemas/bookings';
import { parseInput } from '../../../../domain/schemas/parse';
import {
  type AiOrderPayload,
  type BookingService,
  CreateOrderFromAiResponseSchema,
} from '../../../../gen/orderbooking/v1/booking_service_pb';
import { agreedIdempotencyKey } from '../../agreed-idempotency-key';
import { checkClaimedTenant } from '../../claimed-tenant';
import type { UseCases } from '../../use-cases/contract';
import { orderMessage, sourceWord, statusMessage } from './order-message';
import type { UnaryHandler } from './unary';

/** BookingService.CreateOrderFromAi. The request goes through the schema of `POST /api/ai/orders`. */
export function createOrderFromAi(useCases: UseCases): UnaryHandler<typeof BookingService.method.createOrderFromAi> {
  return async (request, call) => {
    const { userId, confirmationKey, content } = parseInput(aiOrderSchema, {
      version: '1.0',
      action: 'create_order',
      idempotency_key: request.idempotencyKey,
      payload: request.payload && payloadFields(request.payload, call.caller.userId),
    });
    checkClaimedTenant(call.caller, userId, 'payload.user_id');
    const created = await useCases.createOrderFromAi(call, {
      confirmationKey: agreedIdempotencyKey(call.idempotencyKey, confirmationKey),
      content,
    });
    return create(CreateOrderFromAiResponseSchema, {
      order: orderMessage(created.order),
      idempotencyKey: created.idempotencyKey,
      idempotentReplayed: created.idempotentReplayed,
      currentStatus: statusMessage(created.currentStatus),
    });
  };
}

/** The payload in the contract's words. Tenant and source may be left out here, as in every request of this door. */
function payloadFields(payload: AiOrderPayload, userId: string) {
  return {
    user_id: payload.userId ?? userId,
    customer_name: payload.customerName,
    customer_phone: payload.customerPhone,
    items: payload.items.map(({ name, quantity }) => ({ name, quantity })),
    source: sourceWord(payload.source) ?? 'ai',
    notes: payload.notes,
  };
}
