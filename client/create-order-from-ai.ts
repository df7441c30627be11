import { OrderError } from '../domain/errors';
import type { OrderItem } from '../domain/order';
import { aiOrderSchema } from '../domain/schemas/bookings';
import { parseInput } from '../domain/schemas/parse';
import {
  type CreatedOrderWire,
  createdOrderToWire,
  type ErrorWire,
  errorToWire,
  type SuccessWire,
  successToWire,
} from '../domain/wire';
import { correlationIdOf } from './correlation-id';
import { environmentClient } from './environment-client';
import { isFailedCall } from './failed-call';
import type { OrderClient } from './order-client';

/** An order that a customer confirmed, in the words of the AI contract v1.0. */
export interface AiOrderRequest {
  /** The tenant; it must be the API key's. */
  readonly user_id: string;
  readonly customer_name: string;
  readonly customer_phone: string;
  readonly items: readonly OrderItem[];
  readonly source: 'ai';
  readonly notes?: string | null | undefined;
  /** The key that ConfirmBooking gave out when the customer said yes. */
  readonly idempotency_key?: string | undefined;
}

/** The contract's envelope, as `POST /api/ai/orders` answers it. */
export type AiOrderResult = SuccessWire<CreatedOrderWire> | ErrorWire;

/**
 * Makes the order that the customer confirmed: once, however often it is called with the same key. A refusal is an
 * answer (`success: false` with its code and details), and so is a service that cannot be reached (UNAVAILABLE: call again
 * with the same arguments).
 *
 * The service is the one of the environment: see `environmentClient`.
 * @throws Error when the environment names none.
 */
export async function createOrderFromAi(request: AiOrderRequest): Promise<AiOrderResult> {
  return createOrderFromAiWith(environmentClient())(request);
}

/** The same over a client of the caller's. */
export function createOrderFromAiWith(
  client: Pick<OrderClient, 'createOrderFromAi'>,
): (request: AiOrderRequest) => Promise<AiOrderResult> {
  return async (request) => {
    const correlationId = correlationIdOf(undefined);
    try {
      // What an agent sends is JSON whatever its type says; a proto message would make the number 2 of the text "2".
      checkForm(request ?? {});
      const { user_id: userId, customer_name: customerName, customer_phone: customerPhone, items, notes } = request;
      const created = await client.createOrderFromAi(
        {
          idempotencyKey: request.idempotency_key ?? undefined,
          payload: { userId, customerName, customerPhone, items, notes },
        },
        { correlationId },
      );
      return successToWire(createdOrderToWire(created), created.correlationId);
    } catch (error) {
      if (!(error instanceof OrderError)) throw error;
      return errorToWire(error, isFailedCall(error) ? error.correlationId : correlationId);
    }
  };
}

/** @throws ValidationError with the same fields at fault as `POST /api/ai/orders` names. */
function checkForm({ idempotency_key, ...payload }: Partial<AiOrderRequest>): void {
  parseInput(aiOrderSchema, { version: '1.0', action: 'create_order', idempotency_key, payload });
}
