import { ValidationError } from '../../../domain/errors';
import type { ChangePosition } from '../../../persistence/orders/read-order-changes';

const CURSOR = /^([1-9]\d{0,18})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([1-9]\d{0,8})$/;

/** A change's place in its tenant's stream, as text for SSE's `id` line. */
export function encodeCursor({ xid, orderId, sequence }: ChangePosition): string {
  return `${xid}.${orderId}.${sequence}`;
}

/** @throws VALIDATION_FAILED for anything that `encodeCursor` did not make. */
export function decodeCursor(cursor: string): ChangePosition {
  const [, xid, orderId, sequence] = CURSOR.exec(cursor) ?? [];
  if (xid === undefined || orderId === undefined || sequence === undefined || BigInt(xid) > 2n ** 63n - 1n) {
    throw ValidationError.ofFields([{ field: 'Last-Event-ID', description: 'is not an id that this stream has sent' }]);
  }
  return { xid, orderId, sequence: Number(sequence) };
}

/** Which of two changes comes first in a stream; as Postgres orders them (a uuid by its bytes, which is its text's order). */
export function comparePositions(a: ChangePosition, b: ChangePosition): number {
  if (a.xid !== b.xid) return BigInt(a.xid) < BigInt(b.xid) ? -1 : 1;
  if (a.orderId !== b.orderId) return a.orderId < b.orderId ? -1 : 1;
  return a.sequence - b.sequence;
}
