import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Guardrail } from '../domain/guardrails/guardrail';
import type { Order, OrderContent, OrderStatus } from '../domain/order';
import type { ToTell } from './notification-contract';

/**
 * All that the two sides of Temporal agree on: names, ids, messages and activities. Names and shapes here are part of
 * histories that already exist: add fields, never rename or retype them.
 */

export const ORDER_WORKFLOW = 'OrderWorkflow';
export const ORDERS_TASK_QUEUE = 'orders';

/** The workflow id of an order. Ids are not encrypted: the key must not hold customer data, which its pattern forbids to be free text. */
export function orderWorkflowId(userId: string, idempotencyKey: string): string {
  return `order:${userId}:${idempotencyKey}`;
}

/** What operators filter by in the UI. Search attributes are not encrypted, so none may hold customer data. */
export const SEARCH_ATTRIBUTES = {
  orderStatus: keyword('OrderStatus'),
  tenantId: keyword('TenantId'),
  orderSource: keyword('OrderSource'),
  sheetSync: keyword('SheetSync'),
} as const;

function keyword(name: string) {
  return defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
}

// ---------------------------------------------------------------------------------------------------------------
// Placing

/** One attempt to place an order. The workflow's input and the activity's are the same. */
export interface PlaceOrderInput {
  readonly userId: string;
  /** Made by the caller for this attempt: the order's id if it is this attempt that makes the order. */
  readonly attemptId: string;
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly fingerprint: string;
  readonly content: OrderContent;
  readonly allowDuplicate: boolean;
  readonly actor: string;
  readonly correlationId: string;
}

export interface OrderWorkflowInput {
  readonly attempt: PlaceOrderInput;
  /** Set by continue-as-new: the order is placed already and its life goes on from here. */
  readonly resumed?: PlacedState;
}

export interface PlacedState {
  readonly order: Order;
  readonly pendingExpirySeconds: number | null;
}

/** What a caller of `place` gets, now or at any later time. */
export interface PlaceAnswer {
  /** As created, whatever became of it. */
  readonly order: Order;
  /** Of the request that this run was started with: a caller whose own hash differs reused the key. */
  readonly requestHash: string;
}

/** The details of the failure that a refused attempt ends with; its type is the error's code. */
export interface RefusalDetails {
  /** Whose attempt was refused: a caller that reads another attempt's refusal tries again. */
  readonly attemptId: string;
  readonly requestHash: string;
  /** For the caller. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Refused by what the run remembers, before Postgres was asked: worth a second look where it matters. */
  readonly fromMemory?: boolean;
}

/** Waits for what became of the attempt this run was started with. */
export const placeUpdate = defineUpdate<PlaceAnswer>('place');
/** The update id of every first try: Temporal answers it again, without a workflow task, for as long as it knows the run. */
export const PLACE_UPDATE_ID = 'place';
/** The update id of a second try, after the first one was answered with the refusal of an earlier attempt. */
export function retryUpdateId(attemptId: string): string {
  return `${PLACE_UPDATE_ID}:${attemptId}`;
}

// ---------------------------------------------------------------------------------------------------------------
// Moving

export interface TransitionRequest {
  readonly to: OrderStatus;
  readonly expectedVersion?: number;
  readonly actor: string;
  readonly reason?: string;
  readonly correlationId: string;
  /** Let Postgres judge, whatever the run remembers. For a caller who knows that the run missed its own write. */
  readonly askPostgres?: boolean;
}

export interface TransitionAnswer {
  /** `unchanged`: the order was in that state already. */
  readonly kind: 'moved' | 'unchanged';
  readonly order: Order;
}

/** Moves the order and answers; refused with INVALID_ORDER_STATE or VERSION_CONFLICT. */
export const transitionUpdate = defineUpdate<TransitionAnswer, [TransitionRequest]>('transition');

/**
 * The command that an update is written under. By the update's id alone, not the run's: sent again it is the same command,
 * whichever run carries it out, and its sender can look it up.
 */
export function updateCommandId(updateId: string): string {
  return `update:${updateId}`;
}

/** A status from a system that wants no answer. Anything it gets wrong is recorded and ignored. */
export interface OrderStatusSignal {
  readonly status: OrderStatus;
  readonly reason?: string;
  readonly actor?: string;
  readonly correlationId?: string;
}
export const orderStatusSignal = defineSignal<[OrderStatusSignal]>('orderStatus');

/** The order as this run knows it; null until it is placed. */
export const orderQuery = defineQuery<Order | null>('order');

// ---------------------------------------------------------------------------------------------------------------
// Activities

export type PlaceOrderResult =
  | {
      readonly kind: 'placed';
      readonly order: Order;
      readonly pendingExpirySeconds: number | null;
      /** Absent when nobody subscribed to it. */
      readonly tell?: ToTell;
    }
  | { readonly kind: 'duplicate'; readonly existingOrderId: string }
  | { readonly kind: 'key_reused' }
  | { readonly kind: 'slot_unavailable' }
  | UnconfirmedOrder;

/** An AI order without a yes that it could stand on: none, none any more, or no AI booking at all. */
export interface UnconfirmedOrder {
  readonly kind: 'confirmation_required' | 'confirmation_stale' | 'booking_disabled';
  readonly guardrail: Guardrail;
  /** A word of ours. */
  readonly reason: string;
  /** The booking that the confirmation belongs to, where there is one. */
  readonly bookingId?: string;
}

export interface TransitionOrderInput extends TransitionRequest {
  readonly userId: string;
  readonly orderId: string;
  readonly commandId: string;
  readonly auditRefusal: boolean;
}

export interface TransitionOrderResult {
  readonly kind: 'moved' | 'unchanged' | 'illegal' | 'version_conflict';
  readonly order: Order;
  /** Absent when nothing moved or nobody subscribed to it. */
  readonly tell?: ToTell;
}

/** What order-worker does for OrderWorkflow. Both may run more than once and then answer the same. */
export interface OrderActivities {
  placeOrder(input: PlaceOrderInput): Promise<PlaceOrderResult>;
  transitionOrder(input: TransitionOrderInput): Promise<TransitionOrderResult>;
}
