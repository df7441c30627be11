import type { ErrorCode } from '../../domain/errors';
import type { CreatedOrderWire, OrderEventWire, OrderWire } from '../../domain/wire';
import { grpcCaller } from './grpc-caller';
import { restCaller } from './rest-caller';
import type { ApiProcess } from './scene';

/** The two ways in, for `describe.each`: what is promised is promised over both. */
export const DOORS = ['gRPC', 'REST'] as const;
export type DoorName = (typeof DOORS)[number];

/** What came back, in one shape for both doors: fields are the wire's, so that answers can be compared. */
export type Answer<Data> = Accepted<Data> | Refused;

export interface Accepted<Data> {
  readonly outcome: 'ok';
  /** The HTTP status, or `OK`. */
  readonly transport: number | 'OK';
  readonly data: Data;
  readonly correlationId: string;
}

/** A refusal. That its HTTP or gRPC status is the registry's for its code was checked on arrival. */
export interface Refused {
  /** `DEADLINE_EXCEEDED`: the caller stopped waiting before anybody answered. */
  readonly outcome: ErrorCode | 'DEADLINE_EXCEEDED';
  readonly details: Readonly<Record<string, unknown>>;
  /** The fields at fault, by their wire paths. */
  readonly fields: readonly string[];
  readonly correlationId: string;
  /** Everything the caller was told, as text: headers, message, details. For what must not be in it. */
  readonly text: string;
}

export interface CreateOptions {
  /** Sent beside the body: header or metadata `idempotency-key`. */
  readonly key?: string;
  /** Aborting it hangs up. */
  readonly signal?: AbortSignal;
}

export interface MoveOptions {
  readonly expectedVersion?: number;
  readonly reason?: string;
}

/** A caller with one tenant's key, through one door. An error of the API is an answer; anything else is thrown. */
export interface Door {
  readonly name: DoorName;
  /** `body` is that of `POST /api/orders`. */
  create(body: Readonly<Record<string, unknown>>, options?: CreateOptions): Promise<Answer<CreatedOrderWire>>;
  get(orderId: string): Promise<Answer<OrderWire>>;
  /** `status` may be a word that no contract knows. */
  move(orderId: string, status: string, options?: MoveOptions): Promise<Answer<OrderWire>>;
  cancel(orderId: string, options?: MoveOptions): Promise<Answer<OrderWire>>;
  /** The whole audit trail, all pages of it. */
  events(orderId: string): Promise<OrderEventWire[]>;
  /** Ids of all the tenant's orders, newest first. */
  orderIds(): Promise<string[]>;
  close(): void;
}

export function openDoor(name: DoorName, api: ApiProcess, apiKey: string): Door {
  return name === 'gRPC' ? grpcCaller(api.grpcAddress, apiKey) : restCaller(api.restUrl, apiKey);
}

/** The data of an answer that must be no refusal. */
export function accepted<Data>(answer: Answer<Data>): Data {
  if (answer.outcome !== 'ok') throw new Error(`refused with ${answer.outcome}: ${JSON.stringify(answer.details)}`);
  return answer.data;
}

/** The refusal that an answer must be. */
export function refused(answer: Answer<unknown>): Refused {
  if (answer.outcome === 'ok') throw new Error(`not refused: ${JSON.stringify(answer.data)}`);
  return answer;
}

/** How often each outcome came. */
export function outcomes(answers: readonly Answer<unknown>[]): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const { outcome } of answers) counted[outcome] = (counted[outcome] ?? 0) + 1;
  return counted;
}
