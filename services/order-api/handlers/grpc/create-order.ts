import { create } from '@bufbuild/protobuf';
import { createOrderSchema } from '../../../../domain/schemas/create-order';
import { parseInput } from '../../../../domain/schemas/parse';
import { CreateOrderResponseSchema, type OrderService } from '../../../../gen/orderbooking/v1/order_service_pb';
import { agreedIdempotencyKey } from '../../agreed-idempotency-key';
import type { UseCases } from '../../use-cases/contract';
import { orderMessage, sourceWord, statusMessage } from './order-message';
import type { UnaryHandler } from './unary';

/** OrderService.CreateOrder. The request goes through the schema of `POST /api/orders`, so both doors take the same. */
export function createOrder(useCases: UseCases): UnaryHandler<typeof OrderService.method.createOrder> {
  return async (request, call) => {
    const input = parseInput(createOrderSchema, {
      customer_name: request.customerName,
      customer_phone: request.customerPhone,
      items: request.items.map(({ name, quantity }) => ({ name, quantity })),
      source: sourceWord(request.source),
      notes: request.notes,
      slot_id: request.slotId,
      allow_duplicate: request.allowDuplicate,
      idempotency_key: request.idempotencyKey,
    });
    const created = await useCases.createOrder(call, {
      idempotencyKey: agreedIdempotencyKey(call.idempotencyKey, input.idempotencyKey),
      content: input.content,
      allowDuplicate: input.allowDuplicate,
    });
    return create(CreateOrderResponseSchema, {
      order: orderMessage(created.order),
      idempotencyKey: created.idempotencyKey,
      idempotentReplayed: created.idempotentReplayed,
      currentStatus: statusMessage(created.currentStatus),
    });
  };
}
