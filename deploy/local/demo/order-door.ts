import type { ErrorCode } from '../../../domain/errors';
import type { OrderStatus } from '../../../domain/order';
import type { CreateExample } from './example';

/** The order as an answer showed it. */
export interface SeenOrder {
  readonly id: string;
  readonly status: OrderStatus;
  readonly version: number;
}

/** What came back, the same for REST and gRPC. `transport` is the HTTP status or the name of the gRPC status. */
export type Answer = { readonly transport: string } & (
  | {
      readonly kind: 'created';
      readonly order: SeenOrder;
      readonly idempotencyKey: string;
      readonly replayed: boolean;
      readonly currentStatus: OrderStatus;
    }
  | { readonly kind: 'order'; readonly order: SeenOrder }
  | {
      readonly kind: 'error';
      readonly code: ErrorCode;
      readonly message: string;
      readonly existingOrderId: string | undefined;
      /** The fields at fault, by their wire paths. */
      readonly fields: readonly string[];
    }
);

export interface Call {
  readonly apiKey: string;
  readonly correlationId: string;
}

/** `user_id` is the real tenant's id here, no longer the file's name for it. */
export type CreateBody = Omit<CreateExample['create'], 'user_id'> & { readonly user_id?: string };

export interface MoveBody {
  readonly status: OrderStatus;
  readonly expected_version?: number | undefined;
  readonly reason?: string | undefined;
}

/**
 * One way into the API. An error of the API is an answer.
 * @throws Error when there is no answer, or one that the contract does not know.
 */
export interface OrderDoor {
  create(call: Call, key: string | undefined, body: CreateBody): Promise<Answer>;
  move(call: Call, orderId: string, body: MoveBody): Promise<Answer>;
  cancel(call: Call, orderId: string, reason: string | undefined): Promise<Answer>;
}

/** Longer than the API's own deadline, so that its typed UNAVAILABLE arrives before this gives up. */
export const CALL_TIMEOUT_MS = 30_000;
