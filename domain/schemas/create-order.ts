import * as z from 'zod';
import { ORDER_SOURCES, type OrderContent, type OrderSource } from '../order';
import { customerName, customerPhone, idempotencyKey, items, notes, slotId, userId } from './fields';

/** What CreateOrder was asked for. `userId` is only what the caller claims: the tenant is the API key's. */
export interface CreateOrderInput {
  readonly userId: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly content: OrderContent;
  readonly allowDuplicate: boolean;
}

type CallerSource = Exclude<OrderSource, 'ai'>;

const CALLER_SOURCES = ORDER_SOURCES.filter((source): source is CallerSource => source !== 'ai');

const source = z
  .enum(CALLER_SOURCES, {
    error: ({ input }) =>
      input === 'ai'
        ? `must be one of ${CALLER_SOURCES.join(', ')}: orders from ai are made through AI booking only`
        : undefined,
  })
  .default('api')
  .meta({ description: 'Where the order came from.', examples: ['phone'] });

/** The body of `POST /api/orders` and the request of CreateOrder. Fields that it does not name are refused. */
export const createOrderSchema = z
  .strictObject({
    customer_name: customerName,
    customer_phone: customerPhone,
    items,
    source,
    notes,
    slot_id: slotId,
    allow_duplicate: z.boolean().default(false).meta({
      description:
        'Book even if the same order was booked within the last five minutes (a second pizza is legitimate).',
    }),
    idempotency_key: idempotencyKey.optional(),
    user_id: userId.optional(),
  })
  .transform(
    (wire): CreateOrderInput => ({
      userId: wire.user_id,
      idempotencyKey: wire.idempotency_key,
      content: {
        customerName: wire.customer_name,
        customerPhone: wire.customer_phone,
        items: wire.items,
        source: wire.source,
        notes: wire.notes,
        slotId: wire.slot_id,
      },
      allowDuplicate: wire.allow_duplicate,
    }),
  )
  .meta({ description: 'An order to book.' });
